using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>
/// Death, and death of the rerun, and a second rerun. A sample: first deaths spread over the run, and for each of them second deaths spread
/// over its rerun. All at the same moment of the clock; what days do is for the other schedules.
/// </summary>
internal sealed class CrashTwiceSchedule() : Schedule("CrashTwice")
{
    private const int FirstDeaths = 6;
    private const int SecondDeaths = 5;

    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        var hidden = session.Recorded.Points.Any(p => p.Point.Kind == StepKind.Custom);
        var seen = new HashSet<string>(session.SafeStates, StringComparer.Ordinal);
        var firsts = PointSample.Of([.. session.Recorded.Points.DistinctBy(p => p.DurableState)], FirstDeaths, PointSample.Faults(session.Deliveries));
        foreach (var first in firsts)
        {
            var death = await session.DieAtAsync(first.Point, cancellationToken).ConfigureAwait(false);
            // What does not survive one death is told by CrashAtEveryWrite.
            if (death.Gate.Stopped is null || session.UnsafeStates.Contains(await runner.Sinks.WholeStateAsync(cancellationToken).ConfigureAwait(false)))
                continue;
            var left = await runner.Sinks.SaveAsync(cancellationToken).ConfigureAwait(false);
            using var boundaries = await Boundaries.RecordAsync(runner, session.Faulty, 0, _ => !hidden, cancellationToken).ConfigureAwait(false);
            if (boundaries is not null)
                await ExploreAsync(exploration, first, left, boundaries, hidden ? null : seen, cancellationToken).ConfigureAwait(false);
            foreach (var image in left.Values)
                image.Dispose();
        }
    }

    private static async Task ExploreAsync(
        Exploration exploration, PassedPoint first, IReadOnlyDictionary<ISink, SinkImage> left, Boundaries rerun, HashSet<string>? seen, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var states = rerun.Points.DistinctBy(p => p.DurableState).ToList();
        var chosen = PointSample.Of(states, SecondDeaths, PointSample.Faults(session.Deliveries))
            .Select(second => (Second: second, Variation: new Variation($"{first.Point.Id}+{second.Point.Id}", $"the run died {first.Point}; its rerun died {second.Point}; then the pipeline ran again")))
            .Where(pair => exploration.Wants(pair.Variation)).ToList();
        if (chosen.Count == 0)
            return;
        exploration.Planned += states.Count;
        if (states.Count > chosen.Count)
            exploration.LeaveOut(states.Count - chosen.Count, "a sample of the pairs");
        await exploration.ExploreAsync(chosen, "second death", pair => ExploreAsync(exploration, pair.Second, pair.Variation, left, rerun.At(pair.Second), seen, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task ExploreAsync(
        Exploration exploration, PassedPoint second, Variation variation, IReadOnlyDictionary<ISink, SinkImage> left, Boundary? copy, HashSet<string>? seen, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        if (copy is not null && seen?.Contains(copy.State) == true)
        {
            exploration.Collapsed++;
            return;
        }

        if (copy is not null && seen is not null)
        {
            seen.Add(copy.State);
            await SinkSet.RestoreAsync(copy.Images, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SinkSet.RestoreAsync(left, cancellationToken).ConfigureAwait(false);
            var death = await runner.RunAsync(session.Faulty, 0, RunPlan.Stop(second.Point, StepVerdict.Die), cancellationToken).ConfigureAwait(false);
            if (death.Gate.Stopped is null)
            {
                exploration.AddUnreached(second.Point);
                return;
            }
        }

        var last = await runner.RunAsync(session.Faulty, 0, cancellationToken: cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Oracles.Finding> found = CheckSession.Completion(last, "run after the second death", runner.Deadline) is { } failed
            ? [failed]
            : await session.JudgeAsync(laterDay: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (found.Count > 0 && copy is not null && seen is not null)
        {
            // What fails is confirmed by real deaths.
            await ExploreAsync(exploration, second, variation, left, null, seen, cancellationToken).ConfigureAwait(false);
            return;
        }

        exploration.Explored++;
        exploration.Add(found, variation: variation);
    }
}
