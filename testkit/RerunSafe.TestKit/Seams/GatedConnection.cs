using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// A connection of a pipeline under test: every command, transaction and batch passes the gate of its run. What it gives
/// out is wrapped too. Code that casts to a provider's own type, such as (SqliteConnection)connection, cannot work with it; crash points
/// of such code are named by the pipeline's author.
/// </summary>
internal sealed partial class GatedConnection : DbConnection
{
    private readonly GatedRun _run;
    private readonly DbConnection _inner;
    private readonly IFaultDialect _dialect;
    private readonly long _ordinal;
    private GatedTransaction? _transaction;

    public GatedConnection(GatedRun run, DbConnection inner, IFaultDialect dialect, long ordinal)
    {
        _run = run;
        _inner = inner;
        _dialect = dialect;
        _ordinal = ordinal;
        inner.StateChange += (_, change) =>
        {
            // Also when a reader closes the connection (CommandBehavior.CloseConnection).
            if (change.CurrentState == ConnectionState.Closed)
                Forget();

            OnStateChange(change);
        };
    }

    [AllowNull]
    public override string ConnectionString
    {
        get => _inner.ConnectionString;
        set
        {
            ThrowIfDead();
            _inner.ConnectionString = value;
        }
    }

    public override string Database => _inner.Database;

    public override string DataSource => _inner.DataSource;

    public override string ServerVersion => _inner.ServerVersion;

    public override int ConnectionTimeout => _inner.ConnectionTimeout;

    public override ConnectionState State => _severed ? ConnectionState.Closed : _inner.State;

    public override bool CanCreateBatch => _inner.CanCreateBatch;

    internal DbConnection Inner => _inner;

    public override void Open()
    {
        ThrowIfDead();
        _run.Own(this);
        EnterCall();
        try
        {
            _inner.Open();
        }
        finally
        {
            LeaveCall();
        }

        CloseIfDead();
    }

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        ThrowIfDead();
        _run.Own(this);
        EnterCall();
        try
        {
            await _inner.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LeaveCall();
        }

        CloseIfDead();
    }

    public override void Close()
    {
        if (!_severed)
            _inner.Close();
    }

    public override async Task CloseAsync()
    {
        if (!_severed)
            await _inner.CloseAsync().ConfigureAwait(false);
    }

    public override void ChangeDatabase(string databaseName)
    {
        ThrowIfDead();
        _inner.ChangeDatabase(databaseName);
    }

    public override void EnlistTransaction(System.Transactions.Transaction? transaction)
    {
        ThrowIfDead();
        _inner.EnlistTransaction(transaction);
    }

    public override DataTable GetSchema()
    {
        ThrowIfDead();
        return _inner.GetSchema();
    }

    public override DataTable GetSchema(string collectionName)
    {
        ThrowIfDead();
        return _inner.GetSchema(collectionName);
    }

    public override DataTable GetSchema(string collectionName, string?[] restrictionValues)
    {
        ThrowIfDead();
        return _inner.GetSchema(collectionName, restrictionValues);
    }

    public override async ValueTask DisposeAsync()
    {
        // The provider's own asynchronous disposal; Dispose then finds it closed.
        if (!_severed && !_run.IsDead)
            await _inner.DisposeAsync().ConfigureAwait(false);

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        var call = Enter(StepText.Begin, null);
        DbTransaction inner;
        try
        {
            inner = _inner.BeginTransaction(isolationLevel);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        return Begun(inner, call);
    }

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Enter(StepText.Begin, null);
        DbTransaction inner;
        try
        {
            inner = await _inner.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        return Begun(inner, call);
    }

    protected override DbCommand CreateDbCommand()
    {
        ThrowIfDead();
        return new GatedCommand(_inner.CreateCommand()) { Connection = this };
    }

    protected override DbBatch CreateDbBatch()
    {
        ThrowIfDead();
        return new GatedBatch(_inner.CreateBatch()) { Connection = this };
    }

    protected override void Dispose(bool disposing)
    {
        // From a finalizer the inner connection may be finalized already, and finalizes itself.
        if (disposing)
        {
            if (_run.IsDead)
                Sever();

            if (!_severed)
                _inner.Dispose();

            Forget();
            _run.Release(this);
        }

        base.Dispose(disposing);
    }

    private GatedTransaction Begun(DbTransaction inner, GatedCall call)
    {
        var transaction = new GatedTransaction(this, inner);
        _transaction = transaction;
        try
        {
            call.Applied();
        }
        catch
        {
            // The caller never gets it; the provider must not go on holding it as the current one.
            transaction.Dispose();
            throw;
        }

        return transaction;
    }

    /// <summary>A run that died in the moment in which this connection was opened may have missed it.</summary>
    private void CloseIfDead()
    {
        if (!_run.IsDead)
            return;

        Sever();
        ThrowIfDead();
    }

    private void Forget()
    {
        _transaction = null;
        _began = false;
        _savepointThatBegan = null;
    }
}
