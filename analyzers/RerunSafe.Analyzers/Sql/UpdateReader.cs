using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads UPDATE, DELETE and TRUNCATE.</summary>
internal static class UpdateReader
{
    private static readonly WordSet Modifiers = new("LOW_PRIORITY", "IGNORE", "OR", "ROLLBACK", "ABORT", "FAIL", "REPLACE", "ONLY", "TOP", "QUICK", "FROM", "PERCENT");
    private static readonly WordSet Bodies = new("SET", "WHERE", "FROM", "USING");

    public static SqlStatement ReadUpdate(SqlScope scope, int start, int end, SqlPrefix prefix)
    {
        var tokens = scope.Tokens;
        var at = SkipModifiers(tokens, start, end, out var isLimited);
        if (scope.NameAt(at, end, out var next) is not { } target)
            return Unknown(tokens, start, at);
        var set = tokens.Find("SET", next, end);
        if (set < 0)
            return Unknown(tokens, start, next);
        var sources = SqlSources.Read(tokens, start, end, scope.Temporaries);
        var names = NamesOf(tokens, ref target, next, end, sources);

        // MySQL: UPDATE s JOIN t ON … SET t.n = …: the table that is written stands before the column.
        if (tokens.IsSymbol(set + 2, ".") && tokens.Unquoted(set + 1) is { Length: > 0 } written && !names.Contains(written) && sources.Behind(written) is { } joined)
        {
            target = joined with { Span = target.Span };
            names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { joined.Name, written };
        }

        var stop = SqlValues.EndOfAssignments(tokens, set + 1, end);
        var assignments = SqlValues.ReadAssignments(tokens, set + 1, stop, names);
        var where = tokens.Find("WHERE", stop, end);
        isLimited |= tokens.Find("LIMIT", stop, end) >= 0;
        var isRelative = assignments.Any(a => a.IsRelative);
        var isHidden = assignments.IsEmpty || HasHiddenAssignment(tokens, set + 1, stop);
        return new SqlStatement
        {
            Kind = SqlStatementKind.Update,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            Assignments = assignments,
            Conditions = where < 0 ? ImmutableArray<SqlCondition>.Empty : SqlConditions.ReadChain(tokens, where + 1, end),
            Sources = sources.Without(prefix.Names),
            HasValues = true,
            HasOpenClause = isHidden || SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
            Effect = isRelative ? RerunEffect.Relative : isLimited || isHidden ? RerunEffect.Unknown : RerunEffect.Converges,
            Convergence = isRelative || isLimited || isHidden ? Convergence.None : Convergence.Absolute,
        };
    }

    public static SqlStatement ReadDelete(SqlScope scope, int start, int end, SqlPrefix prefix)
    {
        var tokens = scope.Tokens;
        var at = SkipModifiers(tokens, start, end, out var isLimited);
        if (scope.NameAt(at, end, out var next) is not { } target)
            return Unknown(tokens, start, at);
        var sources = SqlSources.Read(tokens, start + 1, end, scope.Temporaries);
        NamesOf(tokens, ref target, next, end, sources);
        var where = tokens.Find("WHERE", next, end);
        isLimited |= tokens.Find("LIMIT", next, end) >= 0;
        return new SqlStatement
        {
            Kind = SqlStatementKind.Delete,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            Conditions = where < 0 ? ImmutableArray<SqlCondition>.Empty : SqlConditions.ReadChain(tokens, where + 1, end),
            Sources = sources.Without(prefix.Names),
            HasOpenClause = SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
            Effect = isLimited ? RerunEffect.Unknown : RerunEffect.Converges,
            Convergence = isLimited ? Convergence.None : Convergence.Absolute,
        };
    }

    public static SqlStatement ReadTruncate(SqlScope scope, int start, int end)
    {
        var at = start + 1;
        while (scope.Tokens.IsAny(at, "TABLE", "ONLY", "IF", "EXISTS"))
            at++;
        if (scope.NameAt(at, end, out var next) is not { } target)
            return Unknown(scope.Tokens, start, at);
        return new SqlStatement
        {
            Kind = SqlStatementKind.Truncate,
            Target = target,
            HeadSpan = scope.Tokens.SpanOf(start, next),
            Effect = RerunEffect.Converges,
            Convergence = Convergence.Absolute,
        };
    }

    private static SqlStatement Unknown(SqlTokens tokens, int start, int at) =>
        new() { Kind = SqlStatementKind.Unknown, HeadSpan = tokens.SpanOf(start, Math.Max(at, start + 1)) };

    private static int SkipModifiers(SqlTokens tokens, int start, int end, out bool isLimited)
    {
        isLimited = false;
        var at = start + 1;
        for (; at < end && (tokens.IsIn(at, Modifiers) || tokens.IsSymbol(at, "(") || (isLimited && tokens.IsKind(at, SqlTokenKind.Number))); at++)
        {
            isLimited |= tokens.Is(at, "TOP");
            if (tokens.IsSymbol(at, "("))
                at = tokens.SkipGroup(at, end) - 1;
        }

        return at;
    }

    // The names by which the statement may call its target; the target itself may be called by an alias.
    private static HashSet<string> NamesOf(SqlTokens tokens, ref SqlName target, int next, int end, SqlSources sources)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { target.Name };
        if (target.Schema.Length == 0 && sources.Behind(target.Name) is { } behind)
        {
            target = behind with { Span = target.Span };
            names.Add(target.Name);
        }

        var alias = tokens.Is(next, "AS") ? next + 1 : next;
        if (alias < end && SqlNames.IsAlias(tokens, alias) && !tokens.IsIn(alias, Bodies))
            names.Add(tokens.Unquoted(alias));

        // UPDATE t SET … FROM t AS a: T-SQL takes the one for the other.
        names.UnionWith(sources.AliasesOf(target.Name));
        names.Remove("");
        return names;
    }

    // SET ￼, SET a = 1, ￼
    private static bool HasHiddenAssignment(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsGroup(i))
                i = tokens.SkipGroup(i, end) - 1;
            else if (tokens.IsKind(i, SqlTokenKind.Hole) && (tokens.Is(i - 1, "SET") || tokens.IsSymbol(i - 1, ",")) && !tokens.IsSymbol(i + 1, "=") && !tokens.IsSymbol(i + 1, "."))
                return true;
        }

        return false;
    }
}
