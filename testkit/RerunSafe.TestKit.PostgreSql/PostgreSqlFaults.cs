using System.Data;
using System.Data.Common;
using Npgsql;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>
/// Errors as PostgreSQL gives them. Nothing applied: the server itself raises a deadlock (40P01), or a serialization failure (40001) at a
/// commit, so that the exception is a real one and an open transaction is really aborted (25P02 from then on). Applied, answer lost: Npgsql's own
/// exception for an answer that did not come in time.
/// </summary>
internal sealed class PostgreSqlFaults : IFaultDialect
{
    public static readonly PostgreSqlFaults Instance = new();

    public string Seam => "PostgreSQL";

    public bool ExecutesStatementsOneByOne => false;

    public bool TextsAreAtomic => true;

    public bool TransactionsExclude => false;

    /// <summary>Never: a run that PostgreSQL refuses (40001, 40P01) is one that occurs, and is run again.</summary>
    public bool IsLockedOut(Exception error) => false;

    public bool? InTransaction(DbConnection connection) => null;

    public Exception Fault(Step step, bool applied, DbConnection connection, DbTransaction? transaction)
    {
        if (applied)
            return new NpgsqlException("Exception while reading from stream", new TimeoutException("Timeout during reading attempt"));
        var (code, message) = step.Kind == StepKind.Commit ? ("40001", "could not serialize access due to concurrent update") : ("40P01", "deadlock detected");
        using var command = connection.CreateCommand();
        command.CommandText = $"DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$";
        if (transaction?.Connection is not null)
            command.Transaction = transaction;
        try
        {
            command.ExecuteNonQuery();
        }
        catch (PostgresException raised)
        {
            return raised;
        }

        throw new InvalidOperationException("PostgreSQL did not raise the error that it was told to raise.");
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

    public void Sever(DbConnection connection, DbTransaction? transaction)
    {
        var mine = (NpgsqlConnection)connection;
        var session = mine.State == ConnectionState.Open ? mine.ProcessID : 0;
        try
        {
            // Nothing is under way: this returns when the locks are gone, and a closed connection is noticed by the server only later.
            if (mine.FullState == ConnectionState.Open)
            {
                using var rollback = new NpgsqlCommand("ROLLBACK", mine);
                rollback.ExecuteNonQuery();
                session = 0;
            }
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // A broken connection, or one with an open result: the session is ended from outside.
        }

        // To close it would read an open result to its end, and with that finish what is under way.
        if (session != 0)
            End(session, mine.ConnectionString);
        mine.Close();
    }

    private static void End(int session, string connectionString)
    {
        using var other = new NpgsqlConnection(connectionString);
        other.Open();
        using var command = new NpgsqlCommand("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = $1", other) { Parameters = { new() { Value = session } } };
        command.ExecuteNonQuery();
    }
}
