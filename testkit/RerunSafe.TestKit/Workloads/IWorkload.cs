namespace RerunSafe.TestKit.Workloads;

/// <summary>An input for a pipeline: labelled deliveries that are the same each time they are asked for.</summary>
public interface IWorkload
{
    /// <summary>The name of the stream, file or topic that the deliveries come from.</summary>
    string Source { get; }

    /// <summary>How many groups (original records) there are.</summary>
    int GroupCount { get; }

    /// <summary>The deliveries in arrival order. Deterministic: every call yields equal deliveries.</summary>
    IEnumerable<LabelledDelivery> Deliver();

    /// <summary>The same workload with only these groups; every kept delivery keeps its position, bytes and truth unless the truth depended on a dropped group.</summary>
    IWorkload Only(IReadOnlySet<int> groups);

    /// <summary>
    /// The input that the labels imply: only the deliveries whose fate is <see cref="Fate.Sink"/>, undamaged and once each.
    /// A correct pipeline gives the same sink for this input as for the faulty one.
    /// </summary>
    IWorkload Clean();

    /// <summary>
    /// The same workload after the cause of its malformed deliveries has been repaired: those arrive undamaged, on their places, and
    /// belong in the sink. This is what dead letters are when they are replayed.
    /// </summary>
    IWorkload Repaired();

    /// <summary>The recipe in one line (kind of record, count, seed, faults, generator version), enough to make it again.</summary>
    string Describe();
}
