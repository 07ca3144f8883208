namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// Reads comments such as <c>-- rerunsafe:ignore RERUN1001 a ledger of attempts</c>. One on a line of its own speaks of
/// the line below it, one behind code of its own line; within a statement both speak of the whole statement.
/// </summary>
internal sealed class SqlIgnores
{
    private const string Marker = "rerunsafe:ignore";

    private readonly List<SqlIgnore> _ignores = [];

    private SqlIgnores()
    {
    }

    public static SqlIgnores None { get; } = new();

    public IReadOnlyList<SqlIgnore> All => _ignores;

    public static SqlIgnores Read(string text)
    {
        var at = text.IndexOf(Marker, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return None;
        var ignores = new SqlIgnores();
        for (; at >= 0; at = text.IndexOf(Marker, at + Marker.Length, StringComparison.OrdinalIgnoreCase))
        {
            if (CommentBefore(text, at) is { } comment)
                ignores._ignores.Add(ReadOne(text, comment, at));
        }

        return ignores;
    }

    /// <summary>Whether a rule is told to be silent about a statement, or about a place in it.</summary>
    public bool Covers(string rule, SqlSpan statement, SqlSpan place)
    {
        foreach (var ignore in _ignores)
        {
            var isNear = (ignore.Comment.Start >= statement.Start && ignore.Comment.Start < statement.End) || Touches(ignore.Line, statement) || Touches(ignore.Line, place);
            if (isNear && ignore.Rules.Contains(rule, StringComparer.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // A line speaks of what starts or ends in it, not of all that a long statement holds.
    private static bool Touches(SqlSpan line, SqlSpan span) =>
        span.Length > 0 && ((span.Start >= line.Start && span.Start < line.End) || (span.End > line.Start && span.End <= line.End));

    private static int? CommentBefore(string text, int marker)
    {
        var at = marker - 1;
        while (at >= 0 && text[at] is ' ' or '\t')
            at--;
        return at >= 1 && ((text[at] == '-' && text[at - 1] == '-') || (text[at] == '*' && text[at - 1] == '/')) ? at - 1 : null;
    }

    private static SqlIgnore ReadOne(string text, int comment, int marker)
    {
        var end = EndOfLine(text, marker);
        var rest = text.Substring(marker + Marker.Length, end - marker - Marker.Length).TrimEnd();
        if (rest.EndsWith("*/", StringComparison.Ordinal))
            rest = rest.Substring(0, rest.Length - 2);
        var words = rest.Split([' ', ',', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var count = 0;
        while (count < words.Length && LooksLikeRule(words[count]))
            count++;
        var lineStart = text.LastIndexOf('\n', comment) + 1;
        var isAlone = text.Substring(lineStart, comment - lineStart).Trim().Length == 0;
        return new SqlIgnore(
            words.Take(count).ToArray(),
            string.Join(" ", words.Skip(count)),
            SqlSpan.FromBounds(comment, end),
            isAlone ? LineBelow(text, end) : SqlSpan.FromBounds(lineStart, end));
    }

    private static bool LooksLikeRule(string word) => word.StartsWith("RERUN", StringComparison.OrdinalIgnoreCase) && word.Skip(5).All(char.IsDigit);

    // The next line that is neither empty nor a comment.
    private static SqlSpan LineBelow(string text, int from)
    {
        while (from < text.Length)
        {
            var start = from + 1;
            var end = start <= text.Length ? EndOfLine(text, start) : text.Length;
            var line = start <= end ? text.Substring(start, end - start).Trim() : "";
            if (line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal))
                return SqlSpan.FromBounds(start, end);
            from = end;
        }

        return new SqlSpan(text.Length, 0);
    }

    private static int EndOfLine(string text, int from)
    {
        var end = from < text.Length ? text.IndexOf('\n', from) : -1;
        return end < 0 ? text.Length : end;
    }
}
