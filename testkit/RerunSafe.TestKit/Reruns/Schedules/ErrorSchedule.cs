using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>An error at every point, met by the pipeline's own error handling, and a rerun when that gives up.</summary>
internal sealed class ErrorSchedule() : Schedule("ErrorAtEveryWrite")
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var points = session.Recorded.Points.Where(p => exploration.Wants(p.Point)).ToList();
        var able = points.Where(p => p.Seam != PipelineRun.CrashPointSeam).ToList();
        exploration.Planned = points.Count;
        exploration.Skipped = points.Count - able.Count;
        if (exploration.Skipped > 0)
            exploration.Note = "crash points without an error of their own are skipped";
        // What a run that gave up leads to depends on the state that it left, and on nothing else the kit can see.
        var seen = points.Any(p => p.Point.Kind == StepKind.Custom) ? null : new HashSet<string>(StringComparer.Ordinal);
        await exploration.ExploreAsync(exploration.Choose(able), point => ExploreAsync(exploration, point.Point, seen, cancellationToken)).ConfigureAwait(false);
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

        var found = await session.JudgeAsync(ranAgain, cancellationToken).ConfigureAwait(false);
        exploration.Add(
            ranAgain ? await exploration.Clock.SeparateAsync(found, () => session.StopAndRerunAsync(point, StepVerdict.Fail, cancellationToken)).ConfigureAwait(false) : found,
            stopped);
    }
}
