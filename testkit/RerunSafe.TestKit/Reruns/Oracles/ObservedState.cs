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

    /// <summary>How the sinks differ now: one difference per table. Equal states cost a fingerprint, and no row leaves the engine; of others only what may differ.</summary>
    public async Task<IReadOnlyList<TableDifference>> CompareNowAsync(CancellationToken cancellationToken)
    {
        var fingerprint = await SinkSet.StateAsync(_views, cancellationToken).ConfigureAwait(false);
        if (fingerprint == _fingerprint)
            return [];
        var differences = new List<TableDifference>();
        foreach (var (view, state) in Tables)
        {
            var parts = await view.Sink.ReadDifferingAsync(view, state, cancellationToken).ConfigureAwait(false);
            var diff = TableDiff.Between(parts.Expected, parts.Actual, view, state.Rows.Count, parts.ActualCount);
            if (!diff.IsEmpty)
                differences.Add(new TableDifference(view, diff));
        }

        return differences;
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
