using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>Finds where a statement keeps one row of several and no total order says which one.</summary>
internal sealed partial class SurvivorReader
{
    private static readonly WordSet EndOfSelect = new("UNION", "EXCEPT", "INTERSECT", "MINUS");
    private static readonly WordSet EndOfOrder = new(
        "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "EXCEPT", "INTERSECT", "MINUS", "ROWS", "RANGE", "GROUPS", "OPTION", "SETTINGS", "QUALIFY", "WINDOW", "ON", "RETURNING");

    private static readonly WordSet EndOfList = new("FROM", "INTO", "WHERE", "ORDER", "UNION", "EXCEPT", "INTERSECT", "LIMIT");
    private static readonly WordSet Directions = new("ASC", "DESC", "NULLS", "FIRST", "LAST");
    private static readonly WordSet Constants = new("NULL", "TRUE", "FALSE");

    // A text with more of them is generated; each look may read its whole SELECT.
    private const int MostLooks = 32;

    private readonly SqlTokens _tokens;
    private readonly int _start;
    private readonly int _end;
    private readonly ImmutableArray<SqlSurvivor>.Builder _found = ImmutableArray.CreateBuilder<SqlSurvivor>();
    private HashSet<string>? _comparedWithOne;

    private SurvivorReader(SqlTokens tokens, int start, int end)
    {
        _tokens = tokens;
        _start = start;
        _end = end;
    }

    public static ImmutableArray<SqlSurvivor> Read(SqlTokens tokens, int start, int end)
    {
        var reader = new SurvivorReader(tokens, start, end);
        for (var (i, looks) = (start, 0); i < end && looks < MostLooks; i++)
        {
            if (!tokens.IsKind(i, SqlTokenKind.Word))
                continue;
            looks++;
            switch (tokens.Text[tokens[i].Start] | 0x20)
            {
                case 'r' when tokens.Is(i, "ROW_NUMBER"):
                    reader.ReadRowNumber(i);
                    break;
                case 'd' when tokens.Is(i, "DISTINCT") && tokens.Is(i + 1, "ON") && tokens.IsSymbol(i + 2, "(") && tokens.Is(i - 1, "SELECT"):
                    reader.ReadDistinctOn(i);
                    break;
                case 't' when tokens.Is(i, "TOP") && tokens.Is(i - 1, "SELECT"):
                case 'l' when tokens.Is(i, "LIMIT"):
                case 'f' when tokens.Is(i, "FETCH") && tokens.IsAny(i + 1, "FIRST", "NEXT"):
                    reader.ReadFirstRow(i);
                    break;
                default:
                    looks--;
                    break;
            }
        }

        return reader._found.Count == 0 ? ImmutableArray<SqlSurvivor>.Empty : reader._found.ToImmutable();
    }

    // ROW_NUMBER() OVER (PARTITION BY key …) AS rn … WHERE rn = 1, or QUALIFY ROW_NUMBER() OVER (…) = 1
    private void ReadRowNumber(int at)
    {
        if (!_tokens.IsSymbol(at + 1, "(") || !_tokens.IsSymbol(at + 2, ")") || !_tokens.Is(at + 3, "OVER") || !_tokens.IsSymbol(at + 4, "("))
            return;
        var behind = _tokens.SkipGroup(at + 4, _end);
        var stop = behind - 1;
        if (!_tokens.IsSymbol(stop, ")") || !_tokens.Is(at + 5, "PARTITION") || !_tokens.Is(at + 6, "BY") || HasHole(at + 5, stop))
            return;
        var order = _tokens.Find("ORDER", at + 7, stop);
        var keysEnd = order < 0 ? stop : order;
        var keys = Columns(at + 7, keysEnd);
        if (order >= 0 && !IsNoOrder(order + 2, stop, QualifiedColumns(at + 7, keysEnd)))
            return;

        // PARTITION BY o.id ORDER BY o.id: a group is one row, or what a join made of it.
        if (order >= 0 && keys.Contains("id") && _tokens.Find("id", order + 2, stop) >= 0)
            return;
        if (!IsCompared(behind) || KeepsEqualRows(at, behind, keys))
            return;
        _found.Add(new SqlSurvivor(SqlSurvivorKind.RowNumber, _tokens.SpanOf(at, behind), order >= 0));
    }

    private void ReadDistinctOn(int at)
    {
        var behind = _tokens.SkipGroup(at + 2, _end);
        var keys = Columns(at + 3, behind - 1);
        var end = EndOfSelectAt(at);
        var order = OrderIn(behind, end);
        if (HasHole(at + 3, behind) || (order >= 0 && !IsNoOrder(order + 2, EndOfOrderAt(order + 2, end), QualifiedColumns(at + 3, behind - 1))) || (order < 0 && IsOpen(end)))
            return;
        var from = _tokens.FindAny(EndOfList, behind, end);
        // By the row's own identity: what a join repeated is the same row.
        if (keys.Contains("id") || AreAmong(behind, from, keys))
            return;
        _found.Add(new SqlSurvivor(SqlSurvivorKind.DistinctOn, _tokens.SpanOf(at, behind), order >= 0));
    }

    private int EndOfSelectAt(int at)
    {
        var outer = _tokens.Outer(at);
        var end = outer >= 0 ? _tokens.SkipGroup(outer, _end) - 1 : _end;
        return Math.Min(_tokens.FindAny(EndOfSelect, at + 1, end), end);
    }

    private int EndOfOrderAt(int from, int end) => _tokens.FindAny(EndOfOrder, from, end);

    private int OrderIn(int from, int end)
    {
        for (var at = _tokens.Find("ORDER", from, end); at >= 0; at = _tokens.Find("ORDER", at + 1, end))
        {
            if (_tokens.Is(at + 1, "BY") || _tokens.IsKind(at + 1, SqlTokenKind.Hole))
                return at;
        }

        return -1;
    }

    // Text that is not known may follow, with the ORDER BY in it.
    private bool IsOpen(int end) => end >= _tokens.Count && HasHole(Math.Max(_start, end - 1), end);

    private bool HasHole(int from, int end)
    {
        var first = _tokens[from].Start;
        var last = _tokens[Math.Min(end, _tokens.Count) - 1].End;
        return last > first && _tokens.Text.IndexOf(SqlText.Hole, first, last - first) >= 0;
    }

    // Every term is a constant, random, or what all rows of the group share.
    private bool IsNoOrder(int from, int end, HashSet<string> keys)
    {
        if (from >= end)
            return false;
        foreach (var (start, stop) in _tokens.SplitAtCommas(from, end))
        {
            var last = stop;
            while (last > start && _tokens.IsIn(last - 1, Directions))
                last--;
            if (!IsConstant(start, last) && !(Name(start, last) is { } column && (keys.Contains(QualifiedName(start, last)) || keys.Contains(last - start > 1 ? column : "." + column))))
                return false;
        }

        return true;
    }

    private bool IsConstant(int from, int end)
    {
        if (end - from == 1)
            return _tokens.IsKind(from, SqlTokenKind.Number) || _tokens.IsKind(from, SqlTokenKind.String) || _tokens.IsIn(from, Constants);
        if (_tokens.IsSymbol(from, "(") && _tokens.Is(from + 1, "SELECT"))
            return end - from == 4 && IsConstant(from + 2, from + 3);
        return SqlWords.IsRandom(_tokens, from);
    }

    private HashSet<string> Columns(int from, int end)
    {
        var columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (_tokens.IsSymbol(from, "(") && _tokens.SkipGroup(from, end) == end)
        {
            from++;
            end--;
        }

        foreach (var (start, stop) in _tokens.SplitAtCommas(from, end))
            columns.Add(Name(start, stop) ?? _tokens.TextOf(_tokens.SpanOf(start, stop)));
        return columns;
    }

    // "t.column" for a column of a table that is named, "column" where none is, and ".column" for either: a.id is another column than b.id.
    private HashSet<string> QualifiedColumns(int from, int end)
    {
        var columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (_tokens.IsSymbol(from, "(") && _tokens.SkipGroup(from, end) == end)
        {
            from++;
            end--;
        }

        foreach (var (start, stop) in _tokens.SplitAtCommas(from, end))
        {
            if (Name(start, stop) is not { } column)
                continue;
            columns.Add(QualifiedName(start, stop));
            columns.Add("." + column);
        }

        return columns;
    }

    private string QualifiedName(int from, int end) =>
        end - from < 3 ? _tokens.Unquoted(end - 1) : _tokens.Unquoted(end - 3) + "." + _tokens.Unquoted(end - 1);

    // t.column, "column": without its table; null for an expression.
    private string? Name(int from, int end)
    {
        if (end <= from || !_tokens.IsName(end - 1))
            return null;
        for (var i = from; i < end; i++)
        {
            if ((i - from) % 2 == 0 ? !_tokens.IsName(i) : !_tokens.IsSymbol(i, "."))
                return null;
        }

        return _tokens.Unquoted(end - 1);
    }

    // The rows of a group differ in nothing that the query shows: whichever is kept, the result is the same.
    private bool KeepsEqualRows(int at, int behind, HashSet<string> keys)
    {
        var select = SelectAround(at);
        if (select < 0)
            return false;
        var end = EndOfSelectAt(at);
        var from = _tokens.FindAny(EndOfList, behind, end);
        if (from < behind || _tokens.Is(select, "QUALIFY"))
            return false;
        foreach (var (start, stop) in _tokens.SplitAtCommas(select + 1, from))
        {
            if (at >= start && at < stop)
                continue;
            if (!AreAmong(start, stop, keys))
                return false;
        }

        return true;
    }

    private int SelectAround(int at)
    {
        for (var i = at - 1; i >= _start && _tokens.Outer(i) >= _tokens.Outer(at); i--)
        {
            if (_tokens.Outer(i) == _tokens.Outer(at) && _tokens.IsAny(i, "SELECT", "QUALIFY", "FROM"))
                return _tokens.Is(i, "SELECT") ? i : -1;
        }

        return -1;
    }

    private bool AreAmong(int from, int end, HashSet<string> keys)
    {
        foreach (var (start, stop) in _tokens.SplitAtCommas(from, end))
        {
            var last = _tokens.Is(stop - 2, "AS") ? stop - 2 : stop;
            if (Name(start, last) is not { } column || !keys.Contains(column))
            {
                // a b: a column with an alias that stands beside it.
                if (last - start < 2 || Name(start, last - 1) is not { } aliased || !keys.Contains(aliased))
                    return false;
            }
        }

        return end > from;
    }

    private bool IsCompared(int behind)
    {
        if (IsOneBehind(behind))
            return true;
        var alias = _tokens.Is(behind, "AS") ? behind + 1 : behind;
        return _tokens.IsName(alias) && ComparedWithOne().Contains(_tokens.Unquoted(alias));
    }

    private HashSet<string> ComparedWithOne()
    {
        if (_comparedWithOne is not null)
            return _comparedWithOne;
        _comparedWithOne = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = _start; i < _tokens.Count; i++)
        {
            if (_tokens.IsName(i) && IsOneBehind(i + 1))
                _comparedWithOne.Add(_tokens.Unquoted(i));
        }

        return _comparedWithOne;
    }

    // = 1, > 1, >= 2, < 2, <= 1, <> 1
    private bool IsOneBehind(int at)
    {
        if (!_tokens.IsKind(at, SqlTokenKind.Symbol))
            return false;
        if (_tokens.IsSymbol(at, "=") || _tokens.IsSymbol(at, ">") || _tokens.IsSymbol(at, "<=") || _tokens.IsSymbol(at, "<>") || _tokens.IsSymbol(at, "!="))
            return IsOne(at + 1);
        return (_tokens.IsSymbol(at, ">=") || _tokens.IsSymbol(at, "<")) && _tokens.IsKind(at + 1, SqlTokenKind.Number) && _tokens.Unquoted(at + 1) == "2";
    }

    private bool IsOne(int at) => _tokens.IsKind(at, SqlTokenKind.Number) && _tokens.Unquoted(at) == "1";
}
