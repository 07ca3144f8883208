using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads values and assignments.</summary>
internal static class SqlValues
{
    private static readonly WordSet AssignmentEnders = new(
        "OUTPUT", "FROM", "WHERE", "RETURNING", "ORDER", "LIMIT", "OPTION", "WHEN", "FORMAT", "SETTINGS", "DELETE");

    private static readonly WordSet StoreFunctions = new("NEXTVAL", "LAST_INSERT_ID", "LAST_INSERT_ROWID", "SCOPE_IDENTITY", "LASTVAL", "CURRVAL");

    public static SqlValue Read(SqlTokens tokens, int from, int end)
    {
        var span = tokens.SpanOf(from, end);
        return new SqlValue(KindOf(tokens, from, end), tokens.TextOf(span), span);
    }

    /// <summary>The end of the list of assignments that starts at an index.</summary>
    public static int EndOfAssignments(SqlTokens tokens, int from, int end) => tokens.FindAny(AssignmentEnders, from, end);

    public static ImmutableArray<SqlColumnValue> ReadAssignments(SqlTokens tokens, int from, int end, ISet<string> targetNames)
    {
        var assignments = ImmutableArray.CreateBuilder<SqlColumnValue>();
        foreach (var (start, stop) in tokens.SplitAtCommas(from, end))
        {
            var sign = start;
            while (sign < stop && !IsAssignment(tokens, sign))
                sign = tokens.IsGroup(sign) ? tokens.SkipGroup(sign, stop) : sign + 1;

            // T-SQL: SET @new = n = n + 1
            if (sign == start + 1 && tokens.IsKind(start, SqlTokenKind.Parameter) && tokens.IsName(sign + 1) && IsAssignment(tokens, sign + 2))
                sign += 2;
            if (sign >= stop || sign == start)
                continue;
            if (tokens.OpenerOf(sign - 1) == start)
                ReadTuple(tokens, start, sign, stop, targetNames, assignments);
            else if (tokens.IsName(sign - 1))
                assignments.Add(ReadOne(tokens, start, sign, stop, targetNames));
        }

        return assignments.ToImmutable();
    }

    private static SqlColumnValue ReadOne(SqlTokens tokens, int start, int sign, int stop, ISet<string> targetNames)
    {
        var column = tokens.Unquoted(sign - 1);

        // UPDATE s JOIN t … SET t.n = t.n + 1: the column's own qualifier names the table that is written.
        if (tokens.IsSymbol(sign - 2, ".") && sign - 3 >= start && tokens.Unquoted(sign - 3) is { Length: > 0 } qualifier && !targetNames.Contains(qualifier))
            targetNames = new HashSet<string>(targetNames, StringComparer.OrdinalIgnoreCase) { qualifier };
        var isRelative = !(tokens.IsSymbol(sign, "=") || tokens.IsSymbol(sign, ":="))
            || SqlRelative.Is(tokens, sign + 1, stop, column, targetNames);
        return new SqlColumnValue(column, Read(tokens, sign + 1, stop), isRelative, tokens.SpanOf(start, stop));
    }

    // SET (a, b) = (excluded.a, excluded.b), = ROW(…), = (SELECT …)
    private static void ReadTuple(
        SqlTokens tokens, int start, int sign, int stop, ISet<string> targetNames, ImmutableArray<SqlColumnValue>.Builder assignments)
    {
        var columns = tokens.SplitAtCommas(start + 1, sign - 1);
        var open = tokens.Is(sign + 1, "ROW") ? sign + 2 : sign + 1;
        var isList = tokens.IsSymbol(open, "(") && !tokens.IsAny(open + 1, "SELECT", "WITH");
        var values = isList ? tokens.SplitAtCommas(open + 1, tokens.SkipGroup(open, stop) - 1) : [];
        for (var i = 0; i < columns.Count; i++)
        {
            var column = tokens.Unquoted(columns[i].End - 1);
            if (i >= values.Count)
            {
                // One value is shown for all columns: its text is told once.
                var value = i == 0 ? Read(tokens, sign + 1, stop) : new SqlValue(SqlValueKind.Subquery, "", tokens.SpanOf(sign + 1, stop));
                assignments.Add(new SqlColumnValue(column, value, false, tokens.SpanOf(columns[i].From, columns[i].End)));
                continue;
            }

            var isRelative = SqlRelative.Is(tokens, values[i].From, values[i].End, column, targetNames);
            assignments.Add(new SqlColumnValue(column, Read(tokens, values[i].From, values[i].End), isRelative, tokens.SpanOf(columns[i].From, columns[i].End)));
        }
    }

    private static bool IsAssignment(SqlTokens tokens, int index)
    {
        if (!tokens.IsKind(index, SqlTokenKind.Symbol))
            return false;
        var token = tokens[index];
        return tokens.Text[token.End - 1] == '='
            && (token.Length == 1 || (token.Length == 2 && tokens.Text[token.Start] is ':' or '+' or '-' or '*' or '/' or '%'));
    }

    private static SqlValueKind KindOf(SqlTokens tokens, int from, int end)
    {
        if (tokens.HasClock(from, end))
            return SqlValueKind.Clock;
        if (tokens.HasRandom(from, end))
            return SqlValueKind.Random;

        // A cast changes nothing about where a value comes from.
        if (end - from > 2 && tokens.IsSymbol(from + 1, "::"))
            end = from + 1;
        if (end - from == 1)
            return KindOfOne(tokens, from);
        if (tokens.IsSymbol(from, "(") && tokens.IsAny(from + 1, "SELECT", "WITH"))
            return SqlValueKind.Subquery;
        if (end - from == 3 && tokens.IsSymbol(from + 1, ".") && tokens.IsName(from) && tokens.IsName(from + 2))
            return tokens.Is(from + 2, "NEXTVAL") ? SqlValueKind.StoreGenerated : SqlValueKind.Column;
        if (tokens.IsIn(from, StoreFunctions) || (tokens.Is(from, "NEXT") && tokens.Is(from + 1, "VALUE")))
            return SqlValueKind.StoreGenerated;
        return SqlValueKind.Expression;
    }

    private static SqlValueKind KindOfOne(SqlTokens tokens, int index) => tokens[index].Kind switch
    {
        SqlTokenKind.Parameter => SqlValueKind.Parameter,
        SqlTokenKind.Hole => tokens[index].Length == 1 ? SqlValueKind.Hole : SqlValueKind.Expression,
        SqlTokenKind.String or SqlTokenKind.Number => SqlValueKind.Literal,
        SqlTokenKind.Word when tokens.Is(index, "NULL") => SqlValueKind.Null,
        SqlTokenKind.Word when tokens.Is(index, "DEFAULT") => SqlValueKind.StoreGenerated,
        SqlTokenKind.Word when tokens.IsAny(index, "TRUE", "FALSE") => SqlValueKind.Literal,
        SqlTokenKind.Word or SqlTokenKind.QuotedName => SqlValueKind.Column,
        _ => SqlValueKind.Expression,
    };
}
