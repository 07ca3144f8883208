namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// A workload could not make one of its deliveries. The message names the place (record, seed, rule or fault) and the cure.
/// </summary>
public sealed class WorkloadException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, where, and what to do about it.</param>
    /// <param name="record">The index of the record, from 0, or null when no single record is to blame.</param>
    /// <param name="innerException">What the faker, selector or serializer threw, or null.</param>
    public WorkloadException(string message, int? record = null, Exception? innerException = null)
        : base(message, innerException) => Record = record;

    /// <summary>The index of the record, from 0 (the same as <see cref="GroundTruth.Group"/>), or null when no single record is to blame.</summary>
    public int? Record { get; }
}
