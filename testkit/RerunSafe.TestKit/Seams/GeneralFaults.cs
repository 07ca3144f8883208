using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// A provider that the kit has no dialect for: its transactions are tracked by what passes the decorator, and its errors are told by
/// <see cref="InjectedDbException"/>, for exceptions of providers can seldom be made from outside.
/// </summary>
internal sealed class GeneralFaults(string seam) : IFaultDialect
{
    public string Seam { get; } = seam;

    public bool ExecutesStatementsOneByOne => false;

    public bool TextsAreAtomic => false;

    public bool TransactionsExclude => true;

    public bool IsLockedOut(Exception error) => false;

    public bool? InTransaction(DbConnection connection) => null;

    public Exception Fault(Step step, bool applied, DbConnection connection, DbTransaction? transaction) => new InjectedDbException(
        applied ? $"Connection lost: it is not known whether {step.Kind} was applied." : $"{step.Kind} failed and can be tried again.");

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
        try
        {
            if (transaction?.Connection is not null)
                transaction.Rollback();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // Closing ends it too.
        }

        connection.Close();
    }
}
