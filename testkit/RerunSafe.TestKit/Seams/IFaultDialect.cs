using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// What differs between engines when a call fails: the exception, and what becomes of the transaction. A sink of another engine gives its own
/// (<see cref="Sinks.IDbSink.Faults"/>); without one the kit raises an error of its own class and tracks transactions by what passes it.
/// </summary>
public interface IFaultDialect
{
    /// <summary>The name for <see cref="Step.Seam"/>, such as "PostgreSQL".</summary>
    string Seam { get; }

    /// <summary>
    /// Whether a text of several statements does the same when each is executed by itself, so that a death between them can be tried. Not
    /// where the engine makes one implicit transaction of a text, as PostgreSQL does.
    /// </summary>
    bool ExecutesStatementsOneByOne { get; }

    /// <summary>Whether the engine makes one implicit transaction of a text of several statements, so that there is nothing between them.</summary>
    bool TextsAreAtomic { get; }

    /// <summary>Whether an open transaction, even one that has written nothing, can keep others from writing.</summary>
    bool TransactionsExclude { get; }

    /// <summary>Whether the engine refused a call only because somebody else held a lock, and lets no such order of steps happen.</summary>
    /// <param name="error">What the provider threw.</param>
    bool IsLockedOut(Exception error);

    /// <summary>Whether a transaction is open on the connection, as the engine itself knows; null when it cannot be asked.</summary>
    /// <param name="connection">The provider's own connection.</param>
    bool? InTransaction(DbConnection connection);

    /// <summary>The provider's own exception for a step that failed. What the engine does to an open transaction then is done here too.</summary>
    /// <param name="step">The step.</param>
    /// <param name="applied">False: nothing reached the sink. True: it was applied, the answer was lost.</param>
    /// <param name="connection">The provider's own connection.</param>
    /// <param name="transaction">Its transaction, if one was begun by the API.</param>
    Exception Fault(Step step, bool applied, DbConnection connection, DbTransaction? transaction);

    /// <summary>Gives up the open transaction as the engine does when a commit fails.</summary>
    /// <param name="connection">The provider's own connection.</param>
    /// <param name="transaction">Its transaction, if one was begun by the API.</param>
    void Abort(DbConnection connection, DbTransaction? transaction);

    /// <summary>
    /// Closes for real, whatever state the connection is in, so that no lock and no open transaction stays, and returns only when that is so.
    /// </summary>
    /// <param name="connection">The provider's own connection.</param>
    /// <param name="transaction">Its transaction, if one was begun by the API.</param>
    void Sever(DbConnection connection, DbTransaction? transaction);
}
