using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RerunSafe.TestKit.Sinks;

/// <summary>The files of a <see cref="SqliteSink"/>: the database, its images, the folder of both.</summary>
internal sealed class SqliteFiles
{
    private const int LargestPiece = 1 << 20;

    private readonly string _folder;
    private readonly string _database;
    private int _images;
    private bool _deleted;

    private SqliteFiles(string folder)
    {
        _folder = folder;
        _database = Path.Combine(folder, "sink.db");
        ConnectionString = StringOf(_database);
    }

    public string ConnectionString { get; }

    public static SqliteFiles Create() => new(Directory.CreateTempSubdirectory("rerunsafe-").FullName);

    /// <summary>An open connection for the kit's own reading. It waits for a lock no longer than a second: nothing should hold one.</summary>
    public SqliteConnection Open()
    {
        ObjectDisposedException.ThrowIf(_deleted, typeof(SqliteSink));
        return Open(_database);
    }

    /// <summary>
    /// Copies the database. The write lock is held meanwhile, so that the copy is of one committed state; the write-ahead log is
    /// emptied into the file before.
    /// </summary>
    public SqliteImage Save()
    {
        using var connection = Open();
        var mode = Text(connection, "PRAGMA journal_mode");
        var path = Path.Combine(_folder, $"image-{Interlocked.Increment(ref _images)}.db");
        try
        {
            if (mode == "wal" && Text(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != "0")
                throw Locked("saved", null);

            Run(connection, "BEGIN IMMEDIATE");
            File.Copy(_database, path);
            Run(connection, "ROLLBACK");
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            throw Locked("saved", busy);
        }

        return new SqliteImage(this, path, mode);
    }

    /// <summary>
    /// Copies the committed state while others are at work, or gives null when one of them is about to commit. SQLite reads the pages itself:
    /// to close a file of one's own would drop the locks that this process has on it.
    /// </summary>
    public SqliteImage? SaveCommitted()
    {
        using var connection = Open();
        string mode;
        try
        {
            mode = Text(connection, "PRAGMA journal_mode");
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            return null;
        }

        var pages = raw.sqlite3_serialize(connection.Handle, "main", out var length, 0);
        if (pages == IntPtr.Zero)
            return null;
        try
        {
            var path = Path.Combine(_folder, $"image-{Interlocked.Increment(ref _images)}.db");
            using var file = File.Create(path);
            var piece = new byte[(int)Math.Min(LargestPiece, length)];
            for (var at = 0L; at < length; at += piece.Length)
            {
                var size = (int)Math.Min(piece.Length, length - at);
                Marshal.Copy((nint)(pages + at), piece, 0, size);
                file.Write(piece, 0, size);
            }

            return new SqliteImage(this, path, mode);
        }
        finally
        {
            raw.sqlite3_free(pages);
        }
    }

    /// <summary>
    /// Puts an image back through SQLite's backup API and not by overwriting the file: a connection that somebody still holds open
    /// would otherwise read its stale cache.
    /// </summary>
    public void Restore(SqliteImage image)
    {
        if (!File.Exists(image.Path))
            throw new SinkException("The image was disposed of. Keep it until the last restore.");

        using var source = Open(image.Path);
        using var target = Open();
        try
        {
            // Nobody needs the test's database after a power cut.
            Run(target, "PRAGMA synchronous = OFF");
            source.BackupDatabase(target);
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            throw Locked("restored", busy);
        }

        RestoreMode(target, image.JournalMode);
    }

    public void Delete()
    {
        _deleted = true;
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that another process holds open (Windows): the folder is a temporary one.
        }
    }

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As in Delete; the folder goes with the sink.
        }
    }

    /// <summary>SQLite changes the mode only when no other connection is open; an idle one of the test's own keeps it, and the content is right all the same.</summary>
    private static void RestoreMode(SqliteConnection connection, string mode)
    {
        try
        {
            if (Text(connection, "PRAGMA journal_mode") != mode)
                Text(connection, $"PRAGMA journal_mode = {mode}");
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(StringOf(path)) { DefaultTimeout = 1 };
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string StringOf(string path) => new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();

    private static SinkException Locked(string done, Exception? inner) => new(
        $"The SQLite sink cannot be {done}: a connection still holds a lock on it. Close every connection and end every transaction that the test opened itself.",
        inner);

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }
}
