using System.Diagnostics;
using DuckDB.NET.Data;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>
/// The files of a <see cref="DuckDbSink"/>, and the one connection over which the kit looks at them. DuckDB commits to a log beside the file
/// and moves it into the file now and then, at a commit; so between two commits both files together are the committed state, and no more.
/// </summary>
internal sealed class DuckDbFiles : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("rerunsafe-duck-").FullName;
    private readonly string _database;
    private DuckDBConnection? _own;
    private int _images;
    private bool _deleted;

    public DuckDbFiles()
    {
        _database = Path.Combine(_folder, "sink.db");
        ConnectionString = $"DataSource={_database}";
    }

    public string ConnectionString { get; }

    public static string LogOf(string path) => path + ".wal";

    /// <summary>Does something over the kit's own connection; nobody else does meanwhile.</summary>
    public async Task<T> WithAsync<T>(Func<DuckDBConnection, T> act, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_deleted, typeof(DuckDbSink));
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return act(Own());
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Copies the committed state. No commit may be under way.</summary>
    public Task<DuckDbImage> SaveAsync(CancellationToken cancellationToken) => WithAsync(
        _ =>
        {
            var path = Path.Combine(_folder, $"image-{Interlocked.Increment(ref _images)}.db");
            File.Copy(_database, path);
            if (File.Exists(LogOf(_database)))
                File.Copy(LogOf(_database), LogOf(path));
            return new DuckDbImage(this, path);
        },
        cancellationToken);

    /// <summary>Has the file hold everything, so that a copy of it needs no log.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken) => WithAsync(connection => Run(connection, "CHECKPOINT"), cancellationToken);

    /// <summary>Replaces the files by those of an image. The database must be closed for that, in this process by everybody.</summary>
    public async Task RestoreAsync(DuckDbImage image, CancellationToken cancellationToken)
    {
        if (!File.Exists(image.Path))
            throw new SinkException("The image was disposed of. Keep it until the last restore.");
        await WithAsync(
            connection =>
            {
                RequireAlone(connection);
                Close();
                File.Copy(image.Path, _database, overwrite: true);
                File.Delete(LogOf(_database));
                if (File.Exists(LogOf(image.Path)))
                    File.Copy(LogOf(image.Path), LogOf(_database));
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _deleted = true;
        Close();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that a connection of the test's own holds open (Windows): the folder is a temporary one.
        }
    }

    public static void Remove(string path)
    {
        foreach (var file in new[] { path, LogOf(path) })
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As in Dispose; the folder goes with the sink.
            }
        }
    }

    public static bool Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return true;
    }

    /// <summary>A run that ended a moment ago may still be closing its connections.</summary>
    private static void RequireAlone(DuckDBConnection own)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var command = own.CreateCommand();
            command.CommandText = "SELECT * FROM duckdb_connection_count()";
            if (Convert.ToInt64(command.ExecuteScalar()) <= 1)
                return;
            if (clock.Elapsed > Patience)
                throw new SinkException("The DuckDB sink cannot be restored: a connection to it is still open, and DuckDB keeps the file as long as there is one. Close every connection that the test opened itself.");
            Thread.Sleep(5);
        }
    }

    private DuckDBConnection Own()
    {
        if (_own is not null)
            return _own;
        var connection = new DuckDBConnection(ConnectionString);
        connection.Open();
        // What is closed here is thrown away or opened again at once: its log may stay a log.
        Run(connection, "PRAGMA disable_checkpoint_on_shutdown; SET TimeZone = 'UTC'");
        return _own = connection;
    }

    private void Close()
    {
        _own?.Dispose();
        _own = null;
    }
}
