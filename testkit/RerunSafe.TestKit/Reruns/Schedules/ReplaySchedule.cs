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
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var first = await runner.RunAsync(session.Faulty, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (CheckSession.Completion(first, "first", runner.Deadline) is { } failed)
        {
            exploration.Add([failed]);
            return;
        }

        var letters = ConservationOracle.Matched(await session.ReadDeadLettersAsync(cancellationToken).ConfigureAwait(false), session.Deliveries)
            .Where(d => d.Truth.Fate == Workloads.Fate.DeadLetter).ToList();
        if (letters.Count == 0)
        {
            exploration.Note = "there are no dead letters to replay";
            return;
        }

        var positions = letters.GroupBy(d => d.Delivery.Source)
            .ToDictionary(g => g.Key, IReadOnlySet<long> (g) => g.Select(d => d.Delivery.Position).ToHashSet());
        var input = session.Faulty with { Form = InputForm.DeadLetters, Replayed = positions };
        exploration.Planned = Replays;
        for (var replay = 1; replay <= Replays && !exploration.IsOver; replay++)
        {
            var run = await runner.RunAsync(input, replay, cancellationToken: cancellationToken).ConfigureAwait(false);
            exploration.Explored++;
            var which = replay == 1 ? "replay" : "second replay";
            if (CheckSession.Completion(run, which, runner.Deadline) is { } crashed)
            {
                exploration.Skipped = Replays - replay;
                exploration.Add([crashed]);
                return;
            }

            var found = await session.JudgeReplayAsync(expected, isTruth: replay == 1, which, cancellationToken).ConfigureAwait(false);
            exploration.Add(found.Select(f => f.Deliveries.Count > 0 ? f : f with { Deliveries = letters }));
            if (found.Count > 0)
            {
                exploration.Skipped = Replays - replay;
                return;
            }

            expected = await ObservedState.ReadAsync(session.Setup.Observed, cancellationToken).ConfigureAwait(false);
        }
    }
}
