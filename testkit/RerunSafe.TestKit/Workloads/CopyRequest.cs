using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>What a duplicate is made from.</summary>
/// <param name="Payload">The original's bytes.</param>
/// <param name="Index">The original's index.</param>
/// <param name="Draw">Random numbers for this fault.</param>
/// <param name="Json">The wire format.</param>
/// <param name="Kept">Fields that must stay as they are: business key and event time.</param>
internal sealed record CopyRequest<T>(byte[] Payload, int Index, Draw Draw, JsonSerializerOptions Json, IReadOnlyList<FieldPath> Kept);
