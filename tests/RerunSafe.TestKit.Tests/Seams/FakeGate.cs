using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

/// <summary>Records the steps of a run, and gives one verdict at one place of them.</summary>
internal sealed class FakeGate : IStepGate
{
    private Func<Step, bool>? _where;
    private StepVerdict _verdict;
    private bool _after;

    public List<Step> Steps { get; } = [];

    public List<Step> Applied { get; } = [];

    public int Deaths { get; private set; }

    public bool IsDead { get; private set; }

    /// <summary>What to do with each step while it runs.</summary>
    public Action<Step>? Look { get; set; }

    public IEnumerable<string> Story => Steps.Select(step => $"{step.Kind}{(step.InTransaction ? " in transaction" : "")}: {step.Statement}");

    public static FakeGate Before(StepVerdict verdict, Func<Step, bool> where) => new() { _verdict = verdict, _where = where };

    public static FakeGate After(StepVerdict verdict, Func<Step, bool> where) => new() { _verdict = verdict, _where = where, _after = true };

    StepVerdict IStepGate.Before(Step step)
    {
        Assert.That(IsDead, Is.False, "a dead run asks no more");
        Steps.Add(step);
        Look?.Invoke(step);
        return Decide(step, after: false);
    }

    StepVerdict IStepGate.After(Step step)
    {
        Assert.That(Steps, Has.Some.SameAs(step));
        Applied.Add(step);
        return Decide(step, after: true);
    }

    void IStepGate.Died()
    {
        IsDead = true;
        Deaths++;
    }

    private StepVerdict Decide(Step step, bool after)
    {
        if (_where is null || after != _after || !_where(step))
            return StepVerdict.Go;

        _where = null;
        IsDead = _verdict == StepVerdict.Die;
        return _verdict;
    }
}
