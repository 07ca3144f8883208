namespace RerunSafe.TestKit.Reporting;

/// <summary>What one schedule has explored.</summary>
/// <param name="Schedule">Its name.</param>
/// <param name="Planned">How many points (for a repetition: reruns) there were.</param>
/// <param name="Explored">How many were run to the end and judged.</param>
/// <param name="Collapsed">How many leave the same durable state as one that was explored, so that they need no run of their own.</param>
/// <param name="Infeasible">How many cannot happen: the engine lets no run be where the plan wants it. They prove nothing and fail nothing.</param>
/// <param name="Skipped">How many were not run; <paramref name="Note"/> says why.</param>
/// <param name="Unreached">How many planned points were not reached. Each is a failure.</param>
/// <param name="Failed">How many of the explored ones failed.</param>
/// <param name="Runs">How many times the pipeline was run for it, without shrinking.</param>
/// <param name="Duration">How long it took, without shrinking.</param>
/// <param name="Note">Why something was skipped or nothing was done, or null.</param>
public sealed record ScheduleResult(
    string Schedule, int Planned, int Explored, int Collapsed, int Infeasible, int Skipped, int Unreached, int Failed, int Runs, TimeSpan Duration, string? Note)
{
    /// <summary>Explored points in a second; each is a rerun, and where it could not begin at a copy of the sink, a run that is stopped before it.</summary>
    public double PerSecond => Duration > TimeSpan.Zero ? Explored / Duration.TotalSeconds : 0;
}
