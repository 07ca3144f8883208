using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>Chooses points when there are more than may be explored: first one of every kind, then evenly over the run.</summary>
internal static class PointSample
{
    /// <summary>At most so many of the points, in their order.</summary>
    /// <param name="points">All of them.</param>
    /// <param name="most">How many may be chosen, 1 or more.</param>
    /// <param name="faultAt">The fault of the delivery at a position; a duplicate takes other ways through a pipeline than its original.</param>
    public static IReadOnlyList<PassedPoint> Of(IReadOnlyList<PassedPoint> points, int most, Func<CrashPoint, string?> faultAt)
    {
        if (points.Count <= most)
            return points;
        var chosen = new SortedSet<int>(Kinds(points, faultAt).Take(most));
        for (var part = 0; part < most && chosen.Count < most; part++)
            chosen.Add((int)((long)part * points.Count / most));
        return [.. chosen.Select(i => points[i])];
    }

    /// <summary>
    /// All points in an order whose every beginning is a sample: one of every kind, then the run from end to end in ever smaller steps. For
    /// explorations that may end before their last point.
    /// </summary>
    public static IReadOnlyList<PassedPoint> Spread(IReadOnlyList<PassedPoint> points, Func<CrashPoint, string?> faultAt)
    {
        var order = new List<int>(Kinds(points, faultAt));
        var taken = order.ToHashSet();
        for (var step = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, points.Count)); step >= 1; step /= 2)
        {
            for (var i = 0; i < points.Count; i += step)
            {
                if (taken.Add(i))
                    order.Add(i);
            }
        }

        return [.. order.Select(i => points[i])];
    }

    private static IEnumerable<int> Kinds(IReadOnlyList<PassedPoint> points, Func<CrashPoint, string?> faultAt) => points.Select((p, i) => (p, i))
        .DistinctBy(x => (x.p.Point.Kind, Texts.Shape(x.p.Point.Statement), x.p.Point.Phase, x.p.Point.InTransaction, faultAt(x.p.Point)))
        .Select(x => x.i);

    /// <summary>The faults of deliveries by their place.</summary>
    public static Func<CrashPoint, string?> Faults(IEnumerable<LabelledDelivery> deliveries)
    {
        var faults = new Dictionary<(string?, long?), string?>();
        foreach (var (delivery, truth) in deliveries)
            faults[(delivery.Source, delivery.Position)] = truth.Fault;
        return point => faults.GetValueOrDefault((point.Source, point.Position));
    }
}
