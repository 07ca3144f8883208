using System.Data.Common;
using DuckDB.NET.Data;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>
/// A real DuckDB database in a private temporary folder, which goes when the sink is disposed of. States are put back as files, for which DuckDB
/// must have closed the database: a connection that a test opens itself has to be closed before a check begins.
/// </summary>
public sealed class DuckDbSink : IDbSink
{
    private readonly DuckDbFiles _files = new();
    private DuckDbImage _pristine = null!;
    private (string Shape, IReadOnlyList<Relation> Relations)? _known;

    private DuckDbSink()
    {
    }

    /// <inheritdoc/>
    public string Name => "DuckDB";

    /// <summary>How to reach the database with DuckDB.NET.</summary>
    public string ConnectionString => _files.ConnectionString;

    /// <inheritdoc/>
    public IFaultDialect Faults => DuckDbFaults.Instance;

    /// <summary>How many rows the last search for differences has fetched.</summary>
    internal int RowsFetched { get; private set; }

    /// <summary>Makes a database with a schema.</summary>
    /// <param name="schema">
    /// The path of a .sql file, looked for in the current directory and then beside the test assembly; or SQL text, when it is no such path
    /// and holds a CREATE. It may insert first rows too.
    /// </param>
    /// <param name="cancellationToken">Stops the creation.</param>
    /// <exception cref="SinkException">There is no such file, or a statement fails: the message names the file, the line and the statement.</exception>
    public static async Task<DuckDbSink> CreateAsync(string schema, CancellationToken cancellationToken = default)
    {
        var text = SchemaText.Load(schema);
        var sink = new DuckDbSink();
        try
        {
            await sink._files.WithAsync(connection => Run(connection, text), cancellationToken).ConfigureAwait(false);
            await sink._files.CheckpointAsync(cancellationToken).ConfigureAwait(false);
            sink._pristine = await sink._files.SaveAsync(cancellationToken).ConfigureAwait(false);
            return sink;
        }
        catch
        {
            sink._files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DbConnection CreateConnection() => new DuckDBConnection(ConnectionString);

    /// <summary>A table or a view of the database, for reading. Its key is the declared primary key unless the test names another.</summary>
    /// <param name="name">Its name, "audit.orders" outside of the schema main; case does not matter.</param>
    /// <exception cref="SinkException">There is no such table: the message names those that are there.</exception>
    public TableView Table(string name)
    {
        var relations = Known().Relations;
        var found = relations.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new SinkException($"The DuckDB sink has no table '{name}'. There are: {string.Join(", ", relations.Select(r => r.Name))}. Tables that the pipeline makes itself belong into the schema of the sink too.");
        return View(found);
    }

    /// <inheritdoc/>
    public TableView[] Tables() => [.. Known().Relations.Where(r => !r.IsView).Select(View)];

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken = default) => RestoreAsync(_pristine, cancellationToken);

    /// <inheritdoc/>
    public async Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default) => await _files.SaveAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default) => await _files.SaveAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default) =>
        image is DuckDbImage mine && mine.Files == _files
            ? _files.RestoreAsync(mine, cancellationToken)
            : throw new SinkException("The image is of another sink. Restore it to the sink whose SaveAsync made it.");

    /// <inheritdoc/>
    public Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default) =>
        _files.WithAsync(connection => DuckDbProbe.Read(connection, table, Own(connection, table)), cancellationToken);

    /// <inheritdoc/>
    public Task<TableParts> ReadDifferingAsync(TableView table, TableState expected, CancellationToken cancellationToken = default) =>
        _files.WithAsync(connection => Fetched(DuckDbProbe.Differing(connection, table, Own(connection, table), expected)), cancellationToken);

    /// <inheritdoc/>
    public Task<TableParts> ReadBothAsync(TableView expected, TableView actual, CancellationToken cancellationToken = default) =>
        _files.WithAsync(connection => Fetched(DuckDbProbe.Differing(connection, expected, Own(connection, expected), actual, Own(connection, actual))), cancellationToken);

    /// <inheritdoc/>
    public Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default) => _files.WithAsync(
        connection => DuckDbProbe.Fingerprint(connection, [.. tables.Select(table => Own(connection, table) is var r ? (table.Name, r.Quoted, r.Compared(table.Columns)) : default)]),
        cancellationToken);

    /// <inheritdoc/>
    public Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default) => _files.WithAsync(
        connection =>
        {
            var (shape, relations) = Known(connection);
            var rows = DuckDbProbe.Fingerprint(connection, [.. relations.Where(r => !r.IsView).Select(r => (r.Name, r.Quoted, r.Compared(r.Columns.Select(c => c.Name))))]);
            return rows with { Value = $"schema {shape}; {rows.Value}" };
        },
        cancellationToken);

    /// <summary>Removes the database, its images and their folder. Never throws: what is still open stays in the temporary folder.</summary>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool Run(DuckDBConnection connection, SchemaText text)
    {
        foreach (var (line, statement) in text.Statements())
        {
            try
            {
                DuckDbFiles.Run(connection, statement);
            }
            catch (DuckDBException e)
            {
                throw new SinkException($"{text.Place}, line {line}: {e.Message}{Environment.NewLine}  in: {string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}", e);
            }
        }

        return true;
    }

    private TableParts Fetched(TableParts parts)
    {
        RowsFetched = parts.Actual.Rows.Count;
        return parts;
    }

    private TableView View(Relation relation) => new(this, relation.Name, [.. relation.Columns.Select(c => c.Name)], relation.Key);

    private (string Shape, IReadOnlyList<Relation> Relations) Known() => _files.WithAsync(Known, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The shape and the relations, which are read again only when the shape has changed.</summary>
    private (string Shape, IReadOnlyList<Relation> Relations) Known(DuckDBConnection connection)
    {
        var shape = DuckDbCatalog.ShapeOf(connection);
        return _known is { } known && known.Shape == shape ? known : (_known = (shape, DuckDbCatalog.RelationsOf(connection))).Value;
    }

    private Relation Own(DuckDBConnection connection, TableView table)
    {
        if (table.Sink != this)
            throw new SinkException($"The table '{table.Name}' is of another sink ({table.Sink.Name}). Take it from the sink that reads it.");
        return Known(connection).Relations.FirstOrDefault(r => r.Name == table.Name)
            ?? throw new SinkException($"The table '{table.Name}' of the DuckDB sink cannot be read: it is no longer there. If the pipeline drops or renames it, let it end that before.");
    }
}
