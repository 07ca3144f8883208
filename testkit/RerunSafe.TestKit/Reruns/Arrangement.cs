using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>What a schedule makes of the deliveries of a run: another order, a part of them, some of them again.</summary>
/// <param name="Arrange">Gives the deliveries of one source, of those in their usual order.</param>
internal sealed record Arrangement(Func<IReadOnlyList<LabelledDelivery>, IEnumerable<LabelledDelivery>> Arrange)
{
    /// <summary>Only the deliveries at some positions of one source, in their usual order; the other sources are whole.</summary>
    public static Arrangement Part(string source, Func<long, bool> isIn) =>
        new(deliveries => deliveries.Count == 0 || deliveries[0].Delivery.Source != source ? deliveries : deliveries.Where(d => isIn(d.Delivery.Position)));

    /// <summary>
    /// The same content in another order of arrival: the first place, with its position and its time, goes to the delivery that is first now.
    /// </summary>
    /// <param name="order">Gives an order of so many deliveries.</param>
    public static Arrangement Moved(Func<int, IReadOnlyList<int>> order) => new(deliveries =>
        order(deliveries.Count).Select((from, to) => deliveries[from] with
        {
            Delivery = deliveries[from].Delivery with { Position = deliveries[to].Delivery.Position, ArrivedAt = deliveries[to].Delivery.ArrivedAt },
        }));

    /// <summary>The numbers below a count, shuffled: the same for the same seed on every machine.</summary>
    public static IReadOnlyList<int> Shuffled(int count, int seed)
    {
        // SplitMix64 and not Random, whose numbers for a seed are those of one runtime.
        var state = (ulong)seed * 0x9E3779B97F4A7C15;
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            var j = (int)((z ^ (z >> 31)) % (ulong)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
