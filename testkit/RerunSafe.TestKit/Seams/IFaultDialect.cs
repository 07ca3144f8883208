using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>What differs between engines when a call fails: the exception, and what becomes of the transaction.</summary>
internal interface IFaultDialect
{
    /// <summary>The name for <see cref="Step.Seam"/>.</summary>
    string Seam { get; }

    /// <summary>
    /// Whether a text of several statements does the same when each is executed by itself, so that a death between them can be tried. Not
    /// where the engine makes one implicit transaction of a text, as PostgreSQL does.
    /// </summary>
    bool ExecutesStatementsOneByOne { get; }

    /// <summary>Whether an open transaction, even one that has written nothing, can keep others from writing.</summary>
    bool TransactionsExclude { get; }

    /// <summary>Whether the engine refused a call because somebody else held a lock, and only for that.</summary>
    bool IsLockedOut(Exception error);

    /// <summary>Whether a transaction is open on the connection, as the engine itself knows; null when it cannot be asked.</summary>
    bool? InTransaction(DbConnection connection);

    /// <summary>The provider's own exception for a step that failed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="applied">False: nothing reached the sink. True: it was applied, the answer was lost.</param>
    Exception Fault(Step step, bool applied);

    /// <summary>Gives up the open transaction as the engine does when a commit fails. The transaction object is not told.</summary>
    void Abort(DbConnection connection, DbTransaction? transaction);

    /// <summary>Closes for real, whatever state the connection is in, so that no lock and no open transaction stays.</summary>
    void Sever(DbConnection connection, DbTransaction? transaction);
}
