namespace RerunSafe.Analyzers.Rules;

/// <summary>How messages quote source.</summary>
internal static class SourceWords
{
    /// <summary>A piece of source on one line, cut where it is longer than a message bears.</summary>
    public static string OneLine(string source, int maxLength = int.MaxValue)
    {
        var line = string.Join(" ", source.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > maxLength ? line.Substring(0, maxLength) + "…" : line;
    }
}
