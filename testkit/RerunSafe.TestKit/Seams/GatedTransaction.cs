using System.Data;
using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>A transaction whose commit, rollback and savepoints pass the gate. Disposing of it unfinished rolls back, unasked.</summary>
internal sealed class GatedTransaction(GatedConnection connection, DbTransaction inner) : DbTransaction
{
    public DbTransaction Inner { get; } = inner;

    public override IsolationLevel IsolationLevel => Inner.IsolationLevel;

    public override bool SupportsSavepoints => Inner.SupportsSavepoints;

    // Providers let go of the connection when the transaction is over, and callers look at that.
    protected override DbConnection? DbConnection => Inner.Connection is null ? null : connection;

    public override void Commit() => Pass(StepText.Commit, Inner.Commit);

    public override Task CommitAsync(CancellationToken cancellationToken = default) => PassAsync(StepText.Commit, Inner.CommitAsync, cancellationToken);

    public override void Rollback() => Pass(StepText.Rollback, Inner.Rollback);

    public override Task RollbackAsync(CancellationToken cancellationToken = default) => PassAsync(StepText.Rollback, Inner.RollbackAsync, cancellationToken);

    public override void Save(string savepointName) => Pass(Savepoint("SAVEPOINT", savepointName), () => Inner.Save(savepointName));

    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        PassAsync(Savepoint("SAVEPOINT", savepointName), token => Inner.SaveAsync(savepointName, token), cancellationToken);

    public override void Rollback(string savepointName) => Pass(Savepoint("ROLLBACK TO", savepointName), () => Inner.Rollback(savepointName));

    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        PassAsync(Savepoint("ROLLBACK TO", savepointName), token => Inner.RollbackAsync(savepointName, token), cancellationToken);

    public override void Release(string savepointName) => Pass(Savepoint("RELEASE", savepointName), () => Inner.Release(savepointName));

    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        PassAsync(Savepoint("RELEASE", savepointName), token => Inner.ReleaseAsync(savepointName, token), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (connection.IsOpen)
            await Inner.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && connection.IsOpen)
            Inner.Dispose();

        base.Dispose(disposing);
    }

    private static StepText Savepoint(string verb, string name) => new(StepKind.Savepoint, $"{verb} {name}");

    private void Pass(StepText text, Action act)
    {
        var call = connection.Enter(text, null);
        try
        {
            act();
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
    }

    private async Task PassAsync(StepText text, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = connection.Enter(text, null);
        try
        {
            await act(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
    }
}
