using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>One schedule at work on one input: what to explore, what has been found and counted.</summary>
internal sealed class Exploration(CheckSession session, string schedule, Func<CrashPoint, bool>? only = null, bool stopsAtFirstFailure = false)
{
    private readonly List<Finding> _findings = [];

    public CheckSession Session => session;

    public IReadOnlyList<Finding> Findings => _findings;

    public int Planned { get; set; }

    public int Explored { get; set; }

    public int Collapsed { get; set; }

    public int Skipped { get; set; }

    public int Unreached { get; set; }

    /// <summary>How many of the explored runs failed.</summary>
    public int Failed { get; private set; }

    public string? Note { get; set; }

    public bool IsOver => stopsAtFirstFailure && _findings.Count > 0;

    public bool Wants(CrashPoint point) => only is null || only(point);

    /// <summary>Notes what was found after one run of the schedule.</summary>
    public void Add(IEnumerable<Finding> findings, StoppedAt? stopped = null)
    {
        var before = _findings.Count;
        _findings.AddRange(findings.Select(f => f with
        {
            Schedule = schedule,
            Point = stopped?.Point ?? f.Point,
            Stopped = stopped,
        }));
        if (_findings.Count > before)
            Failed++;
    }

    public void AddUnreached(CrashPoint point)
    {
        Unreached++;
        Add([new Finding(Oracle.Coverage, Verdict.UnreachedPoint, $"The planned point {point} was not reached although the input and the sink were those of the recorded run: the pipeline does its steps in another order from run to run") { Point = point }]);
    }
}
