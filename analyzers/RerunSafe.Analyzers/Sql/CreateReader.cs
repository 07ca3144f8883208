using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads CREATE, ALTER, DROP and DECLARE … TABLE.</summary>
internal static class CreateReader
{
    private static readonly WordSet Modifiers = new(
        "OR", "REPLACE", "ALTER", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "PRIVATE", "UNLOGGED", "EXTERNAL", "TRANSIENT", "VIRTUAL", "FOREIGN", "UNIQUE", "CLUSTERED",
        "NONCLUSTERED", "FULLTEXT", "SPATIAL", "BITMAP", "HYBRID", "DYNAMIC", "ICEBERG", "COLUMN", "SET", "MULTISET", "VOLATILE", "COLUMNSTORE");

    public static SqlStatement Read(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        var at = start + 1;
        bool isTemporary = false, isReplaced = false, isUnique = false;
        for (; tokens.IsIn(at, Modifiers); at++)
        {
            isTemporary |= tokens.IsAny(at, "TEMP", "TEMPORARY", "VOLATILE");
            isReplaced |= tokens.Is(at, "REPLACE");
            isUnique |= tokens.Is(at, "UNIQUE");
        }

        if (tokens.Is(at, "TABLE"))
            return ReadTable(scope, start, at + 1, end, isTemporary, isReplaced);
        if (tokens.Is(at, "INDEX"))
            return ReadIndex(scope, start, at + 1, end, isUnique);
        return new SqlStatement
        {
            Kind = SqlStatementKind.Other,
            Effect = RerunEffect.None,
            HeadSpan = tokens.SpanOf(start, at + 1),
            IfNotExists = isReplaced || tokens.Is(start + 2, "ALTER") || (tokens.Is(at + 1, "IF") && tokens.Is(at + 2, "NOT")),
        };
    }

    public static SqlStatement ReadDrop(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        var statement = new SqlStatement { Kind = SqlStatementKind.Drop, Effect = RerunEffect.None, HeadSpan = tokens.SpanOf(start, Math.Min(start + 2, end)) };
        if (!tokens.Is(start + 1, "TABLE") && !tokens.Is(start + 2, "TABLE"))
            return statement;
        var at = tokens.Is(start + 1, "TABLE") ? start + 2 : start + 3;
        while (tokens.IsAny(at, "IF", "EXISTS"))
            at++;
        return scope.NameAt(at, end, out var next) is { } target
            ? statement with { Target = target, HeadSpan = tokens.SpanOf(start, next), Effect = RerunEffect.Converges, Convergence = Convergence.Absolute }
            : statement;
    }

    public static SqlStatement ReadAlter(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        if (!tokens.Is(start + 1, "TABLE"))
            return new SqlStatement { Kind = SqlStatementKind.Other, Effect = RerunEffect.None, HeadSpan = tokens.SpanOf(start, Math.Min(start + 2, end)) };
        var at = start + 2;
        while (tokens.IsAny(at, "IF", "EXISTS", "ONLY"))
            at++;
        if (scope.NameAt(at, end, out var next) is not { } target)
            return new SqlStatement { Kind = SqlStatementKind.Unknown, HeadSpan = tokens.SpanOf(start, at) };
        var statement = new SqlStatement
        {
            Kind = SqlStatementKind.AlterTable,
            Effect = RerunEffect.None,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            HasOpenClause = SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
        };
        if (tokens.Is(next, "ON") && tokens.Is(next + 1, "CLUSTER"))
            next += 3;

        // ClickHouse's mutations, and partitions that are emptied.
        if (tokens.Is(next, "DELETE"))
            return statement with { Kind = SqlStatementKind.Delete, Effect = RerunEffect.Converges, Convergence = Convergence.Absolute, Conditions = Where(tokens, next, end) };
        if (tokens.Is(next, "UPDATE"))
            return ReadMutation(tokens, statement, next, end);
        if (tokens.IsAny(next, "DROP", "TRUNCATE", "CLEAR") && tokens.Is(next + 1, "PARTITION"))
            return statement with { Kind = SqlStatementKind.Truncate, Effect = RerunEffect.Converges, Convergence = Convergence.Absolute };
        if (tokens.IsAny(next, "REPLACE", "EXCHANGE", "SWITCH") && tokens.Find("PARTITION", next, end) >= 0)
            return statement with { Effect = RerunEffect.Converges, Convergence = Convergence.SliceReplaced };
        return statement with
        {
            ClauseAt = ColumnAdded(tokens, next, end),
            Definition = DefinitionReader.ReadAddition(tokens, next, end, target.Name),
            IfNotExists = IsConditional(tokens, next, end),
            IsRenamed = tokens.Is(next, "RENAME") && tokens.IsAny(next + 1, "TO", "AS"),
        };
    }

    /// <summary>DECLARE @t TABLE (…)</summary>
    public static SqlStatement ReadDeclare(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        var isTable = tokens.IsKind(start + 1, SqlTokenKind.Parameter) && (tokens.Is(start + 2, "TABLE") || (tokens.Is(start + 2, "AS") && tokens.Is(start + 3, "TABLE")));
        var isTemporary = tokens.Find("TEMPORARY", start, Math.Min(start + 4, end)) >= 0;
        if (isTemporary && tokens.Find("TABLE", start, end) is >= 0 and var table)
            return ReadTable(scope, start, table + 1, end, isTemporary, isReplaced: false);
        if (!isTable || scope.NameAt(start + 1, end, out var next) is not { } target)
            return new SqlStatement { Kind = SqlStatementKind.Other, Effect = RerunEffect.None, HeadSpan = tokens.SpanOf(start, Math.Min(start + 2, end)) };
        return new SqlStatement { Kind = SqlStatementKind.CreateTable, Effect = RerunEffect.None, Target = target, HeadSpan = tokens.SpanOf(start, next), IfNotExists = true };
    }

    private static SqlStatement ReadTable(SqlScope scope, int start, int at, int end, bool isTemporary, bool isReplaced)
    {
        var tokens = scope.Tokens;
        var ifNotExists = tokens.Is(at, "IF") && tokens.Is(at + 1, "NOT");
        if (ifNotExists)
            at += 3;
        if (scope.NameAt(at, end, out var next) is not { } target)
            return new SqlStatement { Kind = SqlStatementKind.Unknown, HeadSpan = tokens.SpanOf(start, at) };
        if (isTemporary && target.Name.Length > 0)
            scope.Temporaries.Add(target.Name);
        var statement = new SqlStatement
        {
            Kind = SqlStatementKind.CreateTable,
            Effect = RerunEffect.None,
            Target = isTemporary ? target with { IsTemporary = true } : target,
            HeadSpan = tokens.SpanOf(start, next),
            IfNotExists = ifNotExists || isReplaced,
            ClauseAt = tokens[at].Start,
            HasOpenClause = SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
        };
        var query = FindQuery(tokens, next, end);
        if (query < 0)
            return statement with { Definition = DefinitionReader.ReadTable(tokens, next, end, target.Name) };
        return statement with
        {
            // A table that is made of a query would keep its old rows.
            ClauseAt = -1,
            Sources = SqlSources.Read(tokens, query, end, scope.Temporaries).Without(SqlPrefix.None.Names),
            Effect = ifNotExists || isReplaced ? RerunEffect.Converges : RerunEffect.Unknown,
            Convergence = isReplaced ? Convergence.SliceReplaced : ifNotExists ? Convergence.ExistenceChecked : Convergence.None,
        };
    }

    // CREATE TABLE t AS SELECT, AS (SELECT …), AS WITH …
    private static int FindQuery(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsAny(i, "SELECT", "WITH") && (tokens.Is(i, "SELECT") || SqlStarts.IsCte(tokens, i)))
                return i;
            if (!tokens.IsGroup(i))
                continue;
            if (tokens.IsAny(i + 1, "SELECT", "WITH"))
                return i;
            i = tokens.SkipGroup(i, end) - 1;
        }

        return -1;
    }

    private static SqlStatement ReadIndex(SqlScope scope, int start, int at, int end, bool isUnique)
    {
        var tokens = scope.Tokens;
        var on = tokens.Find("ON", at, end);
        var ifNotExists = tokens.Find("IF", at, Math.Min(at + 3, end)) >= 0;
        if (on < 0)
            return new SqlStatement { Kind = SqlStatementKind.CreateIndex, Effect = RerunEffect.None, HeadSpan = tokens.SpanOf(start, at), IfNotExists = ifNotExists };
        var name = tokens.Is(on + 1, "ONLY") ? on + 2 : on + 1;
        if (tokens.Is(at, "CONCURRENTLY"))
            at++;
        var target = scope.NameAt(name, end, out var next);
        return new SqlStatement
        {
            Kind = SqlStatementKind.CreateIndex,
            Effect = RerunEffect.None,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            IfNotExists = ifNotExists,
            ClauseAt = at < on ? tokens[at].Start : -1,
            Definition = isUnique && target is not null ? DefinitionReader.ReadUniqueIndex(tokens, next, end, target.Name) : null,
        };
    }

    private static SqlStatement ReadMutation(SqlTokens tokens, SqlStatement statement, int update, int end)
    {
        var stop = SqlValues.EndOfAssignments(tokens, update + 1, end);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { statement.Target!.Name };
        var assignments = SqlValues.ReadAssignments(tokens, update + 1, stop, names);
        var isRelative = assignments.Any(a => a.IsRelative);
        return statement with
        {
            Kind = SqlStatementKind.Update,
            HasValues = true,
            Assignments = assignments,
            Conditions = Where(tokens, stop, end),
            Effect = isRelative ? RerunEffect.Relative : RerunEffect.Converges,
            Convergence = isRelative ? Convergence.None : Convergence.Absolute,
        };
    }

    private static ImmutableArray<SqlCondition> Where(SqlTokens tokens, int from, int end) =>
        tokens.Find("WHERE", from, end) is >= 0 and var where ? SqlConditions.ReadChain(tokens, where + 1, end) : ImmutableArray<SqlCondition>.Empty;

    // One column, not one of several actions.
    private static int ColumnAdded(SqlTokens tokens, int next, int end)
    {
        var name = tokens.Is(next + 1, "COLUMN") ? next + 2 : next + 1;
        return tokens.Is(next, "ADD") && tokens.IsName(name) && tokens.SplitAtCommas(next, end).Count == 1 ? tokens[name].Start : -1;
    }

    private static bool IsConditional(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end && i < from + 6; i++)
        {
            if (tokens.Is(i, "IF") && (tokens.Is(i + 1, "NOT") || tokens.Is(i + 1, "EXISTS")))
                return true;
        }

        return false;
    }
}
