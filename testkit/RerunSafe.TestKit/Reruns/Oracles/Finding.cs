using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>One thing that an oracle found wrong with one run or schedule.</summary>
internal sealed record Finding(Oracle Oracle, Verdict Verdict, string Message)
{
    /// <summary>The schedule, or null for the runs that come before all schedules.</summary>
    public string? Schedule { get; init; }

    public string? Table { get; init; }

    public CrashPoint? Point { get; init; }

    /// <summary>What was learned where the run was stopped.</summary>
    public StoppedAt? Stopped { get; init; }

    /// <summary>Which of the schedule's ways it was, for a schedule that has several.</summary>
    public Schedules.Variation? Variation { get; init; }

    public TableDiff? Diff { get; init; }

    /// <summary>The statement that the failure is laid to, without literals.</summary>
    public string? Statement { get; init; }

    public string? CallSite { get; init; }

    public string? Rule { get; init; }

    /// <summary>The deliveries that it is about.</summary>
    public IReadOnlyList<LabelledDelivery> Deliveries { get; init; } = [];

    /// <summary>True when a whole day lies between the runs that differ, and the values may come from the clock.</summary>
    public bool DiffersByTime { get; init; }

    /// <summary>True when it occurs only because the rerun is on another day.</summary>
    public bool ByClock { get; init; }

    /// <summary>What makes two findings one failure: the story is told once.</summary>
    public FailureClass Class => new(Schedule, Oracle, Verdict, Table, Statement, ByClock);
}

/// <summary>The class of a failure; shrinking must stay inside it.</summary>
internal readonly record struct FailureClass(string? Schedule, Oracle Oracle, Verdict Verdict, string? Table, string? Statement, bool ByClock)
{
    /// <summary>The same failure for a shrinker: the statement may be another one.</summary>
    public bool IsLike(FailureClass other) => Schedule == other.Schedule && Oracle == other.Oracle && Verdict == other.Verdict && Table == other.Table && ByClock == other.ByClock;
}
