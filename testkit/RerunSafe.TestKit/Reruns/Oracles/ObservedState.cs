using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>The state of the observed tables at one moment.</summary>
internal sealed class ObservedState
{
    private readonly IReadOnlyList<TableView> _views;
    private readonly IReadOnlyList<TableState> _states;
    private readonly string _fingerprint;

    private ObservedState(IReadOnlyList<TableView> views, IReadOnlyList<TableState> states, string fingerprint)
    {
        _views = views;
        _states = states;
        _fingerprint = fingerprint;
    }

    /// <summary>The tables with their rows.</summary>
    public IEnumerable<(TableView View, TableState Rows)> Tables => _views.Zip(_states);

    /// <summary>Whether there is no row in any table.</summary>
    public bool IsEmpty => _states.All(s => s.Rows.Count == 0);

    public static async Task<ObservedState> ReadAsync(IReadOnlyList<TableView> views, CancellationToken cancellationToken) =>
        await ReadAsync(views, await SinkSet.StateAsync(views, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>How the sinks differ now: one difference per table. Equal states cost a fingerprint, and no row leaves the engine.</summary>
    public async Task<IReadOnlyList<TableDifference>> CompareNowAsync(CancellationToken cancellationToken)
    {
        var fingerprint = await SinkSet.StateAsync(_views, cancellationToken).ConfigureAwait(false);
        return fingerprint == _fingerprint ? [] : Compare(await ReadAsync(_views, fingerprint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>How another state differs from this one, which is the expected one.</summary>
    public IReadOnlyList<TableDifference> Compare(ObservedState actual) =>
        actual._fingerprint == _fingerprint
            ? []
            : [.. _views
                .Select((view, i) => new TableDifference(view, TableDiff.Between(_states[i], actual._states[i], view)))
                .Where(difference => !difference.Diff.IsEmpty)];

    private static async Task<ObservedState> ReadAsync(IReadOnlyList<TableView> views, string fingerprint, CancellationToken cancellationToken)
    {
        var states = new List<TableState>();
        foreach (var view in views)
            states.Add(await view.Sink.ReadAsync(view, cancellationToken).ConfigureAwait(false));
        return new(views, states, fingerprint);
    }
}

/// <summary>How one table differs.</summary>
internal sealed record TableDifference(TableView View, TableDiff Diff);
