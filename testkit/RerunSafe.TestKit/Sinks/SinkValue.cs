using System.Globalization;

namespace RerunSafe.TestKit.Sinks;

/// <summary>Values as sinks hold them: typed, so that 1, '1' and 1.0 differ.</summary>
internal static class SinkValue
{
    private const int Longest = 40;

    public static bool Same(object? a, object? b) =>
        a is byte[] x && b is byte[] y ? x.AsSpan().SequenceEqual(y) : Equals(a, b);

    public static void AddTo(ref HashCode hash, object? value)
    {
        if (value is byte[] bytes)
            hash.AddBytes(bytes);
        else
            hash.Add(value);
    }

    /// <summary>The value for a reader, on one line: texts in single quotes as in SQL, bytes as hexadecimal, cut at 40 characters.</summary>
    public static string Text(object? value) => value switch
    {
        null or DBNull => "NULL",
        string text => $"'{Cut(text.ReplaceLineEndings("⏎").Replace("\0", "␀"))}'",
        byte[] bytes => bytes.Length <= Longest / 2
            ? $"x'{Convert.ToHexString(bytes)}'"
            : $"x'{Convert.ToHexString(bytes, 0, Longest / 2)}…' ({bytes.Length} bytes)",
        double number => number.ToString("R", CultureInfo.InvariantCulture) is var digits && double.IsInteger(number) && !digits.Contains('E')
            ? digits + ".0"
            : digits,
        IFormattable other => Cut(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => Cut(value.ToString() ?? ""),
    };

    private static string Cut(string text)
    {
        if (text.Length <= Longest)
            return text;

        var end = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
