using System.Globalization;
using System.Net;
using RerunSafe.TestKit.Wire;

namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// A database of a Redis server, which belongs to the test alone: it must be empty, and is emptied for every state that is put back. Pipelines reach it with their
/// own client through the run: <c>ConnectionMultiplexer.Connect(run.Through(redis.Server).ToString())</c>.
/// </summary>
public sealed class RedisSink : ISink
{
    private static readonly string[] Columns = ["key", "field", "value"];

    private readonly RedisProbe _probe;

    private RedisSink(EndPoint address, int database)
    {
        Server = WireServer.Redis(address, this);
        Database = database;
        _probe = new RedisProbe(Server, database);
    }

    /// <inheritdoc/>
    public string Name => "Redis";

    /// <summary>The number of the database; pipelines must use it too.</summary>
    public int Database { get; }

    /// <summary>The server, for <see cref="Reruns.PipelineRun.Through"/>.</summary>
    public WireServer Server { get; }

    /// <summary>Takes a database over.</summary>
    /// <param name="server">Where the server listens, without TLS and without a password.</param>
    /// <param name="database">The number of the database.</param>
    /// <exception cref="SinkException">No Redis is there, or the database is not empty.</exception>
    public static RedisSink Connect(EndPoint server, int database = 0)
    {
        ArgumentNullException.ThrowIfNull(server);
        var sink = new RedisSink(server, database);
        if (sink._probe.Ask("DBSIZE").Text is not "0" and var keys)
        {
            sink._probe.Dispose();
            throw new SinkException($"Database {database} of the Redis at {server} holds {keys} keys, and a sink empties its database again and again. Give it one that is empty, best a redis-server of the test's own.");
        }

        return sink;
    }

    /// <summary>
    /// The keys that a pattern of Redis fits, as a table: a row for a string, and one for each element of a hash (field and value), list (index and value), set
    /// (member), sorted set (member and score) or stream (id and fields). When a key expires does not count.
    /// </summary>
    /// <param name="pattern">Such as <c>order:*</c>.</param>
    public TableView Keys(string pattern = "*")
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return new TableView(this, pattern, Columns, ["key", "field"]);
    }

    /// <summary>One table: all keys.</summary>
    public TableView[] Tables() => [Keys()];

    /// <summary>Empties the database.</summary>
    /// <param name="cancellationToken">Not used: it takes no time.</param>
    public Task ResetAsync(CancellationToken cancellationToken = default)
    {
        _probe.Ask("FLUSHDB");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<SinkImage> SaveAsync(CancellationToken cancellationToken = default)
    {
        var entries = new List<(byte[], byte[], long)>();
        foreach (var key in _probe.Keys("*"))
        {
            // A key may have expired since.
            if (_probe.Ask("DUMP", key) is { IsNull: false } dump)
                entries.Add((key, dump.Raw, Math.Max(0, long.Parse(_probe.Ask("PTTL", key).Text!, CultureInfo.InvariantCulture))));
        }

        return Task.FromResult<SinkImage>(new RedisImage(this, entries));
    }

    /// <inheritdoc/>
    public async Task<SinkImage?> SaveCommittedAsync(CancellationToken cancellationToken = default) => await SaveAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task RestoreAsync(SinkImage image, CancellationToken cancellationToken = default)
    {
        if (image is not RedisImage mine || mine.Sink != this)
            throw new SinkException("The image is of another sink. Restore it to the sink whose SaveAsync made it.");
        var entries = mine.Entries ?? throw new SinkException("The image was disposed of. Keep it until the last restore.");
        _probe.Ask("FLUSHDB");
        foreach (var (key, dump, expires) in entries)
            _probe.Ask("RESTORE", key, expires, dump);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<TableState> ReadAsync(TableView table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Sink != this)
            throw new SinkException($"The table '{table.Name}' is of another sink ({table.Sink.Name}). Take it from the sink that reads it.");
        var picked = table.Columns.Select(column => Array.IndexOf(Columns, column)).ToArray();
        var rows = new List<Row>();
        foreach (var key in _probe.Keys(table.Name))
        {
            var name = RedisProbe.Text(key);
            foreach (var (field, value) in _probe.Elements(key).OrderBy(element => element.Field, StringComparer.Ordinal))
            {
                object?[] all = [name, field, value];
                rows.Add(new Row(table.Columns, [.. picked.Select(column => all[column])]));
            }
        }

        return Task.FromResult(new TableState(table.Columns, rows));
    }

    /// <inheritdoc/>
    public Task<SinkFingerprint> FingerprintAsync(IReadOnlyList<TableView> tables, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tables);
        return RowSums.OfAsync(this, tables, static row => string.Join('\0', row.Values.Select(value => value is null ? "-" : $"+{((string)value).Length} {value}")), cancellationToken);
    }

    /// <summary>All keys with what they hold, and whether they expire.</summary>
    /// <param name="cancellationToken">Not used: it takes no time.</param>
    public async Task<SinkFingerprint> FingerprintAllAsync(CancellationToken cancellationToken = default)
    {
        var held = await FingerprintAsync(Tables(), cancellationToken).ConfigureAwait(false);
        var kinds = UInt128.Zero;
        foreach (var key in _probe.Keys("*"))
            kinds = unchecked(kinds + RowSums.Hash($"{Convert.ToHexString(key)} {_probe.Ask("TYPE", key).Text} {_probe.Ask("PTTL", key).Text is not "-1"}"));
        return held with { Value = string.Create(CultureInfo.InvariantCulture, $"{held.Value} {kinds:x32}") };
    }

    /// <summary>Empties the database. Never throws: a server that is gone holds nothing any more.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            _probe.Ask("FLUSHDB");
        }
        catch (SinkException)
        {
            // As said above.
        }

        _probe.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A copy of every key in Redis' own form.</summary>
    private sealed class RedisImage(RedisSink sink, IReadOnlyList<(byte[] Key, byte[] Dump, long Expires)> entries) : SinkImage
    {
        public RedisSink Sink { get; } = sink;

        public IReadOnlyList<(byte[] Key, byte[] Dump, long Expires)>? Entries { get; private set; } = entries;

        public override long Size => Entries?.Sum(entry => (long)entry.Key.Length + entry.Dump.Length) ?? 0;

        protected override void Dispose(bool disposing) => Entries = null;
    }
}
