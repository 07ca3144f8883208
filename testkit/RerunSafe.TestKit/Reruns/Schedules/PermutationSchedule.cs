using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>The same content in another order of arrival.</summary>
internal sealed class PermutationSchedule() : VariationSchedule<Arrangement>("Permuted")
{
    private const int Shuffles = 8;

    protected override string? WhyNot(CheckSession session) => session.Deliveries.Any(d => d.Truth.Fate == Fate.LateDropped)
        ? "the input holds late records that must be dropped, and which those are depends on the order"
        : null;

    protected override Task<Work> BeginAsync(CheckSession session, CancellationToken cancellationToken) => Task.FromResult<Work>(new Permutations(session));

    private sealed class Permutations(CheckSession session) : Work
    {
        public override IReadOnlyList<(Variation Variation, Arrangement How)> Ways =>
        [
            (new("backwards", "the deliveries arrived in the opposite order"), Arrangement.Moved(count => [.. Enumerable.Range(0, count).Reverse()])),
            (new("pairs", "each two neighbours arrived in the opposite order"), Arrangement.Moved(count => [.. Enumerable.Range(0, count).Select(i => (i ^ 1) < count ? i ^ 1 : i)])),
            .. Enumerable.Range(1, Shuffles).Select(seed => (new Variation($"shuffled {seed}", "the deliveries arrived in another order"), Arrangement.Moved(count => Arrangement.Shuffled(count, seed)))),
        ];

        public override async Task<IReadOnlyList<Finding>?> RunAsync(Arrangement how, bool laterDay, CancellationToken cancellationToken)
        {
            await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
            var runner = session.Setup.Runner;
            var input = session.Faulty with { Order = how };
            var run = await runner.RunAsync(input, cancellationToken: cancellationToken).ConfigureAwait(false);
            return CheckSession.Completion(run, "permuted", runner.Deadline) is { } failed
                ? [failed]
                : await session.JudgeAsync(laterDay: false, [.. runner.Workloads.SelectMany(w => runner.Cache.Of(w, input))], cancellationToken).ConfigureAwait(false);
        }
    }
}
