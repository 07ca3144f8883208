using System.Text.RegularExpressions;

namespace RerunSafe.TestKit.Reruns;

/// <summary>Short texts for reports.</summary>
internal static partial class Texts
{
    public static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 2)] + " …";

    /// <summary>The statement without its literals, so that texts that differ by their values only are one statement.</summary>
    public static string Shape(string statement) => Literal().Replace(statement, "?");

    public static string Count(int count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";

    [GeneratedRegex(@"[xX]?'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")]
    private static partial Regex Literal();
}
