using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>Repairs the dead letters and feeds them back, twice.</summary>
internal sealed class ReplaySchedule() : Schedule("DeadLetterReplay")
{
    private const int Replays = 2;

    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        if (session.Setup.DeadLetters is null)
        {
            exploration.Note = "no DeadLetters are declared";
            return;
        }

        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var good = await runner.RunAsync(session.Faulty with { Form = InputForm.RepairedClean }, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (CheckSession.Completion(good, "wholly good", runner.Deadline) is { } broken)
        {
            exploration.Add([broken]);
            return;
        }

        var expected = await ObservedState.ReadAsync(session.Setup.Observed, cancellationToken).ConfigureAwait(false);
        var later = await ReplayAsync(exploration, expected, laterDay: true, cancellationToken).ConfigureAwait(false);
        exploration.Skipped = exploration.Planned - exploration.Explored;
        exploration.Add(await exploration.Clock.SeparateAsync(later, async () => await ReplayAsync(exploration, expected, laterDay: false, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false));
    }

    /// <summary>Runs once on everything and twice on the repaired dead letters, up to the first difference.</summary>
    private static async Task<IReadOnlyList<Finding>> ReplayAsync(Exploration exploration, ObservedState expected, bool laterDay, CancellationToken cancellationToken)
    {
        var session = exploration.Session;
        var runner = session.Setup.Runner;
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var first = await runner.RunAsync(session.Faulty, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (CheckSession.Completion(first, "first", runner.Deadline) is { } failed)
            return [failed];
        var letters = ConservationOracle.Matched(await session.ReadDeadLettersAsync(cancellationToken).ConfigureAwait(false), session.Deliveries)
            .Where(d => d.Truth.Fate == Workloads.Fate.DeadLetter).ToList();
        if (letters.Count == 0)
        {
            exploration.Note = "there are no dead letters to replay";
            return [];
        }

        var positions = letters.GroupBy(d => d.Delivery.Source)
            .ToDictionary(g => g.Key, IReadOnlySet<long> (g) => g.Select(d => d.Delivery.Position).ToHashSet());
        var input = session.Faulty with { Form = InputForm.DeadLetters, Replayed = positions };
        exploration.Planned = Replays;
        for (var replay = 1; replay <= Replays; replay++)
        {
            var run = await runner.RunAsync(input, laterDay ? replay : 0, cancellationToken: cancellationToken).ConfigureAwait(false);
            exploration.Explored += laterDay ? 1 : 0;
            var which = replay == 1 ? "replay" : "second replay";
            if (CheckSession.Completion(run, which, runner.Deadline) is { } crashed)
                return [crashed];
            var found = await session.JudgeReplayAsync(expected, isTruth: replay == 1, which, laterDay, cancellationToken).ConfigureAwait(false);
            if (found.Count > 0)
                return [.. found.Select(f => f.Deliveries.Count > 0 ? f : f with { Deliveries = letters })];
            expected = await ObservedState.ReadAsync(session.Setup.Observed, cancellationToken).ConfigureAwait(false);
        }

        return [];
    }
}
