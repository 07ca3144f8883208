namespace RerunSafe.TestKit.Reporting;

/// <summary>What a rerun check has found.</summary>
public sealed class RerunReport
{
    internal RerunReport(
        IReadOnlyList<RerunFailure> failures, IReadOnlyList<ScheduleResult> schedules, IReadOnlyList<string> inputs, IReadOnlyList<string> notes, int runs, TimeSpan duration)
    {
        Failures = failures;
        Schedules = schedules;
        Inputs = inputs;
        Notes = notes;
        Runs = runs;
        Duration = duration;
    }

    /// <summary>True when no run of any schedule failed.</summary>
    public bool Passed => Failures.Count == 0;

    /// <summary>The failures, each once, those of the undisturbed runs first.</summary>
    public IReadOnlyList<RerunFailure> Failures { get; }

    /// <summary>What was explored. Empty when the undisturbed runs already failed so that no schedule could be judged.</summary>
    public IReadOnlyList<ScheduleResult> Schedules { get; }

    /// <summary>The workloads in one line each, enough to make them again.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>What this check cannot speak about, and how to make it: tables that are written and not observed, statements that a crash cannot divide, the machine's clock.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>How many times the pipeline was run, shrinking included.</summary>
    public int Runs { get; }

    /// <summary>How long the check took, shrinking included.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The report for a console.</summary>
    public override string ToString() => ReportText.Of(this);
}
