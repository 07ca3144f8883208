using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reporting;

/// <summary>One failure with its story. Failures of the same schedule, oracle, verdict, table and statement are told once.</summary>
public sealed record RerunFailure
{
    internal RerunFailure()
    {
    }

    /// <summary>What went wrong.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Which question was answered wrongly.</summary>
    public required Oracle Oracle { get; init; }

    /// <summary>The schedule, or null when the undisturbed runs showed it already.</summary>
    public string? Schedule { get; init; }

    /// <summary>The table, or null when the failure is not about one.</summary>
    public string? Table { get; init; }

    /// <summary>Where the run was stopped, or null when it was not.</summary>
    public CrashPoint? Point { get; init; }

    /// <summary>How many more points of the schedule show the same failure.</summary>
    public int MorePoints { get; init; }

    /// <summary>How many original records the smallest input found holds.</summary>
    public required int Records { get; init; }

    /// <summary>The smallest input found: one line for each delivery, in order.</summary>
    public required IReadOnlyList<string> Deliveries { get; init; }

    /// <summary>How the table differs from what it should be, on the smallest input; null when the failure is not about rows.</summary>
    public TableDiff? Diff { get; init; }

    /// <summary>The analyzer rule that likely describes the cause, with the cure; null when none is likely.</summary>
    public string? LikelyRule { get; init; }

    /// <summary>What runs this failure alone: give it to <see cref="RerunCheck.Only"/>.</summary>
    public required string Repro { get; init; }

    internal Func<string> MakeReproFile { get; init; } = () => "";

    /// <summary>
    /// Writes a file that replays this failure on any machine, without the generator of its records: <see cref="RerunCheck.Replay"/>. It holds the
    /// deliveries of the smallest input found, with their labels.
    /// </summary>
    /// <param name="path">Where to, by custom ending in <c>.rerun.json</c>. A file that is there is replaced.</param>
    public void SaveRepro(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        File.WriteAllText(path, MakeReproFile());
    }

    /// <summary>The whole story in words.</summary>
    public required string Story { get; init; }

    /// <summary>The story.</summary>
    public override string ToString() => Story;
}
