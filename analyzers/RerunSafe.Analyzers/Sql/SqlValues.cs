using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads values and assignments.</summary>
internal static class SqlValues
{
    public static SqlValue Read(SqlTokens tokens, int from, int end)
    {
        var span = tokens.SpanOf(from, end);
        return new SqlValue(KindOf(tokens, from, end), tokens.TextOf(span), span);
    }

    public static ImmutableArray<SqlColumnValue> ReadAssignments(SqlTokens tokens, int from, int end, ISet<string> targetNames)
    {
        var assignments = ImmutableArray.CreateBuilder<SqlColumnValue>();
        foreach (var (start, stop) in tokens.SplitAtCommas(from, end))
        {
            var sign = start;
            while (sign < stop && !IsAssignment(tokens, sign))
                sign++;
            if (sign >= stop || sign == start || !tokens.IsName(sign - 1))
                continue;
            var column = tokens.Unquoted(sign - 1);
            var isRelative = !tokens.IsSymbol(sign, "=") && !tokens.IsSymbol(sign, ":=") || IsRelative(tokens, sign + 1, stop, column, targetNames);
            assignments.Add(new SqlColumnValue(column, Read(tokens, sign + 1, stop), isRelative, tokens.SpanOf(start, stop)));
        }

        return assignments.ToImmutable();
    }

    /// <summary>
    /// Whether the value is computed from what the column already holds: an arithmetic operator, a concatenation or an
    /// appending function has the column in one of its operands. Idempotent functions (COALESCE, GREATEST, UPPER) do not count.
    /// </summary>
    public static bool IsRelative(SqlTokens tokens, int from, int end, string column, ISet<string> targetNames)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsSymbol(i, "(") && tokens.Is(i + 1, "SELECT"))
            {
                // A subquery computes anew: SET n = (SELECT COUNT(*) …).
                i = tokens.SkipGroup(i, end) - 1;
                continue;
            }

            if (IsArithmetic(tokens, i) && (OperandHas(tokens, LeftOperand(tokens, i, from), i) || OperandHas(tokens, i + 1, RightOperand(tokens, i, end))))
                return true;
            if (IsAppending(tokens, i) && OperandHas(tokens, i + 2, tokens.SkipGroup(i + 1, end)))
                return true;
            if (tokens.Is(i, "NOT") && OperandHas(tokens, i + 1, RightOperand(tokens, i, end)))
                return true;
        }

        return false;

        bool OperandHas(SqlTokens t, int start, int stop)
        {
            for (var i = start; i < stop; i++)
            {
                if (!t.IsName(i) || t.IsSymbol(i + 1, "(") || t.IsSymbol(i + 1, ".") || !string.Equals(t.Unquoted(i), column, StringComparison.OrdinalIgnoreCase))
                    continue;

                // excluded.n, s.n, VALUES(n) are the new row's.
                if (t.IsSymbol(i - 1, "."))
                {
                    if (targetNames.Contains(t.Unquoted(i - 2)))
                        return true;
                }
                else if (!(t.IsSymbol(i - 1, "(") && t.Is(i - 2, "VALUES")))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static bool IsAssignment(SqlTokens tokens, int index) =>
        tokens.IsSymbol(index, "=") || tokens.IsSymbol(index, ":=") || tokens.IsSymbol(index, "+=") || tokens.IsSymbol(index, "-=")
        || tokens.IsSymbol(index, "*=") || tokens.IsSymbol(index, "/=");

    private static bool IsArithmetic(SqlTokens tokens, int index) =>
        tokens.IsSymbol(index, "+") || tokens.IsSymbol(index, "-") || tokens.IsSymbol(index, "*") || tokens.IsSymbol(index, "/")
        || tokens.IsSymbol(index, "||") || tokens.IsSymbol(index, "%");

    private static bool IsAppending(SqlTokens tokens, int index) =>
        tokens.IsSymbol(index + 1, "(") && tokens.IsAny(
            index, "ARRAY_APPEND", "ARRAY_CAT", "ARRAY_PREPEND", "LIST_APPEND", "CONCAT", "CONCAT_WS", "JSON_ARRAY_APPEND", "JSON_MODIFY", "JSON_INSERT", "JSONB_INSERT");

    private static int LeftOperand(SqlTokens tokens, int sign, int from)
    {
        var i = sign - 1;
        if (!tokens.IsSymbol(i, ")"))
        {
            while (i - 2 >= from && tokens.IsSymbol(i - 1, "."))
                i -= 2;
            return Math.Max(i, from);
        }

        var depth = 0;
        for (; i >= from; i--)
        {
            if (tokens.IsSymbol(i, ")"))
                depth++;
            else if (tokens.IsSymbol(i, "(") && --depth == 0)
                break;
        }

        return Math.Max(i, from);
    }

    private static int RightOperand(SqlTokens tokens, int sign, int end)
    {
        var i = sign + 1;
        while (i + 1 < end && tokens.IsSymbol(i + 1, "."))
            i += 2;
        if (tokens.IsSymbol(i, "("))
            return tokens.SkipGroup(i, end);
        return tokens.IsSymbol(i + 1, "(") ? tokens.SkipGroup(i + 1, end) : Math.Min(i + 1, end);
    }

    private static SqlValueKind KindOf(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (SqlWords.IsClock(tokens, i))
                return SqlValueKind.Clock;
            if (SqlWords.IsRandom(tokens, i))
                return SqlValueKind.Random;
        }

        // A cast changes nothing about where a value comes from.
        if (end - from > 2 && tokens.IsSymbol(from + 1, "::"))
            end = from + 1;
        if (end - from == 1)
            return KindOfOne(tokens, from);
        if (tokens.IsSymbol(from, "(") && tokens.IsAny(from + 1, "SELECT", "WITH"))
            return SqlValueKind.Subquery;
        if (end - from == 3 && tokens.IsSymbol(from + 1, ".") && tokens.IsName(from) && tokens.IsName(from + 2))
            return SqlValueKind.Column;
        if (tokens.IsAny(from, "NEXTVAL", "LAST_INSERT_ID", "SCOPE_IDENTITY") || (end - from == 4 && tokens.Is(from, "NEXT") && tokens.Is(from + 1, "VALUE")))
            return SqlValueKind.StoreGenerated;
        return SqlValueKind.Expression;
    }

    private static SqlValueKind KindOfOne(SqlTokens tokens, int index) => tokens[index].Kind switch
    {
        SqlTokenKind.Parameter => SqlValueKind.Parameter,
        SqlTokenKind.Hole => SqlValueKind.Hole,
        SqlTokenKind.String or SqlTokenKind.Number => SqlValueKind.Literal,
        SqlTokenKind.Word when tokens.Is(index, "NULL") => SqlValueKind.Null,
        SqlTokenKind.Word when tokens.Is(index, "DEFAULT") => SqlValueKind.StoreGenerated,
        SqlTokenKind.Word when tokens.IsAny(index, "TRUE", "FALSE") => SqlValueKind.Literal,
        SqlTokenKind.Word or SqlTokenKind.QuotedName => SqlValueKind.Column,
        _ => SqlValueKind.Expression,
    };
}
