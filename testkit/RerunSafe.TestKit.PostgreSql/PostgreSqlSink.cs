using System.Data.Common;
using Npgsql;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Wire;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>
/// A PostgreSQL database of its own, which goes when the sink is disposed of: on a server that the kit starts, or on yours. States are
/// put back by their rows, in a few milliseconds; a database that the pipeline has given another shape is replaced by a clone of its template.
/// Positions of sequences are put back too, but do not count as state: PostgreSQL moves them for what is rolled back as well.
/// </summary>
public sealed class PostgreSqlSink : IDbSink
{
    /// <summary>Larger databases are cloned whole, where the server copies their files.</summary>
    private const long LargestToCopy = 128L << 20;

    private readonly PostgreSqlDatabase _database;
    private PostgreSqlImage _pristine = null!;
    private bool _isSuperuser;
    private WireServer? _wire;
    private (string Stamp, (string Shape, IReadOnlyList<Relation> Relations) Known)? _known;

    private PostgreSqlSink(PostgreSqlDatabase database) => _database = database;

    /// <inheritdoc/>
    public string Name => "PostgreSQL";

    /// <summary>How to reach the database with Npgsql, without pooling.</summary>
    public string ConnectionString => _database.ConnectionString;

    /// <inheritdoc/>
    public IFaultDialect Faults => PostgreSqlFaults.Instance;

    /// <summary>The server of the database, for a proxy in front of it.</summary>
    internal WireServer Wire => _wire ??= WireServer.PostgreSql(PostgreSqlRuns.AddressOf(ConnectionString), this);

    /// <summary>How many rows the last search for differences has fetched.</summary>
    internal int RowsFetched { get; private set; }

    /// <summary>Makes a database with a schema.</summary>
    /// <param name="schema">
    /// The path of a .sql file, looked for in the current directory and then beside the test assembly; or SQL text, when it is no such path
    /// and holds a CREATE. It may insert first rows too.
    /// </param>
    /// <param name="connectionString">A server on which databases may be created, as superuser; null for one that the kit starts, once for the process.</param>
    /// <param name="cancellationToken">Stops the creation.</param>
    /// <exception cref="SinkException">There is no such file, a statement fails, or PostgreSQL is not installed.</exception>
    public static async Task<PostgreSqlSink> CreateAsync(string schema, string? connectionString = null, CancellationToken cancellationToken = default)
    {
        var text = SchemaText.Load(schema);
        var server = connectionString ?? (await PostgreSqlServer.SharedAsync().ConfigureAwait(false)).ConnectionString;
        var database = new PostgreSqlDatabase(server);
        try
        {
            await database.CreateAsync(cancellationToken).ConfigureAwait(false);
            var sink = new PostgreSqlSink(database);
            await database.WithAsync(connection => RunAsync(connection, text, cancellationToken), cancellationToken).ConfigureAwait(false);
            sink._isSuperuser = await database.WithAsync(connection => IsSuperuserAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
            sink._pristine = await sink.CloneAsync(cancellationToken).ConfigureAwait(false);
            return sink;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public DbConnection CreateConnection() => new NpgsqlConnection(ConnectionString);

    /// <summary>A table or a view of the database, for reading. Its key is the declared primary key unless the test names another.</summary>
    /// <param name="name">Its name, "audit.orders" outside of the schema public; case does not matter.</param>
    /// <exception cref="SinkException">There is no such table: the message names those that are there.</exception>
    public TableView Table(string name)
    {
        var relations = Blocking(KnownAsync(CancellationToken.None)).Relations;
        var found = relations.FirstOrDefault(r => r.Name == name) ?? relations.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new SinkException($"The PostgreSQL sink has no table '{name}'. There are: {string.Join(", ", relations.Select(r => r.Name))}. Tables that the pipeline makes itself belong into the schema of the sink too.");
        return View(found);
    }

    /// <inheritdoc/>
    public TableView[] Tables() => [.. Blocking(KnownAsync(CancellationToken.None)).Relations.Where(r => r.IsTable).Select(View)];

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken = default) => RestoreAsync(_pristine, cancellationToken);

    /// <inheritdoc/>
    public async Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default) =>
        await CopyAsync(cancellationToken).ConfigureAwait(false) ?? await CloneAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default) => await CopyAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default)
    {
        if (image is not PostgreSqlImage mine || mine.Sink != this)
            throw new SinkException("The image is of another sink. Restore it to the sink whose SaveAsync made it.");
        if (mine.IsDisposed)
            throw new SinkException("The image was disposed of. Keep it until the last restore.");
        if (mine.Tables is not { } rows)
        {
            await _database.ReplaceAsync(mine.Template!, cancellationToken).ConfigureAwait(false);
            return;
        }

        var known = await KnownAsync(cancellationToken).ConfigureAwait(false);
        if (known.Shape != mine.Shape)
        {
            await _database.ReplaceAsync(_pristine.Template!, cancellationToken).ConfigureAwait(false);
            known = await KnownAsync(cancellationToken).ConfigureAwait(false);
        }

        await _database.WithAsync(async connection =>
        {
            await PostgreSqlRows.PutAsync(connection, [.. known.Relations.Where(r => r.IsTable)], rows, mine.Sequences, cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default)
    {
        var relation = await OwnAsync(table, cancellationToken).ConfigureAwait(false);
        return await _database.WithAsync(connection => PostgreSqlProbe.ReadAsync(connection, table, relation, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<TableParts> ReadDifferingAsync(TableView table, TableState expected, CancellationToken cancellationToken = default)
    {
        var relation = await OwnAsync(table, cancellationToken).ConfigureAwait(false);
        var parts = await _database.WithAsync(connection => PostgreSqlProbe.DifferingAsync(connection, table, relation, expected, cancellationToken), cancellationToken).ConfigureAwait(false);
        RowsFetched = parts.Actual.Rows.Count;
        return parts;
    }

    /// <inheritdoc/>
    public async Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default)
    {
        var wanted = new List<(string, string, IReadOnlyList<string>)>();
        foreach (var table in tables)
            wanted.Add((table.Name, (await OwnAsync(table, cancellationToken).ConfigureAwait(false)).Quoted, table.Columns));
        return await _database.WithAsync(connection => PostgreSqlProbe.FingerprintAsync(connection, wanted, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default)
    {
        var (shape, relations) = await KnownAsync(cancellationToken).ConfigureAwait(false);
        var all = relations.Where(r => r.Kind is 'r' or 'p' or 'm').Select(r => (r.Name, r.Quoted, (IReadOnlyList<string>)[.. r.Columns.Select(c => c.Name)])).ToList();
        var rows = await _database.WithAsync(connection => PostgreSqlProbe.FingerprintAsync(connection, all, cancellationToken), cancellationToken).ConfigureAwait(false);
        return rows with { Value = $"schema {shape}; {rows.Value}" };
    }

    /// <summary>Removes the database and its templates. Never throws.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static T Blocking<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static async Task<bool> RunAsync(NpgsqlConnection connection, SchemaText text, CancellationToken cancellationToken)
    {
        foreach (var (line, statement) in text.Statements())
        {
            await using var command = new NpgsqlCommand(statement, connection);
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                var place = line + statement.AsSpan(0, Math.Clamp(e.Position - 1, 0, statement.Length)).Count('\n');
                throw new SinkException($"{text.Place}, line {place}: {e.MessageText}{Environment.NewLine}  in: {string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}", e);
            }
        }

        return true;
    }

    /// <summary>Only a superuser can put rows back without their triggers.</summary>
    private static async Task<bool> IsSuperuserAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT current_setting('is_superuser') = 'on'", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private TableView View(Relation relation) => new(this, relation.Name, [.. relation.Columns.Select(c => c.Name)], relation.Key);

    /// <summary>The shape and the relations, read again only when they may have changed.</summary>
    private Task<(string Shape, IReadOnlyList<Relation> Relations)> KnownAsync(CancellationToken cancellationToken) =>
        _database.WithAsync(connection => KnownAsync(connection, cancellationToken), cancellationToken);

    private async Task<(string Shape, IReadOnlyList<Relation> Relations)> KnownAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var stamp = await PostgreSqlCatalog.StampAsync(connection, cancellationToken).ConfigureAwait(false);
        if (_known is { } known && known.Stamp == stamp)
            return known.Known;
        var read = (await PostgreSqlCatalog.ShapeAsync(connection, cancellationToken).ConfigureAwait(false), await PostgreSqlCatalog.RelationsAsync(connection, cancellationToken).ConfigureAwait(false));
        _known = (stamp, read);
        return read;
    }

    private async Task<Relation> OwnAsync(TableView table, CancellationToken cancellationToken)
    {
        if (table.Sink != this)
            throw new SinkException($"The table '{table.Name}' is of another sink ({table.Sink.Name}). Take it from the sink that reads it.");
        if (_known?.Known.Relations.FirstOrDefault(r => r.Name == table.Name) is { } known)
            return known;
        return (await KnownAsync(cancellationToken).ConfigureAwait(false)).Relations.FirstOrDefault(r => r.Name == table.Name)
            ?? throw new SinkException($"The table '{table.Name}' of the PostgreSQL sink cannot be read: it is no longer there. If the pipeline drops or renames it, let it end that before.");
    }

    /// <summary>The rows; null when they are not all that there is, or too many.</summary>
    private Task<PostgreSqlImage?> CopyAsync(CancellationToken cancellationToken) => _database.WithAsync(async connection =>
    {
        var (shape, relations) = await KnownAsync(connection, cancellationToken).ConfigureAwait(false);
        if (shape != _pristine.Shape || !_isSuperuser || relations.Any(r => r.Kind is 'm' or 'f'))
            return null;
        var tables = relations.Where(r => r.IsTable).ToList();
        var sizes = await PostgreSqlCatalog.SizesAsync(connection, tables, cancellationToken).ConfigureAwait(false);
        if (sizes.Values.Sum() > LargestToCopy)
            return null;
        return new PostgreSqlImage(this, shape)
        {
            Tables = await PostgreSqlRows.TakeAsync(connection, tables, sizes, cancellationToken).ConfigureAwait(false),
            Sequences = await PostgreSqlCatalog.SequencesAsync(connection, cancellationToken).ConfigureAwait(false),
        };
    }, cancellationToken);

    private async Task<PostgreSqlImage> CloneAsync(CancellationToken cancellationToken)
    {
        var (shape, _) = await KnownAsync(cancellationToken).ConfigureAwait(false);
        return new PostgreSqlImage(this, shape) { Template = await _database.CloneAsync(cancellationToken).ConfigureAwait(false) };
    }
}
