using System.Diagnostics;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Reruns.Schedules;
using RerunSafe.TestKit.Reruns.Shrinking;

namespace RerunSafe.TestKit.Reruns;

/// <summary>The order of a check: undisturbed runs, schedules, then one shrunk story for each failure.</summary>
internal sealed class CheckProcedure(CheckSetup setup, IReadOnlyList<Schedule> schedules, ReproToken? token)
{
    /// <summary>So many failures are shrunk; a reader does not get to more of them.</summary>
    private const int MostShrunk = 10;

    public async Task<RerunReport> RunAsync(Stopwatch clock, CancellationToken cancellationToken)
    {
        var chosen = Chosen();
        var session = new CheckSession(setup, token?.Groups);
        var results = new List<ScheduleResult>();
        var found = new List<Finding>();
        var prepared = await session.PrepareAsync(cancellationToken).ConfigureAwait(false);
        RequireGroups(session);
        if (token is null || token.Schedule == ReproToken.Undisturbed || !prepared)
            found.AddRange(session.Findings);
        foreach (var schedule in prepared ? chosen : [])
        {
            var watch = Stopwatch.StartNew();
            var runs = setup.Runner.Runs;
            var exploration = new Exploration(session, schedule.Name, token?.Point is { } id ? point => point.Id == id : null, token?.Point);
            await schedule.ExploreAsync(exploration, cancellationToken).ConfigureAwait(false);
            RequirePoint(exploration, schedule);
            found.AddRange(exploration.Findings);
            results.Add(new(schedule.Name, exploration.Planned, exploration.Explored, exploration.Collapsed, exploration.Infeasible, exploration.Skipped, exploration.Unreached, exploration.Failed, setup.Runner.Runs - runs, watch.Elapsed, exploration.Note));
        }

        if (setup.Runner.LateCalls is > 0 and var late)
            found.Add(new(Oracle.Completion, Verdict.LeftRunning, $"{Texts.Count(late, "call")} came after the task of the run had ended: the pipeline starts work that it does not await (fire and forget), and a process that exits then loses it. Await everything that it starts"));
        var failures = await TellAsync(found, session, cancellationToken).ConfigureAwait(false);
        return new RerunReport(failures, results, [.. setup.Runner.Workloads.Select(w => w.Describe())], prepared ? session.Notes : [], setup.Runner.Runs, clock.Elapsed);
    }

    private IReadOnlyList<Schedule> Chosen()
    {
        if (token is null)
            return schedules;
        if (token.Schedule == ReproToken.Undisturbed)
            return [];
        var named = schedules.FirstOrDefault(s => s.Name == token.Schedule) ?? Schedule.Find(token.Schedule)
            ?? throw new RerunCheckException($"The repro token '{token}' names the schedule '{token.Schedule}', which this check does not have. There are: {string.Join(", ", schedules.Concat(Schedule.RecordByRecord).Select(s => s.Name).Distinct())}.");
        return [named];
    }

    /// <summary>A token whose groups are of no workload would run on nothing and pass.</summary>
    private void RequireGroups(CheckSession session)
    {
        if (token?.Groups is not { } groups || setup.Runner.Workloads.Count == 0)
            return;
        var names = setup.Runner.Workloads.Select(w => w.Source).ToList();
        if (groups.All.FirstOrDefault(g => !names.Contains(g.Source)) is { Source: { } unknown })
            throw new RerunCheckException($"The repro token '{token}' names the workload '{unknown}', which the pipeline does not read. It reads: {string.Join(", ", names)}.");
        if (session.Deliveries.Count == 0)
            throw new RerunCheckException($"The groups of the repro token '{token}' have no deliveries. Has the workload changed since the report?");
    }

    /// <summary>A token whose point is no longer there proves nothing, so it must not pass.</summary>
    private void RequirePoint(Exploration exploration, Schedule schedule)
    {
        if (token?.Point is { } id && exploration.Planned == 0)
        {
            exploration.Unreached++;
            exploration.Add([new Finding(Oracle.Coverage, Verdict.UnreachedPoint, $"The repro token names '{id}' of {schedule.Name}, which is not there any more: the statements of the pipeline or the workload have changed. Run the whole check again")]);
        }
    }

    private async Task<IReadOnlyList<RerunFailure>> TellAsync(List<Finding> found, CheckSession session, CancellationToken cancellationToken)
    {
        var shrinker = new Shrinker(setup, schedules);
        var wholeRecords = session.Deliveries.Select(d => (d.Delivery.Source, d.Truth.Group)).Distinct().Count();
        var failures = new List<RerunFailure>();
        foreach (var same in found.GroupBy(f => f.Class))
        {
            // Points of good records make the simpler story.
            var finding = same.OrderBy(f => f.Stopped?.Delivery?.Truth.Fault is null ? 0 : 1).First();
            var shrunk = failures.Count < MostShrunk && token?.Groups is null
                ? await shrinker.ShrinkAsync(finding, session, cancellationToken).ConfigureAwait(false)
                : new ShrunkFailure(finding, session.Groups, session.Deliveries, 0, false);
            failures.Add(Story.Of(finding, same.Count() - 1, shrunk, wholeRecords, setup.Runner));
        }

        return failures;
    }
}
