using System.Data.Common;
using DuckDB.NET.Data;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>
/// Errors as DuckDB gives them, raised by the engine itself: inside a transaction it is really aborted, and refuses everything but a rollback
/// from then on. Nothing applied: a conflict with another transaction, in words, for DuckDB's class of it cannot be raised from outside.
/// Applied, answer lost: an I/O error behind the write.
/// </summary>
internal sealed class DuckDbFaults : IFaultDialect
{
    public static readonly DuckDbFaults Instance = new();

    public string Seam => "DuckDB";

    public bool ExecutesStatementsOneByOne => true;

    public bool TextsAreAtomic => false;

    public bool TransactionsExclude => false;

    /// <summary>Never: DuckDB waits for nobody. A run whose changes conflict is refused, occurs, and is run again.</summary>
    public bool IsLockedOut(Exception error) => false;

    public bool? InTransaction(DbConnection connection) => null;

    public Exception Fault(Step step, bool applied, DbConnection connection, DbTransaction? transaction)
    {
        var message = applied ? "IO Error: Could not sync the write-ahead log"
            : step.Kind == StepKind.Commit ? "TransactionContext Error: Failed to commit: write-write conflict"
            : "TransactionContext Error: Conflict on update!";
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT error('{message}')";
        try
        {
            command.ExecuteScalar();
        }
        catch (DuckDBException raised)
        {
            return raised;
        }

        throw new InvalidOperationException("DuckDB did not raise the error that it was told to raise.");
    }

    public void Abort(DbConnection connection, DbTransaction? transaction)
    {
        if (transaction?.Connection is not null)
        {
            transaction.Rollback();
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
    }

    /// <summary>To close a connection of DuckDB rolls back what is open on it, whatever state it is in.</summary>
    public void Sever(DbConnection connection, DbTransaction? transaction) => connection.Dispose();
}
