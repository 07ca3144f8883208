using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>
/// Deliveries that come again, as brokers send them: from some record on, one alone, all of them backwards; to a new process after
/// everything was processed, or to the same process.
/// </summary>
internal sealed class RedeliverySchedule() : VariationSchedule<RedeliverySchedule.Way>("Redelivered")
{
    private const int Shuffles = 3;

    protected override async Task<Work> BeginAsync(CheckSession session, CancellationToken cancellationToken)
    {
        await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
        var first = await session.Setup.Runner.RunAsync(session.Faulty, cancellationToken: cancellationToken).ConfigureAwait(false);
        return CheckSession.Completion(first, "first", session.Setup.Runner.Deadline) is { } failed
            ? new Redeliveries(session, new Dictionary<ISink, SinkImage>(), failed)
            : new Redeliveries(session, await session.Setup.Runner.Sinks.SaveAsync(cancellationToken).ConfigureAwait(false), null);
    }

    /// <summary>What arrives.</summary>
    /// <param name="Order">The deliveries.</param>
    /// <param name="InFirstRun">True when they come to the process that gets everything for the first time.</param>
    internal sealed record Way(Arrangement Order, bool InFirstRun);

    private sealed class Redeliveries(CheckSession session, IReadOnlyDictionary<ISink, SinkImage> finished, Finding? failure) : Work
    {
        public override IReadOnlyList<(Variation Variation, Way How)> Ways => [.. All()];

        public override bool ReachesLaterDays => true;

        public override Finding? Failure => failure;

        public override async Task<IReadOnlyList<Finding>?> RunAsync(Way how, bool laterDay, CancellationToken cancellationToken)
        {
            if (how.InFirstRun)
                await session.RestoreAsync(cancellationToken).ConfigureAwait(false);
            else
                await SinkSet.RestoreAsync(finished, cancellationToken).ConfigureAwait(false);
            var runner = session.Setup.Runner;
            var run = await runner.RunAsync(session.Faulty with { Order = how.Order }, how.InFirstRun || !laterDay ? 0 : 1, cancellationToken: cancellationToken).ConfigureAwait(false);
            return CheckSession.Completion(run, how.InFirstRun ? "first" : "redelivered", runner.Deadline) is { } failed
                ? [failed]
                : await session.JudgeAsync(laterDay && !how.InFirstRun, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        public override void Dispose()
        {
            foreach (var image in finished.Values)
                image.Dispose();
        }

        private IEnumerable<(Variation Variation, Way How)> All()
        {
            yield return (new("each twice", "each delivery came twice in a row, to the same process"), new(new(d => d.SelectMany(one => new[] { one, one })), true));
            yield return (new("half again", "the second half of the deliveries came again, to the same process"), new(new(d => d.Concat(d.Skip(d.Count / 2))), true));
            yield return (new("backwards", "all deliveries came again, the last one first"), new(new(d => d.Reverse()), false));
            for (var seed = 1; seed <= Shuffles; seed++)
            {
                var of = seed;
                yield return (new($"some {seed}", "some deliveries came again, in another order"), new(new(d => Arrangement.Shuffled(d.Count, of).Take((d.Count + 1) / 2).Select(i => d[i])), false));
            }

            foreach (var (delivery, _) in session.Deliveries)
                yield return (Named("only", delivery, $"delivery {delivery.Position} came again, alone"), new(Arrangement.Part(delivery.Source, p => p == delivery.Position), false));
            foreach (var (delivery, _) in session.Deliveries.GroupBy(d => d.Delivery.Source).SelectMany(source => source.Skip(1)))
                yield return (Named("from", delivery, $"the deliveries from {delivery.Position} on came again"), new(Arrangement.Part(delivery.Source, p => p >= delivery.Position), false));
        }

        private Variation Named(string what, Delivery delivery, string text) => session.Setup.Runner.Workloads.Count == 1
            ? new($"{what} {delivery.Position}", text)
            : new($"{what} {delivery.Position} of {delivery.Source.Replace('/', '_')}", $"{text} ({delivery.Source})");
    }
}
