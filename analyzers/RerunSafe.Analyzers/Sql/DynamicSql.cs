namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// The text inside EXEC('…'), EXEC sp_executesql N'…', EXECUTE IMMEDIATE '…' and EXECUTE '…'. It keeps its offsets, so
/// that spans of its statements are spans of the whole.
/// </summary>
internal static class DynamicSql
{
    // Each one costs a copy of the text; scripts that are one long list of them are generated.
    private const int MostTexts = 16;
    private const int DeepestText = 2;

    public static SqlText? Read(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        if (scope.DynamicTexts >= MostTexts || scope.Depth >= DeepestText || !FindRange(tokens, start, end, out var from, out var stop))
            return null;
        scope.DynamicTexts++;
        var first = tokens[from].Start;
        var copy = new char[tokens[stop - 1].End];
        tokens.Text.CopyTo(0, copy, 0, first);
        for (var i = first; i < copy.Length; i++)
            copy[i] = ' ';
        for (var i = from; i < stop; i++)
        {
            if (tokens.IsKind(i, SqlTokenKind.String))
                Unquote(tokens, tokens[i], copy);
            else if (!tokens.IsSymbol(i, "+") && !tokens.IsSymbol(i, "||"))
                copy[tokens[i].Start] = SqlText.Hole;
        }

        return new SqlText(new string(copy), scope.Dialect, first, scope.Depth + 1);
    }

    private static bool FindRange(SqlTokens tokens, int start, int end, out int from, out int stop)
    {
        from = start + 1;
        stop = end;
        if (tokens.IsSymbol(from, "("))
        {
            stop = tokens.SkipGroup(from, end) - 1;
            from++;
        }
        else
        {
            if (tokens.Is(from, "IMMEDIATE"))
                from++;
            else if (!tokens.IsKind(from, SqlTokenKind.String) && !SkipProcedure(tokens, ref from))
                return false;
            for (var i = from; i < end; i++)
            {
                if (!tokens.IsSymbol(i, ",") && !tokens.IsAny(i, "USING", "INTO"))
                    continue;
                stop = i;
                break;
            }
        }

        return from < stop && tokens.IsKind(from, SqlTokenKind.String);
    }

    // sys.sp_executesql @stmt = N'…'
    private static bool SkipProcedure(SqlTokens tokens, ref int at)
    {
        while (tokens.IsName(at) && tokens.IsSymbol(at + 1, "."))
            at = tokens.IsSymbol(at + 2, ".") ? at + 3 : at + 2;
        if (!tokens.Is(at, "SP_EXECUTESQL"))
            return false;
        at++;
        if (tokens.IsKind(at, SqlTokenKind.Parameter) && tokens.IsSymbol(at + 1, "="))
            at += 2;
        return true;
    }

    private static void Unquote(SqlTokens tokens, SqlToken token, char[] copy)
    {
        var open = tokens.Text.IndexOf('\'', token.Start, token.Length);
        if (open < 0)
            return;
        for (var i = open + 1; i < token.End - 1; i++)
        {
            // '' is one quote.
            if (tokens.Text[i] == '\'' && tokens.Text[i + 1] == '\'')
                i++;
            copy[i] = tokens.Text[i];
        }
    }
}
