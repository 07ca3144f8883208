using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>An error at every point, met by the pipeline's own error handling, and a rerun when that gives up.</summary>
/// <param name="name">The name of the schedule.</param>
/// <param name="points">Which points of the recorded run it is about.</param>
internal sealed class ErrorSchedule(string name, Func<RunGate, IReadOnlyList<PassedPoint>> points) : Schedule(name)
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var wanted = points(session.Recorded).Where(p => exploration.Wants(p.Point)).ToList();
        var able = wanted.Where(p => p.Seam != PipelineRun.CrashPointSeam).ToList();
        exploration.Planned = wanted.Count;
        exploration.Skipped = wanted.Count - able.Count;
        if (exploration.Skipped > 0)
            exploration.Note = "crash points without an error of their own are skipped";
        // What a run that gave up leads to depends on the state that it left, and on nothing else the kit can see.
        var seen = session.Recorded.Points.Any(p => p.Point.Kind == StepKind.Custom) ? null : new HashSet<string>(StringComparer.Ordinal);
        await exploration.ExploreAsync(exploration.Choose(able), "point", point => ExploreAsync(exploration, point.Point, seen, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task ExploreAsync(Exploration exploration, CrashPoint point, HashSet<string>? seen, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var run = await runner.RunAsync(session.Faulty, 0, RunPlan.Stop(point, StepVerdict.Fail), cancellationToken).ConfigureAwait(false);
        if (run.Gate.Stopped is not { } stopped)
        {
            if (run.End == RunEnd.Hung)
                exploration.Add([CheckSession.Completion(run, "failing", runner.Deadline)!]);
            else
                exploration.AddUnreached(point);
            return;
        }

        var ranAgain = run.End == RunEnd.Threw;
        var state = ranAgain && seen is not null ? await runner.Sinks.WholeStateAsync(cancellationToken).ConfigureAwait(false) : null;
        if (state is not null && !seen!.Add(state))
        {
            exploration.Collapsed++;
            return;
        }

        exploration.Explored++;
        // A rerun from this very state has been judged after a death.
        if (state is not null && session.SafeStates.Contains(state))
            return;
        var last = ranAgain ? await runner.RunAsync(session.Faulty, 1, cancellationToken: cancellationToken).ConfigureAwait(false) : run;
        if (CheckSession.Completion(last, ranAgain ? "run after the error" : "failing", runner.Deadline) is { } failed)
        {
            exploration.Add([failed], stopped);
            return;
        }

        var found = await session.JudgeAsync(ranAgain, cancellationToken: cancellationToken).ConfigureAwait(false);
        exploration.Add(
            ranAgain ? await exploration.Clock.SeparateAsync(found, () => session.StopAndRerunAsync(point, StepVerdict.Fail, cancellationToken)).ConfigureAwait(false) : [.. found.Select(f => f.Verdict == Verdict.Doubled && stopped.Point.Phase == CrashPhase.After ? f with { Rule = LikelyRule.Retry } : f)],
            stopped);
    }
}
