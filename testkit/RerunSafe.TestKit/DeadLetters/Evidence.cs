using System.Text;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.DeadLetters;

/// <summary>Whether a dead letter holds the bytes of a delivery.</summary>
internal static class Evidence
{
    /// <summary>The exact bytes that a stored payload stands for: as they are, as UTF-8 text, or as Base64. Null for nothing.</summary>
    public static IEnumerable<byte[]> Readings(object? stored)
    {
        switch (stored)
        {
            case byte[] bytes:
                yield return bytes;
                break;
            case string text:
                yield return Encoding.UTF8.GetBytes(text);
                var decoded = new byte[text.Length];
                if (text.Length > 0 && Convert.TryFromBase64String(text, decoded, out var length))
                    yield return decoded[..length];
                break;
        }
    }

    /// <summary>A payload that went through a lossy decoding: its invalid bytes became U+FFFD.</summary>
    public static bool IsDecodedCopy(object? stored, Delivery delivery) =>
        (stored as string ?? (stored is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null)) == Encoding.UTF8.GetString(delivery.Payload.Span);

    /// <summary>The payload on one line for reports, cut at 100 characters.</summary>
    public static string Excerpt(ReadOnlyMemory<byte> payload)
    {
        var text = Encoding.UTF8.GetString(payload.Span[..Math.Min(payload.Length, 400)]).ReplaceLineEndings("⏎");
        return text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
    }
}
