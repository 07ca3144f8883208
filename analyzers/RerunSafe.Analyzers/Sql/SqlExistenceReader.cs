namespace RerunSafe.Analyzers.Sql;

/// <summary>Finds NOT EXISTS, NOT IN, EXCEPT, anti-joins, counts and high-water marks that keep an INSERT from adding rows twice.</summary>
internal sealed class SqlExistenceReader
{
    private static readonly WordSet RowCounts = new("CHANGES", "ROW_COUNT", "FOUND_ROWS");

    private readonly SqlTokens _tokens;
    private readonly List<int> _mentions;
    private readonly int _from;
    private readonly int _end;
    private readonly int _lastNullTest;
    private readonly int _firstFrom;

    private SqlExistenceReader(SqlTokens tokens, int from, int end, SqlSources sources, SqlName target, ISet<string> defined)
    {
        _tokens = tokens;
        _from = from;
        _end = end;
        _lastNullTest = LastNullTest(tokens, from, end);
        _firstFrom = tokens.Find("FROM", from, end);

        // What a hole or a name of WITH hides may be the target.
        _mentions = sources.PositionsOf(name => name.Name.Length == 0 || target.Name.Length == 0
            || string.Equals(name.Name, target.Name, StringComparison.OrdinalIgnoreCase) || defined.Contains(name.Name));
    }

    public static SqlExistenceKind Read(SqlTokens tokens, int from, int end, SqlSources sources, SqlName target, ISet<string> defined) =>
        new SqlExistenceReader(tokens, from, end, sources, target, defined).Decide();

    private SqlExistenceKind Decide()
    {
        var elsewhere = SqlExistenceKind.None;
        for (var i = _from; i < _end; i++)
        {
            if (IsAbsence(i, out var open))
            {
                if (Mentions(open, _tokens.SkipGroup(open, _end)))
                    return SqlExistenceKind.Checked;
                if (_tokens.Is(i + 1, "EXISTS") && (_firstFrom < 0 || _firstFrom > i))
                    elsewhere = SqlExistenceKind.CheckedElsewhere;
            }
            else if ((_tokens.IsAny(i, "EXCEPT", "MINUS") && Mentions(i, _end)) || IsAntiJoin(i) || IsNoRow(i) || IsHighWaterMark(i))
            {
                return SqlExistenceKind.Checked;
            }
        }

        return elsewhere;
    }

    // NOT EXISTS (, NOT (EXISTS (, NOT IN (SELECT
    private bool IsAbsence(int i, out int open)
    {
        open = i + 2;
        if (!_tokens.Is(i, "NOT"))
            return false;
        if (_tokens.Is(i + 1, "EXISTS"))
            return _tokens.IsSymbol(open, "(");
        if (_tokens.Is(i + 1, "IN"))
            return _tokens.IsSymbol(open, "(") && _tokens.IsAny(i + 3, "SELECT", "WITH");
        open = i + 3;
        return _tokens.IsSymbol(i + 1, "(") && _tokens.Is(i + 2, "EXISTS") && _tokens.IsSymbol(open, "(");
    }

    private bool IsAntiJoin(int i)
    {
        if (!_tokens.Is(i, "JOIN"))
            return false;
        var next = _tokens.IsSymbol(i + 1, "(") ? _tokens.SkipGroup(i + 1, _end) : i + 2;
        if (!Mentions(i, Math.Max(next, i + 2)))
            return false;
        if (_tokens.Is(i - 1, "ANTI") || _tokens.Is(i - 2, "ANTI"))
            return true;
        if (!_tokens.IsAny(i - 1, "LEFT", "OUTER"))
            return false;
        return _lastNullTest > i;
    }

    private static int LastNullTest(SqlTokens tokens, int from, int end)
    {
        for (var i = end - 2; i > from; i--)
        {
            if (tokens.Is(i, "IS") && tokens.Is(i + 1, "NULL"))
                return i;
        }

        return -1;
    }

    // changes() = 0, @@ROWCOUNT = 0, (SELECT COUNT(*) FROM t WHERE …) = 0
    private bool IsNoRow(int i)
    {
        if (!(_tokens.IsSymbol(i, "=") || _tokens.IsSymbol(i, "<")) || _tokens[i + 1].Length != 1 || _tokens.Text[_tokens[i + 1].Start] != (_tokens.IsSymbol(i, "=") ? '0' : '1'))
            return false;
        if (_tokens.IsKind(i - 1, SqlTokenKind.Parameter))
            return string.Equals(_tokens.TextOf(_tokens.SpanOf(i - 1, i)), "@@ROWCOUNT", StringComparison.OrdinalIgnoreCase);
        var opener = _tokens.OpenerOf(i - 1);
        if (opener < 0)
            return false;
        return _tokens.IsIn(opener - 1, RowCounts) || (_tokens.Is(opener + 1, "SELECT") && (_tokens.IsIn(opener + 2, RowCounts) || (_tokens.Is(opener + 2, "COUNT") && Mentions(opener, i))));
    }

    // id > (SELECT MAX(id) FROM t): the second time nothing is newer.
    private bool IsHighWaterMark(int i)
    {
        if (!_tokens.IsSymbol(i, ">"))
            return false;
        var open = i + 1;
        while (_tokens.IsName(open) && _tokens.IsSymbol(open + 1, "("))
            open++;
        var close = _tokens.SkipGroup(open, _end);
        if (!_tokens.IsSymbol(open, "(") || !Mentions(open, close))
            return false;
        for (var at = open; at < close && at < open + 8; at++)
        {
            if (_tokens.Is(at, "MAX"))
                return true;
        }

        return false;
    }

    private bool Mentions(int from, int end)
    {
        var at = _mentions.BinarySearch(from);
        at = at < 0 ? ~at : at;
        return at < _mentions.Count && _mentions[at] < end;
    }
}
