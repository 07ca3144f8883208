namespace RerunSafe.TestKit.Workloads;

/// <summary>The truth about one delivery.</summary>
/// <param name="Fate">What must become of it.</param>
/// <param name="Group">
/// The index of the original record, shared by all its copies and versions. Shrinking keeps or drops whole groups.
/// </param>
/// <param name="BusinessKey">The business key as text, or null where the workload declares none or the payload is malformed beyond it.</param>
/// <param name="Fault">The fault in words ("exact duplicate", "truncated"), or null for an untouched record.</param>
/// <param name="CopyOf">The position of the delivery that this one copies or supersedes, or null.</param>
public sealed record GroundTruth(Fate Fate, int Group, string? BusinessKey = null, string? Fault = null, long? CopyOf = null);
