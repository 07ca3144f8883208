using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads comparisons: the top-level AND chain of a WHERE, and every comparison with the clock wherever it stands.</summary>
internal static class SqlConditions
{
    private static readonly string[] Enders =
        ["GROUP", "ORDER", "LIMIT", "RETURNING", "UNION", "EXCEPT", "INTERSECT", "HAVING", "OPTION", "FOR", "ON", "OFFSET", "FETCH", "WINDOW", "WHEN"];

    public static ImmutableArray<SqlCondition> ReadChain(SqlTokens tokens, int from, int end)
    {
        var conditions = ImmutableArray.CreateBuilder<SqlCondition>();
        var start = from;
        var isBetween = false;
        for (var i = from; i <= end; i++)
        {
            if (i < end && tokens.IsSymbol(i, "("))
            {
                i = tokens.SkipGroup(i, end) - 1;
                continue;
            }

            isBetween |= tokens.Is(i, "BETWEEN");
            if (i < end && tokens.Is(i, "OR"))
                return ImmutableArray<SqlCondition>.Empty;
            var isAnd = i < end && tokens.Is(i, "AND");
            if (isAnd && isBetween)
            {
                isBetween = false;
                continue;
            }

            if (i < end && !isAnd && !tokens.IsAny(i, Enders))
                continue;
            if (Read(tokens, start, i) is { } condition)
                conditions.Add(condition);
            start = i + 1;
            isBetween = false;
            if (!isAnd)
                break;
        }

        return conditions.ToImmutable();
    }

    public static ImmutableArray<SqlCondition> ReadClocks(SqlTokens tokens, int from, int end)
    {
        var any = false;
        for (var i = from; i < end && !any; i++)
            any = SqlWords.IsClock(tokens, i);
        if (!any)
            return ImmutableArray<SqlCondition>.Empty;

        var found = ImmutableArray.CreateBuilder<SqlCondition>();
        var segments = new Stack<(int Start, bool IsBetween)>();
        var current = (Start: from, IsBetween: false);
        for (var i = from; i <= end; i++)
        {
            if (i < end && tokens.IsSymbol(i, "("))
            {
                segments.Push(current);
                current = (i + 1, false);
                continue;
            }

            if (i < end && tokens.Is(i, "BETWEEN"))
                current.IsBetween = true;
            var closes = i < end && tokens.IsSymbol(i, ")");
            if (i < end && tokens.Is(i, "AND") && current.IsBetween)
            {
                current.IsBetween = false;
                continue;
            }

            if (i < end && !closes && !IsBoundary(tokens, i))
                continue;
            if (Read(tokens, current.Start, i) is { Value.Kind: SqlValueKind.Clock } condition)
                found.Add(condition);
            if (closes && segments.Count > 0)
                current = segments.Pop();
            else
                current = (i + 1, false);
        }

        return found.ToImmutable();
    }

    private static bool IsBoundary(SqlTokens tokens, int index) =>
        tokens.IsSymbol(index, ",")
        || tokens.IsAny(index, "WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "THEN", "ELSE", "SELECT", "FROM", "SET", "VALUES", "GROUP", "ORDER", "LIMIT", "UNION", "RETURNING", "NOT");

    private static SqlCondition? Read(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsSymbol(i, "("))
            {
                i = tokens.SkipGroup(i, end) - 1;
                continue;
            }

            if (Operator(tokens, i) is not { } sign)
                continue;
            var right = i + 1;
            if (tokens.Is(right, "NOT"))
                right++;
            var left = i > from && tokens.Is(i - 1, "NOT") ? i - 1 : i;
            var column = ColumnIn(tokens, from, left);
            var value = SqlValues.Read(tokens, right, end);
            if (column.Length == 0 || SqlValues.Read(tokens, from, left).Kind == SqlValueKind.Clock)
            {
                var other = ColumnIn(tokens, right, end);
                return new SqlCondition(other, Flip(sign), SqlValues.Read(tokens, from, left), tokens.SpanOf(from, end));
            }

            return new SqlCondition(column, sign, value, tokens.SpanOf(from, end));
        }

        return null;
    }

    private static string? Operator(SqlTokens tokens, int index)
    {
        if (tokens[index].Kind == SqlTokenKind.Symbol)
        {
            var text = tokens.TextOf(tokens.SpanOf(index, index + 1));
            return text is "=" or "<>" or "!=" or "<" or "<=" or ">" or ">=" or "==" ? text : null;
        }

        return tokens.IsAny(index, "IN", "BETWEEN", "LIKE", "ILIKE", "IS") ? tokens.Upper(index) : null;
    }

    private static string Flip(string sign) => sign switch
    {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => sign,
    };

    // The last name that is neither a function nor a type: date(c), CAST(c AS date), t.c all name c.
    private static string ColumnIn(SqlTokens tokens, int from, int end)
    {
        var column = "";
        for (var i = from; i < end; i++)
        {
            if (tokens.Is(i, "AS") || tokens.IsSymbol(i, "::"))
            {
                i++;
                continue;
            }

            if (tokens[i].Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedName) || tokens.IsSymbol(i + 1, "(") || tokens.IsSymbol(i + 1, "."))
                continue;
            if (tokens.IsAny(i, "INTERVAL", "NULL", "TRUE", "FALSE", "DATE", "TIMESTAMP", "DAY", "HOUR", "MINUTE", "MONTH", "YEAR", "SELECT", "CASE", "END", "AND", "NOT", "EXISTS", "AT", "TIME", "ZONE")
                || SqlWords.IsClock(tokens, i))
                continue;
            column = tokens.Unquoted(i);
        }

        return column;
    }
}
