using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>Death at every point, and a rerun.</summary>
internal sealed class CrashSchedule() : Schedule("CrashAtEveryWrite")
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var passed = session.Recorded.Points;
        // Between two durable changes every death leaves the same state, and a pipeline built anew knows nothing else.
        var states = passed.Where(p => exploration.Wants(p.Point)).DistinctBy(p => p.DurableState).ToList();
        exploration.Planned = passed.Count(p => exploration.Wants(p.Point));
        exploration.Collapsed = exploration.Planned - states.Count;
        // The kit cannot see what a named crash point stands for, so that equal sinks do not mean equal states.
        var seen = passed.Any(p => p.Point.Kind == StepKind.Custom) ? null : new HashSet<string>(StringComparer.Ordinal);
        await exploration.ExploreAsync(exploration.Choose(states), point => ExploreAsync(exploration, point, seen, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task ExploreAsync(Exploration exploration, CrashPoint point, HashSet<string>? seen, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var death = await runner.RunAsync(session.Faulty, 0, point, StepVerdict.Die, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (death.End == RunEnd.Hung)
        {
            exploration.Explored++;
            exploration.Add([CheckSession.Completion(death, "dying", runner.Deadline)!], death.Gate.Stopped);
            return;
        }

        if (death.Gate.Stopped is not { } stopped)
        {
            exploration.AddUnreached(point);
            return;
        }

        var state = seen is null ? null : await runner.Sinks.WholeStateAsync(cancellationToken).ConfigureAwait(false);
        if (state is not null && !seen!.Add(state))
        {
            exploration.Collapsed++;
            return;
        }

        exploration.Explored++;
        var rerun = await runner.RunAsync(session.Faulty, 1, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (CheckSession.Completion(rerun, "run after the death", runner.Deadline) is { } failed)
        {
            exploration.Add([failed], stopped);
            return;
        }

        var later = await session.JudgeAsync(laterDay: true, cancellationToken).ConfigureAwait(false);
        if (later.Count == 0 && state is not null)
            session.SafeStates.Add(state);
        exploration.Add(await exploration.Clock.SeparateAsync(later, () => session.StopAndRerunAsync(point, StepVerdict.Die, cancellationToken)).ConfigureAwait(false), stopped);
    }
}
