using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>
/// Several runs of the same input at the same time, as two hosts of one scheduler do. They move one step at a time in an order that is
/// fixed, and change over only where the run that stops holds no write transaction: elsewhere the others would wait for it.
/// A run that is refused, such as by a unique key, is run again, as its scheduler would.
/// </summary>
internal sealed class ConcurrentSchedule(int runs) : VariationSchedule<ConcurrentSchedule.Order>($"Concurrent({runs})")
{
    private const int Shuffles = 8;

    private const string LookThenInsert = "RERUN3003: two runs looked for the key before either of them had written it. Let the engine decide: a unique key and ON CONFLICT, or a lock around both.";

    protected override async Task<Work> BeginAsync(CheckSession session, CancellationToken cancellationToken)
    {
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var alone = new Interleaver(1, (_, _) => false);
        var run = session.Setup.Runner.RunAsync(session.Faulty, 0, new RunPlan { Turn = alone.Of(0) }, cancellationToken);
        await alone.WatchAsync(run).ConfigureAwait(false);
        return new Interleavings(session, runs, alone.Places, CheckSession.Completion(await run.ConfigureAwait(false), "first", session.Setup.Runner.Deadline));
    }

    /// <summary>Where runs change over.</summary>
    /// <param name="At">The place where the first one stops until the others are done, from 1; 0 for changes by chance.</param>
    /// <param name="Seed">What chance is made of.</param>
    internal readonly record struct Order(int At, int Seed)
    {
        public bool SwitchesAt(int run, int place) => At > 0
            ? run == 0 && place == At
            : Arrangement.Shuffled(3, (Seed * 1_000_003) + (run * 7919) + place)[0] == 0;
    }

    private sealed class Interleavings(CheckSession session, int runs, IReadOnlyList<string> places, Finding? failure) : Work
    {
        public override Finding? Failure => failure;

        public override IReadOnlyList<(Variation Variation, Order How)> Ways =>
        [
            // Before its first step a run has done nothing: that is one run after the other.
            .. places.Select((place, i) => (new Variation($"stop {i + 1}", $"{runs} runs at once: the first one stood still before {place}, the {(runs == 2 ? "other one" : "others")} ran to the end, then it went on"), new Order(i + 1, 0))).Skip(1),
            .. Enumerable.Range(1, Shuffles).Select(seed => (new Variation($"by turns {seed}", $"{runs} runs at once, by turns"), new Order(0, seed))),
        ];

        public override async Task<IReadOnlyList<Finding>?> RunAsync(Order how, bool laterDay, CancellationToken cancellationToken)
        {
            var runner = session.Setup.Runner;
            await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
            var interleaver = new Interleaver(runs, how.SwitchesAt);
            var all = Enumerable.Range(0, runs)
                .Select(i => runner.RunAsync(session.Faulty, 0, new RunPlan { Turn = interleaver.Of(i), RunsAtOnce = runs }, cancellationToken)).ToList();
            await interleaver.WatchAsync(Task.WhenAll(all)).ConfigureAwait(false);
            var results = await Task.WhenAll(all).ConfigureAwait(false);
            if (interleaver.IsInfeasible || results.Any(r => r.Gate.WasLockedOut))
                return null;
            for (var i = 0; i < runs; i++)
            {
                var result = results[i];
                if (result.End == RunEnd.Threw)
                    result = await runner.RunAsync(session.Faulty, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (CheckSession.Completion(result, $"{(result == results[i] ? "" : "repeated ")}concurrent", runner.Deadline) is { } failed)
                    return [failed];
            }

            var found = await session.JudgeAsync(laterDay: false, cancellationToken: cancellationToken).ConfigureAwait(false);
            return [.. found.Select(f => f.Verdict is Verdict.Doubled or Verdict.Unexpected ? f with { Rule = LookThenInsert } : f)];
        }
    }
}
