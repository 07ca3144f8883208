using System.Diagnostics;
using RerunSafe.TestKit.Processes;
using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>One schedule at work on one input: what to explore, what has been found and counted.</summary>
internal sealed class Exploration(
    CheckSession session, string schedule, Func<CrashPoint, bool>? only = null, string? onlyVariation = null, Func<Finding, bool>? stopsAt = null)
{
    private const int MostHangs = 3;

    private readonly List<Finding> _findings = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public ClockCause Clock { get; } = new();

    public CheckSession Session => session;

    public IReadOnlyList<Finding> Findings => _findings;

    public int Planned { get; set; }

    public int Explored { get; set; }

    public int Collapsed { get; set; }

    public int Infeasible { get; set; }

    public int Skipped { get; set; }

    public int Unreached { get; set; }

    /// <summary>How many of the explored runs failed.</summary>
    public int Failed { get; private set; }

    public string? Note { get; set; }

    /// <summary>
    /// True when going on is of no use: a shrinker has what it looks for, or so many runs hung that each further one would likely cost a
    /// deadline too.
    /// </summary>
    public bool IsOver => (stopsAt is not null && _findings.Any(stopsAt)) || _findings.Count(f => f.Verdict == Verdict.Hung) >= MostHangs;

    public bool Wants(CrashPoint point) => only is null || only(point);

    public bool Wants(Variation variation) => onlyVariation is null || variation.Id == onlyVariation;

    /// <summary>At most so many as the check allows, evenly; the others are counted as skipped.</summary>
    public IReadOnlyList<T> Sample<T>(IReadOnlyList<T> all)
    {
        if (session.Setup.MostPoints is not { } most || all.Count <= most)
            return all;
        LeaveOut(all.Count - most, $"AtMost({most}) leaves out {Texts.Count(all.Count - most, "variation")}");
        return [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];
    }

    /// <summary>Counts what is not explored, and says why.</summary>
    public void LeaveOut(int count, string why)
    {
        Skipped += count;
        if (Note?.Contains(why, StringComparison.Ordinal) != true)
            Note = Note is null ? why : $"{Note}; {why}";
    }

    /// <summary>The points to explore of these, as many as the check allows; the others are counted as skipped.</summary>
    public IReadOnlyList<PassedPoint> Choose(IReadOnlyList<PassedPoint> points)
    {
        if (session.Setup.MostPoints is not { } most || points.Count <= most)
            return session.Setup.LongestTime is null ? points : PointSample.Spread(points, PointSample.Faults(session.Deliveries));
        var chosen = PointSample.Of(points, most, PointSample.Faults(session.Deliveries));
        LeaveOut(points.Count - chosen.Count, $"AtMost({most}) leaves out {Texts.Count(points.Count - chosen.Count, "point")}");
        return chosen;
    }

    /// <summary>Explores the points one after the other until it is over.</summary>
    /// <param name="points">Points, or variations.</param>
    /// <param name="what">What one of them is called.</param>
    /// <param name="explore">Explores one.</param>
    public async Task ExploreAsync<T>(IReadOnlyList<T> points, string what, Func<T, Task> explore)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (IsOver)
            {
                LeaveOut(points.Count - i, $"stopped early after {Texts.Count(Failed, "failure")}");
                return;
            }

            if (i > 0 && session.Setup.LongestTime is { } longest && _clock.Elapsed > longest)
            {
                LeaveOut(points.Count - i, $"{Texts.Count(points.Count - i, what)} left out after {longest.TotalSeconds:0.###} s");
                return;
            }

            await explore(points[i]).ConfigureAwait(false);
            // A shrinker's explorations are many and short.
            if (stopsAt is null && (i + 1) * 10L / points.Count > i * 10L / points.Count && session.Setup.Progress is { } progress)
                await progress.WriteLineAsync($"{schedule}: {i + 1:N0} of {Texts.Count(points.Count, what)}, {Failed:N0} failed").ConfigureAwait(false);
        }
    }

    /// <summary>Notes what was found after one run of the schedule.</summary>
    public void Add(IEnumerable<Finding> findings, StoppedAt? stopped = null, Variation? variation = null)
    {
        var before = _findings.Count;
        _findings.AddRange(findings.Select(f => f with
        {
            Schedule = schedule,
            Point = stopped?.Point ?? f.Point,
            Stopped = stopped,
            Rule = f is { Verdict: Verdict.Lost, Oracle: Oracle.Convergence, ByClock: false } && stopped is not null ? LikelyRule.OfDeath(stopped.Point, f.Table) ?? f.Rule : f.Rule,
            Variation = variation,
        }));
        if (_findings.Count > before)
            Failed++;
    }

    public void AddUnreached(CrashPoint point)
    {
        if (point.Statement.StartsWith(ChangeWatch.Prefix, StringComparison.Ordinal))
        {
            LeaveOut(1, "changes of a watched sink that were not seen again");
            return;
        }

        Unreached++;
        Add([new Finding(Oracle.Coverage, Verdict.UnreachedPoint, $"The planned point {point} was not reached although the input and the sink were those of the recorded run: the pipeline does its steps in another order from run to run, as parallel writers do. Check it with a degree of parallelism of 1, and let the order come from the data") { Point = point }]);
    }
}
