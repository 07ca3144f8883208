namespace RerunSafe.TestKit.Seams;

/// <summary>Splits a text at its semicolons into the words of each statement, without blanks and comments.</summary>
internal static class SqlStatementSplitter
{
    public static List<List<string>> Split(string sql)
    {
        var statements = new List<List<string>>();
        var words = new List<string>();
        var rest = sql.AsSpan();
        while (true)
        {
            rest = rest[SqlScan.SkipBlank(rest)..];
            if (rest.IsEmpty)
                break;

            var length = SqlScan.TokenLength(rest);
            if (rest[0] == ';' && !InsideBody(words))
            {
                Add(statements, ref words);
            }
            else
            {
                words.Add(rest[..length].ToString());
            }

            rest = rest[length..];
        }

        Add(statements, ref words);
        return statements;
    }

    /// <summary>The body of a trigger or procedure holds semicolons up to its END.</summary>
    private static bool InsideBody(List<string> words)
    {
        if (words.Count < 3 || !Is(words[0], "CREATE") || Is(words[^1], "END"))
            return false;

        for (var i = 1; i < words.Count && i < 5; i++)
        {
            if (Is(words[i], "TRIGGER") || Is(words[i], "PROCEDURE") || Is(words[i], "FUNCTION"))
                return true;
        }

        return false;
    }

    private static void Add(List<List<string>> statements, ref List<string> words)
    {
        if (words.Count > 0)
            statements.Add(words);

        words = [];
    }

    private static bool Is(string word, string keyword) => string.Equals(word, keyword, StringComparison.OrdinalIgnoreCase);
}
