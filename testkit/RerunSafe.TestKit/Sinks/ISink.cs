namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// A place that pipelines write to, seen from the test: its state can be read, fingerprinted, saved and put back. Every member works
/// on committed state and expects that no run holds an open transaction. Disposing removes everything that the sink made.
/// </summary>
public interface ISink : IAsyncDisposable
{
    /// <summary>What reports call the sink, such as "SQLite".</summary>
    string Name { get; }

    /// <summary>Puts the sink back to the state right after its creation.</summary>
    /// <exception cref="SinkException">A run still holds the sink locked.</exception>
    Task ResetAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps the committed state, for <see cref="RestoreAsync"/>.</summary>
    /// <exception cref="SinkException">A run still holds the sink locked.</exception>
    Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps the committed state while a run is at work on the sink: what its open transactions have written is left out, and nothing is
    /// waited for. Null when the sink cannot do that, or not at this moment; the kit then brings a run to the same place and ends it there.
    /// </summary>
    Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default) => Task.FromResult<SinkImage?>(null);

    /// <summary>
    /// Puts a kept state back. An image can be restored any number of times. An idle connection that is open meanwhile sees the restored
    /// state (and may keep SQLite's journal mode as it is).
    /// </summary>
    /// <exception cref="SinkException">The image is of another sink or was disposed of, or a run still holds the sink locked.</exception>
    Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default);

    /// <summary>Reads all rows of a table: without the ignored columns, ordered by key and then by all columns.</summary>
    /// <exception cref="SinkException">The table is of another sink, or is no longer there.</exception>
    Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default);

    /// <summary>
    /// The rows that may differ from an expected state, and the expected rows that they stand beside: enough to tell the difference, and for a
    /// sink that can find them inside the engine no more. Unless a sink knows better, all rows.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="expected">What <see cref="ReadAsync"/> of this sink has read before with an equal view.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    async Task<TableParts> ReadDifferingAsync(TableView table, TableState expected, CancellationToken cancellationToken = default)
    {
        var actual = await ReadAsync(table, cancellationToken).ConfigureAwait(false);
        return new TableParts(expected, actual, actual.Rows.Count);
    }

    /// <summary>
    /// The rows in which two tables of this sink may differ, found where the tables lie. Unless a sink knows better, all rows.
    /// </summary>
    /// <param name="expected">The table that is right.</param>
    /// <param name="actual">The table that is looked at, with the same columns, key and tolerances.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    async Task<TableParts> ReadBothAsync(TableView expected, TableView actual, CancellationToken cancellationToken = default)
    {
        var right = await ReadAsync(expected, cancellationToken).ConfigureAwait(false);
        var there = await ReadAsync(actual, cancellationToken).ConfigureAwait(false);
        return new TableParts(right, there, there.Rows.Count) { ExpectedCount = right.Rows.Count };
    }

    /// <summary>
    /// Sums tables up in one short value, computed inside the engine as of one moment: per table the number of rows and the sum, modulo
    /// 2^128, of a hash of each row. The order of rows does not count, doubled rows do. Values are typed: 1, '1' and 1.0 differ, NULL
    /// equals NULL. A fingerprint knows no tolerances: states that differ within them have two fingerprints and no difference.
    /// </summary>
    /// <exception cref="SinkException">A table is of another sink, or is no longer there.</exception>
    Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sums up everything durable: all tables as they are now, those that a pipeline made included, and what the engine keeps beside them
    /// (on SQLite the schema, <c>user_version</c> and the AUTOINCREMENT counters). Two states with one such fingerprint lead a rerun to the
    /// same end, so that the kit explores one of them.
    /// </summary>
    Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default);

    /// <summary>All tables that there are now, by name.</summary>
    TableView[] Tables();
}
