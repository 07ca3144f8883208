using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// A real SQLite database in a private temporary folder, which goes when the sink is disposed of. No connection is pooled:
/// a pooled one would keep a raw BEGIN, and its locks, beyond the death of a run.
/// </summary>
public sealed class SqliteSink : IDbSink
{
    private readonly SqliteFiles _files;
    private readonly SqliteImage _pristine;
    private (SqliteBeside Beside, TableView[] Tables)? _known;

    private SqliteSink(SqliteFiles files, SqliteImage pristine)
    {
        _files = files;
        _pristine = pristine;
    }

    /// <inheritdoc/>
    public string Name => "SQLite";

    /// <summary>How to reach the database with Microsoft.Data.Sqlite, without pooling.</summary>
    public string ConnectionString => _files.ConnectionString;

    /// <summary>Makes a database with a schema.</summary>
    /// <param name="schema">
    /// The path of a .sql file, looked for in the current directory and then beside the test assembly; or SQL text, when it is no such path
    /// and holds a CREATE. It may insert first rows too.
    /// </param>
    /// <param name="cancellationToken">Stops the creation.</param>
    /// <exception cref="SinkException">There is no such file, or a statement fails: the message names the file, the line and the statement.</exception>
    public static async Task<SqliteSink> CreateAsync(string schema, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var source = SchemaSource.Find(schema);
        var files = SqliteFiles.Create();
        try
        {
            await using (var connection = files.Open())
                await source.RunAsync(connection, cancellationToken).ConfigureAwait(false);

            return new SqliteSink(files, files.Save());
        }
        catch
        {
            files.Delete();
            throw;
        }
    }

    /// <inheritdoc/>
    public DbConnection CreateConnection() => new SqliteConnection(ConnectionString);

    /// <summary>A table or a view of the database, for reading. Its key is the declared primary key unless the test names another.</summary>
    /// <param name="name">Its name; case does not matter.</param>
    /// <exception cref="SinkException">There is no such table: the message names those that are there.</exception>
    public TableView Table(string name)
    {
        using var connection = _files.Open();
        return SqliteCatalog.Find(this, connection, name);
    }

    /// <summary>All tables of the database now, by name: without views, and without SQLite's own.</summary>
    public TableView[] Tables()
    {
        using var connection = _files.Open();
        return SqliteCatalog.All(this, connection);
    }

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken = default) => RestoreAsync(_pristine, cancellationToken);

    /// <inheritdoc/>
    public Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<SinkImage>(_files.Save());
    }

    /// <inheritdoc/>
    public Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<SinkImage?>(_files.SaveCommitted());
    }

    /// <inheritdoc/>
    public Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (image is not SqliteImage mine || mine.Files != _files)
            throw new SinkException("The image is of another sink. Restore it to the sink whose SaveAsync made it.");

        _files.Restore(mine);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default)
    {
        Own(table);
        await using var connection = _files.Open();
        return await SqliteProbe.ReadAsync(connection, table, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default)
    {
        foreach (var table in tables)
            Own(table);

        await using var connection = _files.Open();
        return await SqliteProbe.FingerprintAsync(connection, tables, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = _files.Open();
        var beside = SqliteCatalog.Beside(connection);
        // The tables change with the schema only, and looking them up costs more than summing up small ones.
        if (_known is not { } known || known.Beside.Schema != beside.Schema)
            _known = known = (beside, SqliteCatalog.WithCounters(this, connection));
        var tables = await SqliteProbe.FingerprintAsync(connection, known.Tables, cancellationToken).ConfigureAwait(false);
        return tables with { Value = $"{beside}; {tables.Value}" };
    }

    /// <summary>Removes the database, its images and their folder. Never throws: what another process holds open stays in the temporary folder.</summary>
    public ValueTask DisposeAsync()
    {
        _files.Delete();
        return ValueTask.CompletedTask;
    }

    private void Own(TableView table)
    {
        if (table.Sink != this)
            throw new SinkException($"The table '{table.Name}' is of another sink ({table.Sink.Name}). Take it from the sink that reads it.");
    }
}
