using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>Watches the steps of one run, notes the points that it passes, and stops it at the planned one.</summary>
internal sealed class RunGate(RunPlan plan, Action? onDeath = null) : IStepGate
{
    private const int PatienceWithTheDead = 100;
    private static readonly TimeSpan PauseOfTheDead = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<CrashPoint, int> _occurrences = [];
    private readonly Dictionary<long, int> _openWrites = [];
    private readonly HashSet<long> _underWay = [];
    private readonly HashSet<long> _holding = [];
    private readonly HashSet<string> _unsplit = [];
    private readonly List<PassedPoint> _points = [];
    private readonly List<PassedPoint> _reads = [];
    private readonly HashSet<string> _statements = [];
    private readonly List<WriteShape> _writes = [];
    private int _passedTarget;
    private int _durableState;
    private int _lateCalls;
    private int _refused;
    private volatile bool _completed;
    private volatile bool _isDead;
    private volatile bool _isOver;

    public bool IsDead => _isDead || _isOver;

    /// <summary>The planned point, with what could be learned there; null as long as it is not reached.</summary>
    public StoppedAt? Stopped { get; private set; }

    /// <summary>The last delivery handed out.</summary>
    public LabelledDelivery? Current { get; set; }

    public int Deliveries { get; set; }

    public int WritesSeen { get; private set; }

    public Step? LastStep { get; private set; }

    /// <summary>How many durable states the run has passed so far, the first one included.</summary>
    public int DurableStates => _durableState + 1;

    public IReadOnlyList<PassedPoint> Points => _points;

    /// <summary>The queries, before which a call can fail. A death there leaves what a death at the write before it leaves.</summary>
    public IReadOnlyList<PassedPoint> Reads => _reads;

    /// <summary>The distinct statements that write, in the order of their first appearance.</summary>
    public IReadOnlyCollection<WriteShape> Writes => _writes;

    /// <summary>Texts of several writes outside a transaction, between which no death can be tried.</summary>
    public IReadOnlyCollection<string> Unsplit => _unsplit;

    /// <summary>Whether the engine refused a call because another run held a lock, so that this order of steps cannot occur.</summary>
    public bool WasLockedOut { get; private set; }

    public StepVerdict Before(Step step)
    {
        if (plan.Turn is { } turn && IsFree(step))
            turn.Pass(() => $"{Texts.Shorten(step.Statement, 70)}{(Current is { } current ? $" of delivery {current.Delivery.Position}" : "")}");
        return Visit(step, CrashPhase.Before);
    }

    public void EnteredCall() => plan.Turn?.Calling(underWay: true);

    public void LeftCall() => plan.Turn?.Calling(underWay: false);

    public void LockedOut() => WasLockedOut = true;

    public StepVerdict After(Step step) => Visit(step, CrashPhase.After);

    public void Died()
    {
        if (_isDead)
            onDeath?.Invoke();
    }

    /// <summary>How many calls came after the run had completed.</summary>
    public int LateCalls => _lateCalls;

    /// <summary>What the pipeline left running may touch nothing any more.</summary>
    /// <param name="completed">Whether the task of the pipeline had ended, and ended well.</param>
    public void End(bool completed)
    {
        _completed = completed;
        _isOver = true;
    }

    public string Refuse()
    {
        if (!_isDead && _isOver)
        {
            if (_completed)
                Interlocked.Increment(ref _lateCalls);
            return "The run is over and the pipeline still works: await everything that it starts.";
        }

        // A dead pipeline that tries again without a pause would keep a core from everybody else.
        if (Interlocked.Increment(ref _refused) > PatienceWithTheDead)
            Thread.Sleep(PauseOfTheDead);
        return "The run has ended: a process that has died makes no more calls.";
    }

    /// <summary>Whether nobody would have to wait for this run if it stood still before the step.</summary>
    private bool IsFree(Step step)
    {
        lock (_lock)
        {
            if (step.InTransaction && (step.Excludes || _openWrites.GetValueOrDefault(step.Connection) > 0))
                _holding.Add(step.Connection);
            else
                _holding.Remove(step.Connection);
            return _holding.Count == 0 && !IsDead;
        }
    }

    private StepVerdict Visit(Step step, CrashPhase phase)
    {
        lock (_lock)
        {
            if (IsDead)
                return StepVerdict.Die;
            LastStep = step;
            if (phase == CrashPhase.Before && (step.Kind == StepKind.Begin || step is { Kind: StepKind.Write, InTransaction: false }))
                plan.Watch?.End(step);
            if (phase == CrashPhase.Before && (step.Kind == StepKind.Commit || step is { Kind: StepKind.Write, InTransaction: false }))
                _underWay.Add(step.Connection);
            else
                _underWay.Remove(step.Connection);
            var inTransaction = Follow(step, phase);
            if (!IsPoint(step, phase, inTransaction))
                return StepVerdict.Go;
            var current = Current?.Delivery;
            // What happened before a named point is unknown to the kit, so no state after it equals one before it.
            if (step.Kind == StepKind.Custom)
                _durableState++;
            if (plan.Records)
                Note(step, phase, inTransaction, current);
            var verdict = Decide(step, phase, inTransaction, current);
            if (phase == CrashPhase.After)
            {
                _durableState++;
                // A parallel writer whose step is under way would be taken for an unseen one.
                if (_underWay.Count == 0)
                {
                    plan.AtBoundary?.Invoke(_durableState);
                    plan.Watch?.Begin(_durableState, step);
                }
            }

            return verdict;
        }
    }

    /// <summary>How many writes the transaction of the step's connection holds, the step included.</summary>
    private int Follow(Step step, CrashPhase phase)
    {
        var open = _openWrites.GetValueOrDefault(step.Connection);
        switch (step.Kind)
        {
            case StepKind.Write when phase == CrashPhase.Before:
                WritesSeen++;
                if (plan.Records && _statements.Add(step.Statement) && Texts.Shape(step.Statement) is var shape && _writes.All(w => w.Shape != shape))
                    _writes.Add(new(step.Table, shape, step.CallSite));

                if (plan.Records && step is { Commits: > 1, InTransaction: false })
                    _unsplit.Add(step.Statement);
                if (step.InTransaction)
                    _openWrites[step.Connection] = ++open;
                break;
            case StepKind.Begin or StepKind.Rollback:
                _openWrites[step.Connection] = 0;
                if (phase == CrashPhase.After && step is { Kind: StepKind.Begin, Excludes: true })
                    _holding.Add(step.Connection);
                else if (phase == CrashPhase.After && step.Kind == StepKind.Rollback)
                    _holding.Remove(step.Connection);
                break;
            case StepKind.Commit when phase == CrashPhase.After:
                _openWrites[step.Connection] = 0;
                _holding.Remove(step.Connection);
                break;
        }

        return step.Kind == StepKind.Write && !step.InTransaction ? 0 : open;
    }

    /// <summary>A write inside a transaction has one outcome whether the run dies before or after it; a commit of nothing has none.</summary>
    private static bool IsPoint(Step step, CrashPhase phase, int inTransaction) => step.Kind switch
    {
        StepKind.Write => phase == CrashPhase.Before || !step.InTransaction,
        StepKind.Commit => inTransaction > 0,
        StepKind.Custom or StepKind.Query => phase == CrashPhase.Before,
        _ => false,
    };

    private void Note(Step step, CrashPhase phase, int inTransaction, Delivery? current)
    {
        var place = new CrashPoint(step.Kind, step.Statement, step.Table, current?.Source, current?.Position, inTransaction, phase, 0);
        var occurrence = _occurrences.GetValueOrDefault(place);
        _occurrences[place] = occurrence + 1;
        var state = phase == CrashPhase.After ? _durableState + 1 : _durableState;
        (step.Kind == StepKind.Query ? _reads : _points).Add(new(occurrence == 0 ? place : place with { Occurrence = occurrence }, state, step.Seam));
    }

    private StepVerdict Decide(Step step, CrashPhase phase, int inTransaction, Delivery? current)
    {
        if (plan.Target is not { } target || Stopped is not null || !target.IsAt(step, current?.Source, current?.Position, inTransaction, phase))
            return StepVerdict.Go;
        if (_passedTarget++ != target.Occurrence)
            return StepVerdict.Go;
        Stopped = new(target, step.CallSite, step.Parameters, Current);
        _isDead = plan.AtTarget == StepVerdict.Die;
        return plan.AtTarget;
    }
}

/// <summary>A point that a recorded run passed.</summary>
/// <param name="Point">The point.</param>
/// <param name="DurableState">Points with the same number leave the same durable state when the run dies there.</param>
/// <param name="Seam">The kind of place.</param>
internal readonly record struct PassedPoint(CrashPoint Point, int DurableState, string Seam);

/// <summary>A statement that writes, without its literals.</summary>
internal sealed record WriteShape(string? Table, string Shape, string? CallSite);

/// <summary>Where and on what a run was stopped.</summary>
internal sealed record StoppedAt(CrashPoint Point, string? CallSite, string? Parameters, LabelledDelivery? Delivery);
