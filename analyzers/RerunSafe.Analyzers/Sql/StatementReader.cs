using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads one statement; the writes in its WITH become statements of their own, before it.</summary>
internal sealed class StatementReader
{
    private static readonly WordSet Reads = new("SELECT", "VALUES", "SHOW", "TABLE", "DESCRIBE", "DESC", "FROM");
    private static readonly WordSet Others = new(
        "SET", "PRAGMA", "USE", "DECLARE", "PRINT", "RETURN", "RAISERROR", "RAISE", "THROW", "SAVE", "SAVEPOINT", "RELEASE", "ROLLBACK", "GRANT", "REVOKE", "DENY", "ANALYZE",
        "VACUUM", "LOCK", "UNLOCK", "WAITFOR", "OPEN", "FETCH", "CLOSE", "DEALLOCATE", "SIGNAL", "RESIGNAL", "COMMENT", "ATTACH", "DETACH", "INSTALL", "LOAD", "OPTIMIZE",
        "GOTO", "EXIT", "CONTINUE", "BREAK", "LEAVE", "ITERATE", "NULL", "EXPORT", "CHECKPOINT", "REINDEX", "CLUSTER", "NOTIFY", "LISTEN", "UNLISTEN", "RESET", "DBCC", "KILL",
        "DISCARD", "REFRESH", "UPDATE_STATISTICS", "SYSTEM", "DISABLE", "ENABLE", "BACKUP", "RESTORE", "PERFORM", "GET", "RENAME", "FLUSH", "DO");

    private static readonly HashSet<string> NoNames = [];

    private readonly SqlScope _scope;
    private readonly SqlTokens _tokens;

    public StatementReader(SqlScope scope)
    {
        _scope = scope;
        _tokens = scope.Tokens;
    }

    public IEnumerable<SqlStatement> Read(int start, int end)
    {
        var survivors = SurvivorReader.Read(_tokens, start, end);
        if (_tokens.IsAny(start, "EXEC", "EXECUTE") && ReadDynamic(start, end) is { Count: > 0 } dynamic)
            return dynamic;
        if (!_tokens.Is(start, "WITH"))
            return [Finish(ReadVerb(start, end, SqlPrefix.None), start, end) with { Survivors = survivors }];
        var prefix = SqlPrefix.Read(_tokens, start, end);
        var statements = new List<SqlStatement>();
        var consumed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, from, stop) in prefix.WritingBodies)
        {
            var inner = Finish(ReadVerb(from, stop, prefix), from, stop);
            statements.Add(inner);
            if (IsEmptyOnRerun(inner))
                consumed.Add(name);
        }

        var main = Finish(ReadVerb(prefix.Verb, end, prefix), start, end);
        main = main with { Survivors = survivors, Sources = SqlSources.Read(_tokens, start, prefix.Verb, _scope.Temporaries).Without(prefix.Names).AddRange(main.Sources) };
        statements.Add(main.Effect is RerunEffect.Repeats or RerunEffect.Relative && ReadsAny(prefix.Verb, end, consumed)
            ? main with { Effect = RerunEffect.Converges, Convergence = Convergence.ExistenceChecked }
            : main);
        return statements;
    }

    private IReadOnlyList<SqlStatement> ReadDynamic(int start, int end)
    {
        if (DynamicSql.Read(_scope, start, end) is not { } text)
            return [];
        var reader = new SqlScriptReader(text);
        var statements = reader.Read();
        _scope.DynamicSteps += reader.Steps;
        return statements;
    }

    private SqlStatement Finish(SqlStatement statement, int start, int end)
    {
        var span = _tokens.SpanOf(start, end);
        return statement with
        {
            Span = span,
            ClockConditions = SqlConditions.ReadClocks(_tokens, start, end),
            ReturnsRows = statement.ReturnsRows || (statement.Kind is not SqlStatementKind.Select && (_tokens.Find("RETURNING", start, end) >= 0 || _tokens.Find("OUTPUT", start, end) >= 0)),
        };
    }

    private SqlStatement ReadVerb(int start, int end, SqlPrefix prefix)
    {
        if (_tokens.IsSymbol(start, "(") && (_tokens.IsAny(start + 1, "SELECT", "WITH") || _tokens.IsSymbol(start + 1, "(")))
            return ReadSelect(start, end, prefix);
        if (_tokens.Is(start, "BULK") && _tokens.Is(start + 1, "INSERT"))
            return CopyReader.Read(_scope, start, end);
        if (_tokens.Is(start, "COPY") || (_tokens.Is(start, "LOAD") && _tokens.Is(start + 1, "DATA")))
            return CopyReader.Read(_scope, start, end);
        if (_tokens.IsAny(start, "INSERT", "UPSERT") || (_tokens.Is(start, "REPLACE") && !_tokens.IsSymbol(start + 1, "(")))
            return new InsertReader(_scope, start, end, prefix).Read();
        if (_tokens.Is(start, "UPDATE"))
            return UpdateReader.ReadUpdate(_scope, start, end, prefix);
        if (_tokens.Is(start, "DELETE"))
            return UpdateReader.ReadDelete(_scope, start, end, prefix);
        if (_tokens.Is(start, "TRUNCATE"))
            return UpdateReader.ReadTruncate(_scope, start, end);
        if (_tokens.Is(start, "MERGE"))
            return MergeReader.Read(_scope, start, end, prefix);
        if (_tokens.Is(start, "CREATE"))
            return CreateReader.Read(_scope, start, end);
        if (_tokens.Is(start, "ALTER"))
            return CreateReader.ReadAlter(_scope, start, end);
        if (_tokens.Is(start, "DROP"))
            return CreateReader.ReadDrop(_scope, start, end);
        if (_tokens.Is(start, "DECLARE"))
            return CreateReader.ReadDeclare(_scope, start, end);
        if (_tokens.IsAny(start, "EXEC", "EXECUTE", "CALL", "PERFORM"))
            return new SqlStatement { Kind = SqlStatementKind.Call, HeadSpan = _tokens.SpanOf(start, Math.Min(end, start + 2)), HasOpenClause = SqlHoles.HasOpenClause(_tokens, start, end, false) };
        if (_tokens.IsIn(start, Reads))
            return ReadSelect(start, end, prefix);
        var isOther = _tokens.IsIn(start, Others);
        return new SqlStatement
        {
            Kind = isOther ? SqlStatementKind.Other : SqlStatementKind.Unknown,
            Effect = isOther ? RerunEffect.None : RerunEffect.Unknown,
            HeadSpan = _tokens.SpanOf(start, Math.Min(end, start + 1)),
            HasOpenClause = !isOther && SqlHoles.HasOpenClause(_tokens, start, end, hasValues: false),
        };
    }

    private SqlStatement ReadSelect(int start, int end, SqlPrefix prefix)
    {
        var from = _tokens.Find("FROM", start, end);
        var into = _tokens.Find("INTO", start, from < 0 ? end : from);
        var sources = SqlSources.Read(_tokens, start, end, _scope.Temporaries).Without(prefix.Names);
        var where = from < 0 ? -1 : _tokens.Find("WHERE", from, end);
        var statement = new SqlStatement
        {
            Kind = SqlStatementKind.Select,
            TakesLock = NamesLock(start, end),
            Effect = from < 0 && CallsFunction(start, end) ? RerunEffect.Unknown : RerunEffect.None,
            HeadSpan = _tokens.SpanOf(start, start + 1),
            Sources = sources,
            Conditions = where < 0 ? ImmutableArray<SqlCondition>.Empty : SqlConditions.ReadChain(_tokens, where + 1, end),
            ReturnsRows = true,
            HasOpenClause = SqlHoles.HasOpenClause(_tokens, start, end, hasValues: false),
        };
        return into < 0 ? statement : ReadInto(statement, into, end);
    }

    // SELECT pg_try_advisory_lock(42), SELECT GET_LOCK('import', 0)
    private bool NamesLock(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            var token = _tokens[i];
            if (token.Kind == SqlTokenKind.Word && token.Length >= 4 && _tokens.IsSymbol(i + 1, "(")
                && _tokens.Text.IndexOf("lock", token.Start, token.Length, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }

        return false;
    }

    // SELECT … INTO new_table FROM: in procedural code and in MySQL and Oracle it fills variables instead.
    private SqlStatement ReadInto(SqlStatement select, int into, int end)
    {
        if (_scope.IsProcedural || _scope.Dialect is SqlDialect.MySql or SqlDialect.Oracle or SqlDialect.Sqlite or SqlDialect.BigQuery)
            return select;
        var at = into + 1;
        var isTemporary = _tokens.IsAny(at, "TEMP", "TEMPORARY");
        while (_tokens.IsAny(at, "TEMP", "TEMPORARY", "TABLE", "UNLOGGED"))
            at++;
        if (_tokens.IsKind(at, SqlTokenKind.Parameter) || _tokens.IsAny(at, "OUTFILE", "DUMPFILE") || _scope.NameAt(at, end, out var next) is not { } target)
            return select;
        if (isTemporary)
            _scope.Temporaries.Add(target.Name);
        return select with
        {
            Kind = SqlStatementKind.CreateTable,
            Target = isTemporary ? target with { IsTemporary = true } : target,
            HeadSpan = _tokens.SpanOf(into, next),
            Effect = RerunEffect.Unknown,
            ReturnsRows = false,
        };
    }

    private bool CallsFunction(int start, int end)
    {
        for (var i = start + 1; i < end; i++)
        {
            if (_tokens.IsSymbol(i + 1, "(") && _tokens.IsName(i) && (_tokens.IsSymbol(i - 1, ".") || i == start + 1))
                return true;
        }

        return false;
    }

    // What a WITH body returns the first time and not the second: claimed rows, moved rows, flipped rows.
    private static bool IsEmptyOnRerun(SqlStatement inner) =>
        inner.ReturnsRows
        && (inner.Convergence is Convergence.ConflictIgnored or Convergence.ExistenceChecked
            || inner.Kind == SqlStatementKind.Delete
            || (inner.Kind == SqlStatementKind.Update && inner.Effect == RerunEffect.Converges
                && inner.Conditions.Any(c => c.Operator is "=" or "IS" or "<>" && inner.Assignments.Any(a => string.Equals(a.Column, c.Column, StringComparison.OrdinalIgnoreCase) && a.Value.Text != c.Value.Text))));

    private bool ReadsAny(int from, int end, HashSet<string> names)
    {
        if (names.Count == 0)
            return false;
        return SqlSources.Read(_tokens, from, end, NoNames).PositionsOf(n => names.Contains(n.Name)).Count > 0;
    }
}
