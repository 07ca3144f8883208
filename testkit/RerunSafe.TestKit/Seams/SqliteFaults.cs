using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// Errors as SQLite gives them. Nothing applied, and the caller may try again: SQLITE_BUSY (5); a transaction stays open and usable.
/// A commit that failed: SQLITE_IOERR_FSYNC (10, extended 1034), and the transaction is rolled back, as SQLite does for
/// I/O errors (a commit that is merely busy stays open, and would be no fault). Applied, answer lost: SQLITE_IOERR_DIR_FSYNC (10, extended
/// 1290), which SQLite gives when the journal is deleted already, and with that the change committed.
/// </summary>
internal sealed class SqliteFaults : IFaultDialect
{
    public static readonly SqliteFaults Instance = new();

    public string Seam => "SQLite";

    public bool ExecutesStatementsOneByOne => true;

    public bool TextsAreAtomic => false;

    public bool TransactionsExclude => true;

    public bool IsLockedOut(Exception error) => error is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED };

    public bool? InTransaction(DbConnection connection) =>
        ((SqliteConnection)connection).Handle is { IsInvalid: false } handle && raw.sqlite3_get_autocommit(handle) == 0;

    public Exception Fault(Step step, bool applied, DbConnection connection, DbTransaction? transaction) => (applied, step.Kind) switch
    {
        (true, _) => new SqliteException("SQLite Error 10: 'disk I/O error'.", raw.SQLITE_IOERR, raw.SQLITE_IOERR_DIR_FSYNC),
        (false, StepKind.Commit) => new SqliteException("SQLite Error 10: 'disk I/O error'.", raw.SQLITE_IOERR, raw.SQLITE_IOERR_FSYNC),
        _ => new SqliteException("SQLite Error 5: 'database is locked'.", raw.SQLITE_BUSY),
    };

    public void Abort(DbConnection connection, DbTransaction? transaction)
    {
        // Straight to the engine: the provider's transaction learns of it by SQLite's rollback hook, as with a real error.
        if (((SqliteConnection)connection).Handle is { IsInvalid: false } handle && raw.sqlite3_get_autocommit(handle) == 0)
            raw.sqlite3_exec(handle, "ROLLBACK");
    }

    public void Sever(DbConnection connection, DbTransaction? transaction)
    {
        // Closing would finish a write whose reader is still open, and so commit it. A rollback undoes it, and needs a transaction.
        if (((SqliteConnection)connection).Handle is { IsInvalid: false } handle)
        {
            if (raw.sqlite3_get_autocommit(handle) != 0)
                raw.sqlite3_exec(handle, "BEGIN");

            raw.sqlite3_exec(handle, "ROLLBACK");
        }

        connection.Close();
    }
}
