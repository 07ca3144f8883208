namespace RerunSafe.TestKit.Seams;

/// <summary>One statement of a text.</summary>
/// <param name="Text">As it is written, without the semicolon.</param>
/// <param name="Words">Its words, without blanks and comments.</param>
internal readonly record struct SqlStatement(string Text, List<string> Words);

/// <summary>Splits a text at its semicolons.</summary>
internal static class SqlStatementSplitter
{
    public static List<SqlStatement> Split(string sql)
    {
        var statements = new List<SqlStatement>();
        var words = new List<string>();
        var rest = sql.AsSpan();
        var start = 0;
        while (true)
        {
            rest = rest[SqlScan.SkipBlank(rest)..];
            if (rest.IsEmpty)
                break;

            var length = SqlScan.TokenLength(rest);
            if (rest[0] == ';' && !InsideBody(words))
            {
                Add(statements, sql[start..^rest.Length], ref words);
                start = sql.Length - rest.Length + 1;
            }
            else
            {
                words.Add(rest[..length].ToString());
            }

            rest = rest[length..];
        }

        Add(statements, sql[start..], ref words);
        return statements;
    }

    /// <summary>The body of a trigger or procedure holds semicolons from its BEGIN up to its END; one in dollar quotes is a single word.</summary>
    private static bool InsideBody(List<string> words)
    {
        if (words.Count < 3 || !Is(words[0], "CREATE") || Is(words[^1], "END") || !words.Exists(word => Is(word, "BEGIN")))
            return false;

        for (var i = 1; i < words.Count && i < 5; i++)
        {
            if (Is(words[i], "TRIGGER") || Is(words[i], "PROCEDURE") || Is(words[i], "FUNCTION"))
                return true;
        }

        return false;
    }

    private static void Add(List<SqlStatement> statements, string text, ref List<string> words)
    {
        if (words.Count > 0)
            statements.Add(new(text, words));

        words = [];
    }

    private static bool Is(string word, string keyword) => string.Equals(word, keyword, StringComparison.OrdinalIgnoreCase);
}
