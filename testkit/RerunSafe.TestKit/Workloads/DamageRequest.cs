using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>What a malformed payload is made from.</summary>
/// <param name="Payload">The undamaged bytes.</param>
/// <param name="Index">The record's index.</param>
/// <param name="Draw">Random numbers for this fault.</param>
/// <param name="Json">The wire format.</param>
/// <param name="Key">The fields of the business key; empty when none is declared.</param>
/// <param name="Required">The fields that the contract requires, those of the key first.</param>
internal sealed record DamageRequest(
    byte[] Payload, int Index, Draw Draw, JsonSerializerOptions Json, IReadOnlyList<FieldPath> Key, IReadOnlyList<FieldPath> Required)
{
    public bool IsKey(FieldPath field) => Key.Any(k => k.StartsWith(field) || field.StartsWith(k));
}

/// <summary>A malformed payload, and whether its business key can still be read.</summary>
internal readonly record struct Damaged(byte[] Payload, bool KeyIsReadable);
