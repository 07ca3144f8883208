using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns;

/// <summary>What is done to a run, and what is noted of it. The empty plan is an undisturbed run.</summary>
internal sealed record RunPlan
{
    /// <summary>A run whose points are noted.</summary>
    public static RunPlan Recording { get; } = new() { Records = true };

    /// <summary>Where the run is to be stopped, or null.</summary>
    public CrashPoint? Target { get; private init; }

    /// <summary>Whether it dies or is answered with an error there.</summary>
    public StepVerdict AtTarget { get; private init; } = StepVerdict.Go;

    /// <summary>Whether the points that it passes are noted.</summary>
    public bool Records { get; init; }

    /// <summary>Looks for writes that no step explains, or null.</summary>
    public UnseenWriteWatch? Watch { get; init; }

    /// <summary>
    /// Called on the thread of the pipeline when a durable step is over, with the number of the durable state that it led to; not while
    /// another durable step of the run is under way.
    /// </summary>
    public Action<int>? AtBoundary { get; init; }

    /// <summary>The turn of the run among others that are at work at the same time, or null when it is alone.</summary>
    public ITurn? Turn { get; init; }

    /// <summary>How many runs there are at a time; each has so many times the deadline of one alone.</summary>
    public int RunsAtOnce { get; init; } = 1;

    public static RunPlan Stop(CrashPoint target, StepVerdict verdict) => new() { Target = target, AtTarget = verdict };
}
