using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads comparisons: the top-level AND chain of a WHERE, and every comparison with the clock wherever it stands.</summary>
internal static class SqlConditions
{
    // What a condition deeper than this says is not worth its cost.
    private const int DeepestClock = 16;

    private static readonly WordSet Enders = new(
        "GROUP", "ORDER", "LIMIT", "RETURNING", "UNION", "EXCEPT", "INTERSECT", "MINUS", "HAVING", "OPTION", "FOR", "ON", "OFFSET", "FETCH", "WINDOW",
        "WHEN", "THEN", "WHERE", "OUTPUT", "FORMAT", "SETTINGS", "QUALIFY", "JOIN", "INNER", "FULL", "CROSS", "OUTER", "SET");

    private static readonly WordSet Boundaries = new(
        "WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "THEN", "ELSE", "SELECT", "FROM", "SET", "VALUES", "GROUP", "ORDER", "LIMIT", "UNION", "RETURNING", "NOT");

    // What ends a list of assignments; a CASE in it does not.
    private static readonly WordSet EndOfSet = new("WHERE", "FROM", "ON", "SELECT", "VALUES", "HAVING", "GROUP", "ORDER", "LIMIT", "UNION", "RETURNING");

    private static readonly WordSet NoColumns = new(
        "INTERVAL", "NULL", "TRUE", "FALSE", "SELECT", "CASE", "END", "AND", "NOT", "EXISTS",
        "AT", "ZONE", "WHEN", "THEN", "ELSE", "FROM", "WHERE");

    // Units and types that are popular names of columns as well.
    private static readonly WordSet Units = new("DATE", "TIME", "TIMESTAMP", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DD", "HH", "MM", "YY", "MI", "SS");

    private static readonly WordSet WordOperators = new("IN", "BETWEEN", "LIKE", "ILIKE", "IS");

    public static ImmutableArray<SqlCondition> ReadChain(SqlTokens tokens, int from, int end)
    {
        var conditions = ImmutableArray.CreateBuilder<SqlCondition>();
        end = EndOf(tokens, from, end);

        // WHERE (a = 1 AND b = 2)
        while (tokens.IsSymbol(from, "(") && tokens.SkipGroup(from, end) == end && tokens.IsSymbol(end - 1, ")") && !tokens.IsAny(from + 1, "SELECT", "WITH"))
        {
            from++;
            end--;
        }

        var start = from;
        var isBetween = false;
        for (var i = from; i <= end; i++)
        {
            if (i < end && tokens.IsGroup(i))
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

            if (i < end && !isAnd)
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

    /// <summary>The end of the condition that starts at an index.</summary>
    public static int EndOf(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsGroup(i))
                i = tokens.SkipGroup(i, end) - 1;
            else if (tokens.IsIn(i, Enders) || (tokens.IsAny(i, "LEFT", "RIGHT") && !tokens.IsSymbol(i + 1, "(")))
                return i;
        }

        return end;
    }

    public static ImmutableArray<SqlCondition> ReadClocks(SqlTokens tokens, int from, int end)
    {
        if (!tokens.HasClock(from, end))
            return ImmutableArray<SqlCondition>.Empty;

        var found = ImmutableArray.CreateBuilder<SqlCondition>();
        var segments = new Stack<(int Start, bool IsBetween, bool IsAssignment, bool InSet)>();
        var current = (Start: from, IsBetween: false, IsAssignment: false, InSet: false);
        for (var i = from; i <= end; i++)
        {
            if (i < end && tokens.IsSymbol(i, "("))
            {
                segments.Push(current);
                current = (i + 1, false, false, false);
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
            if (!current.IsAssignment && segments.Count < DeepestClock && tokens.HasClock(current.Start, i) && Read(tokens, current.Start, i) is { Value.Kind: SqlValueKind.Clock } condition
                && !IsQuery(condition.Value.Text))
                found.Add(condition);
            if (closes && segments.Count > 0)
                current = segments.Pop();
            else
                current = Behind(i, current.InSet);
        }

        return found.ToImmutable();

        // SET a = CASE WHEN b = 1 THEN c ELSE d END, changed = now(): behind the comma stands the next assignment.
        (int Start, bool IsBetween, bool IsAssignment, bool InSet) Behind(int at, bool inSet)
        {
            var starts = tokens.Is(at, "SET");
            inSet = starts || (inSet && !tokens.IsIn(at, EndOfSet));
            return (at + 1, false, inSet && (starts || tokens.IsSymbol(at, ",")), inSet);
        }
    }

    // ( SELECT …): the clock stands in a query inside, whose own comparisons are read by themselves.
    private static bool IsQuery(string value) =>
        value.Length > 0 && value[0] == '(' && value.Substring(1).TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);

    private static bool IsBoundary(SqlTokens tokens, int index) =>
        tokens.IsSymbol(index, ",") || tokens.IsIn(index, Boundaries);

    private static SqlCondition? Read(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsGroup(i))
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

        return tokens.IsIn(index, WordOperators) ? tokens.Upper(index) : null;
    }

    // INTERVAL 1 DAY, DATEADD(day, …), EXTRACT(day FROM …), DATE '2024-01-01', AT TIME ZONE
    private static bool IsUnit(SqlTokens tokens, int index)
    {
        if (!tokens.IsIn(index, Units))
            return false;
        return tokens[index - 1].Kind is SqlTokenKind.Number or SqlTokenKind.String or SqlTokenKind.Parameter
            || tokens.IsAny(index - 1, "INTERVAL", "AT")
            || (tokens.IsSymbol(index - 1, "(") && tokens.IsSymbol(index + 1, ",") && tokens.IsName(index - 2))
            || tokens.IsAny(index + 1, "FROM", "ZONE")
            || tokens.IsKind(index + 1, SqlTokenKind.String);
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
            if (tokens.IsIn(i, NoColumns) || IsUnit(tokens, i) || SqlWords.IsClock(tokens, i))
                continue;
            column = tokens.Unquoted(i);
        }

        return column;
    }
}
