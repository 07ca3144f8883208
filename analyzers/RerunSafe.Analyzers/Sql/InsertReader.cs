using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads INSERT, REPLACE and UPSERT in the shapes of all dialects.</summary>
internal sealed class InsertReader
{
    private static readonly WordSet Modifiers = new("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "INTO", "TABLE", "OVERWRITE", "FUNCTION", "ALL", "FIRST", "OR",
        "ROLLBACK", "ABORT", "FAIL", "REPLACE", "TOP", "LOCAL");

    private static readonly WordSet RowSources = new("VALUES", "VALUE", "SELECT", "WITH", "SET", "DEFAULT", "EXEC", "EXECUTE", "FORMAT", "TABLE", "FROM");
    private static readonly WordSet ItemEnders = new("FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "MINUS", "ON", "RETURNING", "ORDER", "LIMIT", "OPTION", "HAVING", "GROUP");
    private static readonly WordSet SelectModifiers = new("DISTINCT", "ALL");
    private static readonly WordSet BehindFrom = new("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "QUALIFY", "OFFSET");
    private static readonly WordSet SetOperators = new("UNION", "EXCEPT", "INTERSECT");
    private static readonly HashSet<string> NoNames = new(StringComparer.OrdinalIgnoreCase);

    private readonly SqlScope _scope;
    private readonly SqlTokens _tokens;
    private readonly int _start;
    private readonly int _end;
    private HashSet<string> _defined;
    private bool _isIgnored;
    private bool _isReplaced;
    private bool _isOverwritten;

    public InsertReader(SqlScope scope, int start, int end, SqlPrefix prefix)
    {
        _scope = scope;
        _tokens = scope.Tokens;
        _start = start;
        _end = end;
        _defined = prefix.Names;
    }

    public SqlStatement Read()
    {
        var at = ReadModifiers();
        var target = _scope.NameAt(at, _end, out var next);
        if (target is null)
            return new SqlStatement { Kind = SqlStatementKind.Unknown, Effect = RerunEffect.Unknown, HeadSpan = _tokens.SpanOf(_start, Math.Max(at, _start + 1)) };

        var statement = new SqlStatement { Kind = SqlStatementKind.Insert, Target = target, HeadSpan = _tokens.SpanOf(_start, next), Effect = RerunEffect.Repeats };
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { target.Name };
        if (_tokens.Is(next, "AS") && !_tokens.IsIn(next + 1, RowSources))
            names.Add(_tokens.Unquoted(next + 1));
        else if (next < _end && SqlNames.IsAlias(_tokens, next) && !_tokens.IsIn(next, RowSources))
            names.Add(_tokens.Unquoted(next));
        names.Remove("");

        var source = FindSource(next);
        var columns = ReadColumns(next, source);
        statement = ReadSource(statement, source, columns, names);
        return Decide(statement, source, names);
    }

    private int ReadModifiers()
    {
        _isReplaced = _tokens.IsAny(_start, "REPLACE", "UPSERT");
        var at = _start + 1;
        for (; at < _end && (_tokens.IsIn(at, Modifiers) || _tokens.IsSymbol(at, "(") || IsHiddenModifier(at)); at++)
        {
            _isIgnored |= _tokens.Is(at, "IGNORE");
            _isReplaced |= _tokens.Is(at, "REPLACE");
            _isOverwritten |= _tokens.Is(at, "OVERWRITE");
            if (_tokens.IsSymbol(at, "("))
                at = _tokens.SkipGroup(at, _end) - 1;
        }

        // Oracle: INSERT FIRST WHEN … THEN INTO t …: the first of the targets stands for all.
        if (_tokens.Is(at, "WHEN") && _tokens.Find("INTO", at, _end) is >= 0 and var into)
            at = into + 1;

        // The hint in Oracle's comment is the one comment that changes what happens.
        var between = SqlSpan.FromBounds(_tokens[_start].End, Math.Max(_tokens[_start].End, _tokens[_start + 1].Start));
        _isIgnored |= between.Length > 4 && _tokens.Text.IndexOf("IGNORE_ROW_ON_DUPKEY_INDEX", between.Start, between.Length, StringComparison.OrdinalIgnoreCase) >= 0;
        return at;
    }

    // INSERT ￼ INTO t
    private bool IsHiddenModifier(int at) => _tokens.IsKind(at, SqlTokenKind.Hole) && _tokens.Is(at + 1, "INTO");

    private int FindSource(int from)
    {
        for (var i = from; i < _end; i++)
        {
            if (_tokens.IsIn(i, RowSources) && !(_tokens.Is(i, "WITH") && _tokens.IsSymbol(i + 1, "(")))
                return i;

            // INSERT INTO t (SELECT …)
            if (_tokens.IsSymbol(i, "(") && _tokens.IsAny(i + 1, "SELECT", "WITH"))
                return i + 1;
            if (_tokens.IsGroup(i))
                i = _tokens.SkipGroup(i, _end) - 1;
        }

        return _end;
    }

    private List<(int From, int End)> ReadColumns(int from, int source)
    {
        for (var i = from; i < source; i++)
        {
            if (_tokens.IsAny(i, "PARTITION", "WITH") && _tokens.IsSymbol(i + 1, "("))
                i = _tokens.SkipGroup(i + 1, source) - 1;
            else if (_tokens.IsAny(i, "OUTPUT", "RETURNING", "ON"))
                break;
            else if (_tokens.IsSymbol(i, "("))
                return _tokens.SplitAtCommas(i + 1, _tokens.SkipGroup(i, source) - 1);
        }

        return [];
    }

    private SqlStatement ReadSource(SqlStatement statement, int source, List<(int From, int End)> columns, ISet<string> names)
    {
        if (_tokens.IsAny(source, "VALUES", "VALUE"))
        {
            var isRow = _tokens.IsSymbol(source + 1, "(");
            var values = isRow ? _tokens.SplitAtCommas(source + 2, _tokens.SkipGroup(source + 1, _end) - 1) : [];
            return statement with { HasValues = true, Assignments = Pair(columns, values) };
        }

        if (_tokens.Is(source, "DEFAULT"))
            return statement with { HasValues = true };
        if (_tokens.Is(source, "SET"))
        {
            var end = _tokens.Find("ON", source, _end) is > 0 and var on ? on : _end;
            return statement with { HasValues = true, Assignments = SqlValues.ReadAssignments(_tokens, source + 1, end, NoNames) };
        }

        var select = source;
        if (_tokens.Is(source, "WITH"))
        {
            var prefix = SqlPrefix.Read(_tokens, source, _end);
            _defined = new HashSet<string>(_defined.Concat(prefix.Names), StringComparer.OrdinalIgnoreCase);
            select = prefix.Verb;
        }

        if (!_tokens.Is(select, "SELECT"))
            return statement with { Assignments = Pair(columns, []) };
        var first = select + 1;
        while (_tokens.IsIn(first, SelectModifiers))
            first++;
        if (_tokens.Is(first, "TOP"))
            first = _tokens.IsSymbol(first + 1, "(") ? _tokens.SkipGroup(first + 1, _end) : first + 2;
        var items = _tokens.SplitAtCommas(first, _tokens.FindAny(ItemEnders, first, EndOfGroup(select)));
        return statement with { Assignments = Pair(columns, items) };
    }

    private int EndOfGroup(int index)
    {
        var outer = _tokens.Outer(index);
        return outer >= _start ? _tokens.SkipGroup(outer, _end) - 1 : _end;
    }

    private ImmutableArray<SqlColumnValue> Pair(List<(int From, int End)> columns, List<(int From, int End)> values)
    {
        var pairs = ImmutableArray.CreateBuilder<SqlColumnValue>();
        var star = values.FindIndex(v => _tokens.IsSymbol(v.End - 1, "*"));
        for (var i = 0; i < columns.Count; i++)
        {
            var (from, end) = columns[i];
            if (end != from + 1 && !(end > from && _tokens.IsName(end - 1)))
                continue;
            var column = _tokens.Unquoted(end - 1);
            if (column.Length == 0)
                continue;
            var isPaired = i < values.Count && (star < 0 || i < star);
            var value = isPaired ? ReadItem(values[i].From, values[i].End) : new SqlValue(SqlValueKind.Expression, "", _tokens.SpanOf(end, end));
            pairs.Add(new SqlColumnValue(column, value, false, _tokens.SpanOf(from, end)));
        }

        return pairs.ToImmutable();
    }

    // SELECT @id AS id, @name name
    private SqlValue ReadItem(int from, int end)
    {
        if (end - from > 2 && _tokens.Is(end - 2, "AS"))
            end -= 2;
        else if (end - from >= 2 && _tokens.IsName(end - 1) && !_tokens.Is(end - 1, "END") && (!_tokens.IsKind(end - 2, SqlTokenKind.Symbol) || _tokens.IsSymbol(end - 2, ")")))
            end--;
        return SqlValues.Read(_tokens, from, end);
    }

    private SqlStatement Decide(SqlStatement statement, int source, HashSet<string> names)
    {
        var sources = SqlSources.Read(_tokens, source, _end, _scope.Temporaries);
        var where = FindWhere(source);
        statement = statement with
        {
            Sources = sources.Without(_defined),
            Conditions = where < 0 ? statement.Conditions : SqlConditions.ReadChain(_tokens, where + 1, _end),
            HasOpenClause = SqlHoles.HasOpenClause(_tokens, _start, _end, hasValues: true),
        };
        statement = Place(statement, source);
        statement = new ConflictReader(_tokens, Math.Min(source, _end), _end, names).Read(statement);
        if (statement.Convergence != Convergence.None)
            return statement;
        if (_isOverwritten)
            return statement with { Effect = RerunEffect.Converges, Convergence = Convergence.SliceReplaced };
        if (_isReplaced)
            return statement with { Effect = RerunEffect.Converges, Convergence = Convergence.ConflictUpdates };
        if (_isIgnored)
            return statement with { Effect = RerunEffect.Converges, Convergence = Convergence.ConflictIgnored };
        return SqlExistenceReader.Read(_tokens, source, _end, sources, statement.Target!, _defined) switch
        {
            SqlExistenceKind.Checked => statement with { Effect = RerunEffect.Converges, Convergence = Convergence.ExistenceChecked },
            SqlExistenceKind.CheckedElsewhere => statement with { Effect = RerunEffect.Unknown },
            _ => statement,
        };
    }

    // A conflict clause stands behind the rows and before RETURNING.
    private SqlStatement Place(SqlStatement statement, int source)
    {
        if (source >= _end || _tokens.IsAny(source, "EXEC", "EXECUTE", "DEFAULT", "TABLE"))
            return statement;
        var returning = _tokens.Find("RETURNING", source, _end);
        var end = returning < 0 ? _end : returning;
        var isNested = _tokens.Outer(source) >= _start;
        var isQuery = !statement.HasValues && !isNested;
        return statement with { ClauseAt = _tokens.SpanOf(_start, end).End, HasReturning = returning >= 0, EndsInFrom = isQuery && EndsInFrom(source, end) };
    }

    private bool EndsInFrom(int source, int end)
    {
        for (var i = source; i < end; i++)
        {
            if (_tokens.IsGroup(i))
                i = _tokens.SkipGroup(i, end) - 1;
            else if (_tokens.IsIn(i, BehindFrom) && _tokens.FindAny(SetOperators, i, end) >= end)
                return false;
        }

        return true;
    }

    private int FindWhere(int source) => _tokens.Find("WHERE", Math.Min(source, _end), source < _end && _tokens.Outer(source) >= _start ? EndOfGroup(source) : _end);
}
