using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <content>How calls pass the gate.</content>
internal sealed partial class GatedConnection
{
    private readonly Lock _lock = new();
    private int _calls;
    private bool _severWhenIdle;
    private bool _severed;
    private bool _began;
    private string? _savepointThatBegan;

    /// <summary>Whether the physical connection is open.</summary>
    public bool IsOpen => !_severed && _inner.State != System.Data.ConnectionState.Closed;

    /// <summary>Whether the run has ended.</summary>
    public bool IsOver => _run.IsDead;

    public bool ExecutesStatementsOneByOne => _dialect.ExecutesStatementsOneByOne;

    private bool InTransaction => IsOpen && (_dialect.InTransaction(_inner) ?? _began);

    /// <summary>Asks the gate before a step and handles what it decides.</summary>
    public GatedCall Enter(StepText text, DbCommand? command)
    {
        ThrowIfDead();
        var inTransaction = InTransaction;
        var step = new Step(_dialect.Seam, KindOf(text, inTransaction), text.Statement, text.Table, inTransaction, _ordinal) { Statements = text.Statements, Commits = _dialect.TextsAreAtomic ? Math.Min(1, text.Commits) : text.Commits, Excludes = _dialect.TransactionsExclude };
        step.Origin = new StepOrigin(command);
        switch (_run.Gate.Before(step))
        {
            case StepVerdict.Die:
                step.Origin = null;
                throw _run.Die(step, "before");
            case StepVerdict.Fail:
                step.Origin = null;
                if (step.Kind == StepKind.Commit)
                    AbortTransaction();

                throw _dialect.Fault(step, applied: false, _inner, _transaction?.Inner);
        }

        try
        {
            EnterCall();
        }
        catch
        {
            step.Origin = null;
            throw;
        }

        return new GatedCall(this, step, text);
    }

    /// <summary>The provider has returned.</summary>
    /// <exception cref="PipelineDeathException">The run ended meanwhile.</exception>
    public void Returned(Step step, StepText text)
    {
        Track(step, text);
        try
        {
            LeaveCall();
        }
        catch
        {
            step.Origin = null;
            throw;
        }
    }

    /// <summary>Asks the gate after a step and handles what it decides.</summary>
    public void AskAfter(Step step)
    {
        var verdict = _run.Gate.After(step);
        step.Origin = null;
        switch (verdict)
        {
            case StepVerdict.Die:
                throw _run.Die(step, "after");
            case StepVerdict.Fail when step is { Kind: StepKind.Write or StepKind.Savepoint, InTransaction: true }:
                throw new InvalidOperationException($"A {step.Kind} inside a transaction cannot be applied and fail: {step.Statement}. Let it fail before, or let its commit fail.");
            case StepVerdict.Fail:
                if (step.Kind == StepKind.Begin)
                    AbortTransaction();

                throw _dialect.Fault(step, applied: true, _inner, _transaction?.Inner);
        }
    }

    public void Failed(Step step, Exception error)
    {
        if (_dialect.IsLockedOut(error))
            _run.Gate.LockedOut();
        step.Origin = null;
        LeaveCall();
    }

    /// <exception cref="PipelineDeathException">The run has ended.</exception>
    public void ThrowIfDead() => _run.ThrowIfDead();

    /// <summary>Begins a call to the provider that is no step. Until <see cref="LeaveCall"/> nobody else closes the connection.</summary>
    public void EnterCall()
    {
        lock (_lock)
        {
            if (!_severWhenIdle && !_severed)
            {
                _calls++;
                _run.Gate.EnteredCall();
                return;
            }
        }

        _run.ThrowIfDead();
        throw new PipelineDeathException(_run.Gate.Refuse());
    }

    /// <exception cref="PipelineDeathException">The run ended while the provider was at work.</exception>
    public void LeaveCall()
    {
        _run.Gate.LeftCall();
        lock (_lock)
        {
            _calls--;
            if (!_severWhenIdle)
                return;

            if (_calls == 0)
                SeverNow();
        }

        throw new PipelineDeathException(_run.Gate.Refuse());
    }

    /// <summary>Rolls back and closes for good; at once, or when the last call returns. Never throws.</summary>
    public void Sever()
    {
        lock (_lock)
        {
            _severWhenIdle = true;
            if (_calls == 0)
                SeverNow();
        }
    }

    private void SeverNow()
    {
        if (_severed)
            return;

        try
        {
            _dialect.Sever(_inner, _transaction?.Inner);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or ObjectDisposedException)
        {
            // The provider could not close cleanly; it is closed as far as it can be.
        }

        _severed = true;
    }

    private void AbortTransaction()
    {
        _dialect.Abort(_inner, _transaction?.Inner);
        _began = false;
        _savepointThatBegan = null;
    }

    private StepKind KindOf(StepText text, bool inTransaction)
    {
        if (text.Released is not null && inTransaction && string.Equals(text.Released, _savepointThatBegan, StringComparison.OrdinalIgnoreCase))
            return StepKind.Commit;

        return text.Kind;
    }

    private void Track(Step step, StepText text)
    {
        _began = step.Kind switch
        {
            StepKind.Begin => true,
            StepKind.Commit or StepKind.Rollback => false,
            _ => _began,
        };
        if (text.Savepoint is not null && !step.InTransaction)
            _savepointThatBegan = text.Savepoint;
        else if (_savepointThatBegan is not null && !InTransaction)
            _savepointThatBegan = null;
    }
}
