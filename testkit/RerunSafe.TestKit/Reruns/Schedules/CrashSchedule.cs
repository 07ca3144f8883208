using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>Death at every point, and a rerun.</summary>
internal sealed class CrashSchedule() : Schedule("CrashAtEveryWrite")
{
    /// <summary>Fewer points are really died at: a recording would cost as much.</summary>
    private const int FewestForRecording = 8;

    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var passed = session.Recorded.Points;
        // Between two durable changes every death leaves the same state, and a pipeline built anew knows nothing else.
        var states = passed.Where(p => exploration.Wants(p.Point)).DistinctBy(p => p.DurableState).ToList();
        exploration.Planned = passed.Count(p => exploration.Wants(p.Point));
        exploration.Collapsed = exploration.Planned - states.Count;
        var chosen = exploration.Choose(states);
        // The kit cannot see what a named crash point stands for, so that equal sinks do not mean equal states.
        var hidden = passed.Any(p => p.Point.Kind == StepKind.Custom);
        using var boundaries = hidden || chosen.Count < FewestForRecording ? null : await RecordAsync(session, chosen, cancellationToken).ConfigureAwait(false);
        var work = new Work(exploration, boundaries, hidden ? null : new HashSet<string>(StringComparer.Ordinal));
        await exploration.ExploreAsync(chosen, "point", point => work.ExploreAsync(point, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The states of one run, when deaths at two of its points leave just these states.</summary>
    private static async Task<Boundaries?> RecordAsync(CheckSession session, IReadOnlyList<PassedPoint> chosen, CancellationToken cancellationToken)
    {
        var wanted = chosen.Select(p => p.DurableState).ToHashSet();
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var boundaries = await Boundaries.RecordAsync(session.Setup.Runner, session.Faulty, 0, wanted.Contains, cancellationToken).ConfigureAwait(false);
        foreach (var point in new[] { session.Recorded.Points.LastOrDefault(p => p.Point.InTransaction > 0 && wanted.Contains(p.DurableState)), chosen[^1] })
        {
            if (boundaries is null || point.Point is null || boundaries.At(point) is not { } copy)
                continue;
            var death = await session.DieAtAsync(point.Point, cancellationToken).ConfigureAwait(false);
            if (death.Gate.Stopped is not null && await session.Setup.Runner.Sinks.WholeStateAsync(cancellationToken).ConfigureAwait(false) == copy.State)
                continue;
            boundaries.Dispose();
            return null;
        }

        return boundaries;
    }

    private sealed class Work(Exploration exploration, Boundaries? boundaries, HashSet<string>? seen)
    {
        private readonly CheckSession _session = exploration.Session;
        private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);

        public async Task ExploreAsync(PassedPoint point, CancellationToken cancellationToken)
        {
            if (boundaries?.At(point) is not { } copy || seen is null)
                await DieAsync(point.Point, cancellationToken).ConfigureAwait(false);
            else if (!seen.Add(copy.State))
                exploration.Collapsed++;
            else
                await StartFromAsync(copy, point.Point, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Brings a run to the point and ends it there.</summary>
        private async Task DieAsync(CrashPoint point, CancellationToken cancellationToken)
        {
            var death = await _session.DieAtAsync(point, cancellationToken).ConfigureAwait(false);
            if (death.End == RunEnd.Hung)
            {
                exploration.Explored++;
                exploration.Add([CheckSession.Completion(death, "dying", _session.Setup.Runner.Deadline)!], death.Gate.Stopped);
                return;
            }

            if (death.Gate.Stopped is not { } stopped)
            {
                exploration.AddUnreached(point);
                return;
            }

            var state = seen is null ? null : await _session.Setup.Runner.Sinks.WholeStateAsync(cancellationToken).ConfigureAwait(false);
            if (state is not null && !seen!.Add(state))
            {
                exploration.Collapsed++;
                return;
            }

            exploration.Explored++;
            var later = await RerunAsync(state, cancellationToken).ConfigureAwait(false);
            exploration.Add(await SeparateAsync(later, point, cancellationToken).ConfigureAwait(false), stopped);
        }

        /// <summary>Reruns from a copy. What fails for the first time is confirmed by a real death, which tells the story too.</summary>
        private async Task StartFromAsync(Boundary copy, CrashPoint point, CancellationToken cancellationToken)
        {
            await SinkSet.RestoreAsync(copy.Images, cancellationToken).ConfigureAwait(false);
            exploration.Explored++;
            var later = await RerunAsync(copy.State, cancellationToken).ConfigureAwait(false);
            if (later.Count == 0)
                return;
            var delivery = _session.DeliveryAt(point);
            var kind = $"{delivery?.Truth.Fault is null} {string.Join("\n", later.Select(f => $"{f.Oracle} {f.Verdict} {f.Table} {f.Statement}").Order(StringComparer.Ordinal))}";
            if (_confirmed.Add(kind))
            {
                exploration.Explored--;
                seen!.Remove(copy.State);
                await DieAsync(point, cancellationToken).ConfigureAwait(false);
                return;
            }

            exploration.Add(await SeparateAsync(later, point, cancellationToken).ConfigureAwait(false), new StoppedAt(point, null, null, delivery));
        }

        private async Task<IReadOnlyList<Finding>> RerunAsync(string? state, CancellationToken cancellationToken)
        {
            var rerun = await _session.Setup.Runner.RunAsync(_session.Faulty, 1, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (CheckSession.Completion(rerun, "run after the death", _session.Setup.Runner.Deadline) is { } failed)
                return Note(state, [failed]);
            var later = await _session.JudgeAsync(laterDay: true, cancellationToken: cancellationToken).ConfigureAwait(false);
            return Note(state, later);
        }

        private IReadOnlyList<Finding> Note(string? state, IReadOnlyList<Finding> found)
        {
            if (state is not null)
                (found.Count == 0 ? _session.SafeStates : _session.UnsafeStates).Add(state);
            return found;
        }

        private Task<IReadOnlyList<Finding>> SeparateAsync(IReadOnlyList<Finding> later, CrashPoint point, CancellationToken cancellationToken) =>
            exploration.Clock.SeparateAsync(later, () => _session.StopAndRerunAsync(point, StepVerdict.Die, cancellationToken));
    }
}
