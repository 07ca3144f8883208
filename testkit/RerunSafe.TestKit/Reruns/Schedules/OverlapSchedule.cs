using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>A backfill in windows that overlap: each run gets some records, most records are in two of them.</summary>
internal sealed class OverlapSchedule() : VariationSchedule<IReadOnlyList<int>>("Overlapping")
{
    /// <summary>The deliveries are cut into so many pieces, and each window is two of them that follow each other.</summary>
    private const int Pieces = 5;

    protected override Task<Work> BeginAsync(CheckSession session, CancellationToken cancellationToken) => Task.FromResult<Work>(new Backfills(session));

    private sealed class Backfills(CheckSession session) : Work
    {
        public override IReadOnlyList<(Variation Variation, IReadOnlyList<int> How)> Ways =>
        [
            (new("ascending", "the input came in windows that overlap, the first one first"), [0, 1, 2, 3]),
            (new("descending", "the input came in windows that overlap, the last one first"), [3, 2, 1, 0]),
            (new("mixed", "the input came in windows that overlap, in no order, one of them twice"), [2, 0, 3, 1, 2]),
        ];

        public override bool ReachesLaterDays => true;

        public override async Task<IReadOnlyList<Finding>?> RunAsync(IReadOnlyList<int> how, bool laterDay, CancellationToken cancellationToken)
        {
            await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
            var runner = session.Setup.Runner;
            for (var run = 0; run < how.Count; run++)
            {
                var window = how[run];
                var order = new Arrangement(d => d.Take((window + 2) * d.Count / Pieces).Skip(window * d.Count / Pieces));
                var result = await runner.RunAsync(session.Faulty with { Order = order }, laterDay ? run : 0, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (CheckSession.Completion(result, $"window {window + 1}", runner.Deadline) is { } failed)
                    return [failed];
            }

            return await session.JudgeAsync(laterDay, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }
}
