namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads the condition of an IF: whether one of its branches runs only where a look-up found nothing.</summary>
internal static class SqlGuard
{
    private static readonly WordSet Looks = new("EXISTS", "FOUND", "NOTFOUND", "ROWCOUNT", "ROW_COUNT", "CHANGES", "COUNT", "OBJECT_ID", "COL_LENGTH", "SCHEMA_ID", "TYPE_ID", "DB_ID");

    /// <param name="tokens">The text.</param>
    /// <param name="from">The condition's first token.</param>
    /// <param name="end">Behind its last token.</param>
    /// <param name="lookedUp">The variables that hold what a query found.</param>
    /// <returns>Whether it looks something up, and whether it holds where nothing was found.</returns>
    public static (bool Looks, bool IsAbsence) Read(SqlTokens tokens, int from, int end, ISet<string> lookedUp)
    {
        var looks = false;
        var isAbsence = false;
        for (var i = from; i < end; i++)
        {
            if (tokens.IsIn(i, Looks))
                looks = true;
            if (IsVariable(tokens, i, lookedUp))
                looks = true;
            if (tokens.IsSymbol(i, "(") && tokens.Is(i + 1, "SELECT") && !tokens.Is(i - 1, "EXISTS"))
                looks = true;
            isAbsence |= tokens.Is(i, "NOTFOUND") || IsAbsence(tokens, i);

            // What the subquery itself compares is another question.
            if (tokens.IsSymbol(i, "(") && tokens.IsAny(i + 1, "SELECT", "WITH"))
                i = tokens.SkipGroup(i, end) - 1;
        }

        return (looks, isAbsence);
    }

    private static bool IsVariable(SqlTokens tokens, int index, ISet<string> lookedUp)
    {
        if (tokens.IsKind(index, SqlTokenKind.Parameter))
        {
            var text = tokens.TextOf(tokens.SpanOf(index, index + 1));
            return lookedUp.Contains(text) || string.Equals(text, "@@ROWCOUNT", StringComparison.OrdinalIgnoreCase);
        }

        return lookedUp.Count > 0 && tokens.IsKind(index, SqlTokenKind.Word) && lookedUp.Contains(tokens.Unquoted(index));
    }

    // NOT EXISTS, NOT FOUND, = 0, < 1, IS NULL
    private static bool IsAbsence(SqlTokens tokens, int i)
    {
        if (tokens.Is(i, "NOT"))
            return tokens.IsAny(i + 1, "EXISTS", "FOUND") || (tokens.IsSymbol(i + 1, "(") && tokens.Is(i + 2, "EXISTS"));
        if (tokens.Is(i, "IS"))
            return tokens.Is(i + 1, "NULL");
        if (!(tokens.IsSymbol(i, "=") || tokens.IsSymbol(i, "<")) || tokens[i + 1].Kind != SqlTokenKind.Number || tokens[i + 1].Length != 1)
            return false;
        return tokens.Text[tokens[i + 1].Start] == (tokens.IsSymbol(i, "=") ? '0' : '1');
    }
}
