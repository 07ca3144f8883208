using System.Data.Common;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>A sink of somebody else's: it cannot be copied while a run is at work on it, or its copies are wrong.</summary>
internal sealed class WithoutCopies(SqliteSink inner) : IDbSink
{
    public Func<Task<SinkImage?>> Copy { get; init; } = () => Task.FromResult<SinkImage?>(null);

    /// <summary>Whether fingerprints that are taken while a run is at work leave out the rows.</summary>
    public bool ForgetsRows { get; init; }

    public string Name => inner.Name;

    private int _atWork;

    public DbConnection CreateConnection()
    {
        var connection = inner.CreateConnection();
        connection.StateChange += (_, change) => Interlocked.Add(ref _atWork, change.CurrentState == System.Data.ConnectionState.Open ? 1 : -1);
        return connection;
    }

    public TableView Table(string name) => Mine(inner.Table(name));

    public TableView[] Tables() => [.. inner.Tables().Select(Mine)];

    public Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default) => Copy();

    public Task ResetAsync(CancellationToken cancellationToken = default) => inner.ResetAsync(cancellationToken);

    public Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default) => inner.SaveAsync(cancellationToken);

    public Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default) => inner.RestoreAsync(image, cancellationToken);

    public Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default) => inner.ReadAsync(Theirs(table), cancellationToken);

    public Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default) =>
        inner.FingerprintAsync([.. tables.Select(Theirs)], cancellationToken);

    public async Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default)
    {
        var all = await inner.FingerprintAllAsync(cancellationToken);
        return ForgetsRows && _atWork > 0 ? all with { Value = $"{all.Value} while at work" } : all;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private TableView Mine(TableView view) => new(this, view.Name, view.Columns, view.KeyColumns);

    private TableView Theirs(TableView view) => inner.Table(view.Name);
}
