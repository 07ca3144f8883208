using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>The state of the observed tables, and whether another state is equal to it.</summary>
internal sealed class ExpectedState
{
    private readonly IReadOnlyList<TableView> _views;
    private readonly IReadOnlyList<TableState> _states;
    private readonly string _fingerprint;

    private ExpectedState(IReadOnlyList<TableView> views, IReadOnlyList<TableState> states, string fingerprint)
    {
        _views = views;
        _states = states;
        _fingerprint = fingerprint;
    }

    /// <summary>Whether there is no row in any table.</summary>
    public bool IsEmpty => _states.All(s => s.Rows.Count == 0);

    public static async Task<ExpectedState> ReadAsync(IReadOnlyList<TableView> views, CancellationToken cancellationToken)
    {
        var fingerprint = await SinkSet.StateAsync(views, cancellationToken).ConfigureAwait(false);
        return new(views, await ReadStatesAsync(views, cancellationToken).ConfigureAwait(false), fingerprint);
    }

    /// <summary>One difference per table that differs. Equal states cost a fingerprint, and no row leaves the engine.</summary>
    public async Task<IReadOnlyList<(TableView View, TableDiff Diff)>> CompareAsync(CancellationToken cancellationToken)
    {
        if (await SinkSet.StateAsync(_views, cancellationToken).ConfigureAwait(false) == _fingerprint)
            return [];
        var actual = await ReadStatesAsync(_views, cancellationToken).ConfigureAwait(false);
        return [.. _views
            .Select((view, i) => (view, TableDiff.Between(_states[i], actual[i], view)))
            .Where(pair => !pair.Item2.IsEmpty)];
    }

    private static async Task<IReadOnlyList<TableState>> ReadStatesAsync(IReadOnlyList<TableView> views, CancellationToken cancellationToken)
    {
        var states = new List<TableState>();
        foreach (var view in views)
            states.Add(await view.Sink.ReadAsync(view, cancellationToken).ConfigureAwait(false));
        return states;
    }
}
