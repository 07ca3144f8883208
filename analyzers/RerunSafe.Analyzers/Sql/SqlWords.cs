namespace RerunSafe.Analyzers.Sql;

/// <summary>Compares tokens with words without making strings.</summary>
internal static class SqlWords
{
    private static readonly HashSet<string> ClockFunctions = Set(
        "NOW", "GETDATE", "GETUTCDATE", "SYSDATETIME", "SYSUTCDATETIME", "SYSDATETIMEOFFSET", "CURDATE", "CURTIME", "UTC_TIMESTAMP", "UTC_DATE",
        "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP", "TRANSACTION_TIMESTAMP", "TODAY", "YESTERDAY", "NOW64", "CURRENT_DATETIME", "GETCURRENTTIMESTAMP");

    private static readonly HashSet<string> ClockWords = Set(
        "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "SYSDATE", "SYSTIMESTAMP", "LOCALTIMESTAMP", "LOCALTIME");

    // These are clocks only when they are asked for 'now' (or, for unixepoch(), for nothing).
    private static readonly HashSet<string> NowFunctions = Set("DATE", "DATETIME", "TIME", "STRFTIME", "JULIANDAY", "UNIXEPOCH");

    private static readonly HashSet<string> RandomFunctions = Set(
        "NEWID", "NEWSEQUENTIALID", "GEN_RANDOM_UUID", "UUID", "UUID_GENERATE_V1", "UUID_GENERATE_V4", "UUIDV4", "UUIDV7", "RANDOM", "RAND",
        "RANDOMBLOB", "SYS_GUID", "GENERATEUUIDV4", "GENERATE_UUID", "UUID_STRING");

    public static bool Is(string text, SqlToken token, string word) =>
        token.Kind == SqlTokenKind.Word && token.Length == word.Length
        && string.Compare(text, token.Start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    public static bool IsSymbol(string text, SqlToken token, string symbol) =>
        token.Kind == SqlTokenKind.Symbol && token.Length == symbol.Length
        && string.CompareOrdinal(text, token.Start, symbol, 0, symbol.Length) == 0;

    /// <summary>Whether the word at an index is a call or a word that yields the wall clock.</summary>
    public static bool IsClock(SqlTokens tokens, int index)
    {
        if (tokens[index].Kind != SqlTokenKind.Word)
            return false;
        var word = tokens.Upper(index);
        if (ClockWords.Contains(word))
            return !tokens.IsSymbol(index - 1, ".");
        if (!tokens.IsSymbol(index + 1, "("))
            return false;
        if (ClockFunctions.Contains(word))
            return true;
        if (!NowFunctions.Contains(word))
            return false;
        for (var i = index + 2; i < tokens.Count && !tokens.IsSymbol(i, ")"); i++)
        {
            if (tokens[i].Kind == SqlTokenKind.String && string.Equals(tokens.Unquoted(i), "now", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return word == "UNIXEPOCH" && tokens.IsSymbol(index + 2, ")");
    }

    public static bool IsRandom(SqlTokens tokens, int index) =>
        tokens[index].Kind == SqlTokenKind.Word && tokens.IsSymbol(index + 1, "(") && RandomFunctions.Contains(tokens.Upper(index));

    private static HashSet<string> Set(params string[] words) => new(words, StringComparer.Ordinal);
}
