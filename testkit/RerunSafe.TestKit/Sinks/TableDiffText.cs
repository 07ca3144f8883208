using System.Text;

namespace RerunSafe.TestKit.Sinks;

/// <summary>Tells a <see cref="TableDiff"/> in a few lines.</summary>
internal static class TableDiffText
{
    private const int Most = 5;

    public static string Of(TableDiff diff)
    {
        if (diff.IsEmpty)
            return $"{diff.Table}: {Rows(diff.ActualCount)}, as expected";

        var text = new StringBuilder($"{diff.Table}: {Rows(diff.ExpectedCount)} expected, {diff.ActualCount} found");
        Part(text, "doubled", diff.Doubled, row => $"+ {row.Row} ({row.Actual} times, expected {row.Expected})");
        Part(text, "missing", diff.Missing, row => $"- {row}");
        Part(text, "not expected", diff.Extra, row => $"+ {row}");
        Part(text, "not expected beside the right row of the same key", diff.OtherVersions, Version);
        Part(text, "changed", diff.Changed, Change);
        return text.ToString();
    }

    private static void Part<T>(StringBuilder text, string what, IReadOnlyList<T> entries, Func<T, string> line)
    {
        if (entries.Count == 0)
            return;

        text.Append('\n').Append("  ").Append(entries.Count).Append(' ').Append(what).Append(':');
        for (var i = 0; i < entries.Count && i < Most; i++)
            text.Append('\n').Append("    ").Append(line(entries[i]));

        if (entries.Count > Most)
            text.Append('\n').Append("    … and ").Append(entries.Count - Most).Append(" more");
    }

    private static string Change(ChangedRow row)
    {
        var same = row.Expected.Columns.Where(column => !row.Columns.Contains(column)).Take(3).Select(column => $"{column}={SinkValue.Text(row.Expected[column])}");
        var changes = row.Columns.Select(column => $"{column} {SinkValue.Text(row.Expected[column])} → {SinkValue.Text(row.Actual[column])}");
        return $"~ {string.Join(", ", same)}: {string.Join(", ", changes)}";
    }

    private static string Version(ChangedRow row) =>
        $"+ {row.Actual} (only {string.Join(", ", row.Columns.Select(column => $"{column}={SinkValue.Text(row.Expected[column])}"))} is right)";

    private static string Rows(int count) => count == 1 ? "1 row" : $"{count} rows";
}
