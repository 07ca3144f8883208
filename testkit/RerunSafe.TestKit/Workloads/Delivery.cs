namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// One record as it reaches the pipeline: bytes with a place in their source. This is all that a pipeline sees;
/// what the record really is stands in <see cref="LabelledDelivery"/>, which the pipeline is never given.
/// </summary>
/// <param name="Source">The stream, file or topic that the record came from.</param>
/// <param name="Position">The record's place in <paramref name="Source"/>, from 0, unique and equal on every rerun.</param>
/// <param name="Payload">The bytes as they arrived, possibly malformed.</param>
/// <param name="ArrivedAt">When the record arrived, by the source's clock.</param>
public sealed record Delivery(string Source, long Position, ReadOnlyMemory<byte> Payload, DateTimeOffset ArrivedAt);
