using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads MERGE.</summary>
internal static class MergeReader
{
    public static SqlStatement Read(SqlScope scope, int start, int end, SqlPrefix prefix)
    {
        var tokens = scope.Tokens;
        var at = start + 1;
        while (tokens.IsAny(at, "INTO", "TOP", "ONLY") || tokens.IsSymbol(at, "("))
            at = tokens.IsSymbol(at, "(") ? tokens.SkipGroup(at, end) : at + 1;
        var target = scope.NameAt(at, end, out var next);
        var on = target is null ? -1 : tokens.Find("ON", next, end);
        if (target is null || tokens.Find("USING", next, end) < 0)
            return new SqlStatement { Kind = SqlStatementKind.Unknown, HeadSpan = tokens.SpanOf(start, Math.Max(at, start + 1)) };

        var names = TargetNames(tokens, target, next, end);
        var when = on < 0 ? end : tokens.Find("WHEN", on, end) is >= 0 and var found ? found : end;
        var conditions = on < 0 ? ImmutableArray<SqlCondition>.Empty : SqlConditions.ReadChain(tokens, on + 1, when);
        var statement = new SqlStatement
        {
            Kind = SqlStatementKind.Merge,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            Conditions = conditions,
            ConflictColumns = KeyColumns(tokens, on + 1, when, names),
            Sources = SqlSources.Read(tokens, next, end, scope.Temporaries).Without(prefix.Names),
            HasOpenClause = SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
        };
        return Decide(ReadActions(tokens, when, end, names, statement), IsNeverTrue(tokens, on + 1, when), ReplacesSlice(tokens, when, end));
    }

    private static HashSet<string> TargetNames(SqlTokens tokens, SqlName target, int next, int end)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { target.Name };
        for (var i = next; i < end && !tokens.Is(i, "USING"); i++)
        {
            if (tokens.IsGroup(i))
                i = tokens.SkipGroup(i, end) - 1;
            else if (SqlNames.IsAlias(tokens, i))
                names.Add(tokens.Unquoted(i));
        }

        names.Remove("");
        return names;
    }

    // The columns of the target that ON compares: those with its alias, or the left sides where none has one.
    private static ImmutableArray<string> KeyColumns(SqlTokens tokens, int from, int end, ISet<string> names)
    {
        var columns = ImmutableArray.CreateBuilder<string>();
        for (var i = from; i < end; i++)
        {
            if (tokens.IsSymbol(i + 1, ".") && tokens.IsName(i) && tokens.IsName(i + 2) && !tokens.IsSymbol(i + 3, ".") && names.Contains(tokens.Unquoted(i))
                && tokens.Unquoted(i + 2) is { Length: > 0 } column && !columns.Contains(column))
                columns.Add(column);
        }

        return columns.ToImmutable();
    }

    // ON 1 = 0, ON (1 = 2), ON FALSE: every source row is "not matched".
    private static bool IsNeverTrue(SqlTokens tokens, int from, int end)
    {
        while (tokens.IsSymbol(from, "(") && tokens.SkipGroup(from, end) == end)
        {
            from++;
            end--;
        }

        if (end - from == 1)
            return tokens.Is(from, "FALSE");
        if (end - from != 3 || !tokens.IsKind(from, SqlTokenKind.Number) || !tokens.IsKind(from + 2, SqlTokenKind.Number))
            return false;
        var isSame = tokens.TextOf(tokens.SpanOf(from, from + 1)) == tokens.TextOf(tokens.SpanOf(from + 2, end));
        return tokens.IsSymbol(from + 1, "=") ? !isSame : isSame;
    }

    private static SqlStatement ReadActions(SqlTokens tokens, int when, int end, ISet<string> names, SqlStatement statement)
    {
        var hasInsert = false;
        for (var i = when; i < end; i++)
        {
            if (tokens.IsGroup(i))
            {
                i = tokens.SkipGroup(i, end) - 1;
                continue;
            }

            if (tokens.Is(i, "UPDATE") && tokens.Is(i + 1, "SET"))
            {
                var stop = SqlValues.EndOfAssignments(tokens, i + 2, end);
                statement = statement with { ConflictAssignments = statement.ConflictAssignments.AddRange(SqlValues.ReadAssignments(tokens, i + 2, stop, names)) };
                i = stop - 1;
            }
            else if (tokens.Is(i, "INSERT") && !hasInsert)
            {
                hasInsert = true;
                statement = ReadInsert(tokens, i, end, statement);
            }
        }

        return statement;
    }

    private static SqlStatement ReadInsert(SqlTokens tokens, int insert, int end, SqlStatement statement)
    {
        var columns = tokens.IsSymbol(insert + 1, "(") ? tokens.SplitAtCommas(insert + 2, tokens.SkipGroup(insert + 1, end) - 1) : [];
        var values = tokens.Find("VALUES", insert, end);
        var items = values >= 0 && tokens.IsSymbol(values + 1, "(") ? tokens.SplitAtCommas(values + 2, tokens.SkipGroup(values + 1, end) - 1) : [];
        var pairs = ImmutableArray.CreateBuilder<SqlColumnValue>();
        for (var i = 0; i < Math.Min(columns.Count, items.Count); i++)
        {
            var column = tokens.Unquoted(columns[i].End - 1);
            if (column.Length > 0)
                pairs.Add(new SqlColumnValue(column, SqlValues.Read(tokens, items[i].From, items[i].End), false, tokens.SpanOf(columns[i].From, columns[i].End)));
        }

        return statement with { Assignments = pairs.ToImmutable() };
    }

    // ON FALSE … WHEN NOT MATCHED BY SOURCE AND day = @day THEN DELETE: BigQuery's way to replace a slice.
    private static bool ReplacesSlice(SqlTokens tokens, int when, int end)
    {
        for (var i = when; i < end; i++)
        {
            if (tokens.Is(i, "DELETE") && tokens.Is(i - 1, "THEN"))
                return true;
            if (tokens.IsGroup(i))
                i = tokens.SkipGroup(i, end) - 1;
        }

        return false;
    }

    private static SqlStatement Decide(SqlStatement merge, bool isNeverTrue, bool replacesSlice)
    {
        if (isNeverTrue && replacesSlice)
            return merge with { Effect = RerunEffect.Converges, Convergence = Convergence.SliceReplaced };
        if (isNeverTrue)
            return merge with { Effect = RerunEffect.Repeats };
        return merge with
        {
            Effect = merge.ConflictAssignments.Any(a => a.IsRelative) ? RerunEffect.Relative : RerunEffect.Converges,
            Convergence = Convergence.MergeOnKey,
        };
    }
}
