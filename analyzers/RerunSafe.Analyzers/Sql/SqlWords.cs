namespace RerunSafe.Analyzers.Sql;

/// <summary>Compares tokens with words without making strings.</summary>
internal static class SqlWords
{
    // 'now' is among the first arguments; looking further would let a text of openers cost the square of its length.
    private const int ArgumentsLookedAt = 8;

    private static readonly WordSet ClockFunctions = new(
        "NOW", "GETDATE", "GETUTCDATE", "SYSDATETIME", "SYSUTCDATETIME", "SYSDATETIMEOFFSET", "CURDATE", "CURTIME", "UTC_TIMESTAMP", "UTC_DATE",
        "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP", "TRANSACTION_TIMESTAMP", "TODAY", "YESTERDAY", "NOW64", "CURRENT_DATETIME", "GETCURRENTTIMESTAMP",
        "UNIX_TIMESTAMP");

    private static readonly WordSet ClockWords = new(
        "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "SYSDATE", "SYSTIMESTAMP", "LOCALTIMESTAMP", "LOCALTIME");

    // These are clocks only when they are asked for 'now' (or, for unixepoch(), for nothing).
    private static readonly WordSet NowFunctions = new("DATE", "DATETIME", "TIME", "STRFTIME", "JULIANDAY", "UNIXEPOCH");

    private static readonly WordSet RandomFunctions = new(
        "NEWID", "NEWSEQUENTIALID", "GEN_RANDOM_UUID", "UUID", "UUID_GENERATE_V1", "UUID_GENERATE_V4", "UUIDV4", "UUIDV7", "RANDOM", "RAND",
        "RANDOMBLOB", "SYS_GUID", "GENERATEUUIDV4", "GENERATE_UUID", "UUID_STRING");

    public static bool Is(string text, SqlToken token, string word) =>
        token.Kind == SqlTokenKind.Word && token.Length == word.Length
        && (text[token.Start] | 0x20) == (word[0] | 0x20)
        && string.Compare(text, token.Start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    public static bool IsSymbol(string text, SqlToken token, string symbol) =>
        token.Kind == SqlTokenKind.Symbol && token.Length == symbol.Length
        && string.CompareOrdinal(text, token.Start, symbol, 0, symbol.Length) == 0;

    /// <summary>Whether the word at an index is a call or a word that yields the wall clock.</summary>
    public static bool IsClock(SqlTokens tokens, int index)
    {
        if (!tokens.IsKind(index, SqlTokenKind.Word))
            return false;
        if (tokens.IsIn(index, ClockWords))
            return !tokens.IsSymbol(index - 1, ".");
        if (!tokens.IsSymbol(index + 1, "("))
            return false;
        if (tokens.IsIn(index, ClockFunctions))
            return !(tokens.Is(index, "UNIX_TIMESTAMP") && !tokens.IsSymbol(index + 2, ")"));
        if (!tokens.IsIn(index, NowFunctions))
            return false;
        for (var i = index + 2; i < index + 2 + ArgumentsLookedAt && i < tokens.Count && !tokens.IsSymbol(i, ")"); i++)
        {
            if (IsNow(tokens, i))
                return true;
        }

        return tokens.Is(index, "UNIXEPOCH") && tokens.IsSymbol(index + 2, ")");
    }

    public static bool IsRandom(SqlTokens tokens, int index) =>
        tokens.IsKind(index, SqlTokenKind.Word) && tokens.IsSymbol(index + 1, "(") && tokens.IsIn(index, RandomFunctions);

    private static bool IsNow(SqlTokens tokens, int index) =>
        tokens.IsKind(index, SqlTokenKind.String) && tokens[index].Length == 5
        && string.Compare(tokens.Text, tokens[index].Start + 1, "now", 0, 3, StringComparison.OrdinalIgnoreCase) == 0;
}
