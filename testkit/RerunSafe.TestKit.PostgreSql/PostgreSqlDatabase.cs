using Npgsql;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>A database of a sink's own on a server, its templates, and the one connection over which the kit looks at it.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    /// <summary>The kit's own sessions wait no longer than this for a lock: nothing should hold one.</summary>
    private const string Session = "SET lock_timeout = '1s'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1";

    private readonly string _server;
    private readonly string _name = $"rerunsafe_{Guid.NewGuid():N}"[..26];
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly List<string> _templates = [];
    private NpgsqlConnection? _own;
    private bool _deleted;

    public PostgreSqlDatabase(string server)
    {
        _server = server;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = _name, Pooling = false }.ToString();
    }

    public string ConnectionString { get; }

    public Task CreateAsync(CancellationToken cancellationToken) => OnServerAsync($"CREATE DATABASE {_name}", cancellationToken);

    /// <summary>Does something over the kit's own connection; nobody else does meanwhile.</summary>
    public async Task<T> WithAsync<T>(Func<NpgsqlConnection, Task<T>> act, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_deleted, typeof(PostgreSqlSink));
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await act(await OpenAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new SinkException("The PostgreSQL sink cannot be read or restored: a connection still holds a lock on it. Close every connection and end every transaction that the test opened itself.", e);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Clones the database as it is. Whoever is still connected is sent away.</summary>
    public async Task<string> CloneAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var template = $"{_name}_{_templates.Count}";
            await CloseAsync().ConfigureAwait(false);
            await OnServerAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{_name}'", cancellationToken).ConfigureAwait(false);
            await OnServerAsync($"CREATE DATABASE {template} TEMPLATE {_name}", cancellationToken).ConfigureAwait(false);
            _templates.Add(template);
            return template;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Replaces the database by a clone of one of its templates.</summary>
    public async Task ReplaceAsync(string template, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
            await OnServerAsync($"DROP DATABASE {_name} WITH (FORCE)", cancellationToken).ConfigureAwait(false);
            await OnServerAsync($"CREATE DATABASE {_name} TEMPLATE {template}", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Removes the database and its templates. Never throws: a server that is gone holds nothing any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_deleted)
            return;
        _deleted = true;
        await CloseAsync().ConfigureAwait(false);
        foreach (var database in _templates.Prepend(_name))
        {
            try
            {
                await OnServerAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)", CancellationToken.None).ConfigureAwait(false);
            }
            catch (NpgsqlException)
            {
                // As said above.
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_own is { State: System.Data.ConnectionState.Open })
            return _own;
        await CloseAsync().ConfigureAwait(false);
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (var command = new NpgsqlCommand(Session, connection))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return _own = connection;
    }

    private async Task CloseAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync().ConfigureAwait(false);
        _own = null;
    }

    private async Task OnServerAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
