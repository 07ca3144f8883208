namespace RerunSafe.Analyzers.Sql;

/// <summary>TOP 1, LIMIT 1 and FETCH FIRST 1 ROW: the first row of no order, where it stands for others.</summary>
internal sealed partial class SurvivorReader
{
    private static readonly WordSet EndOfWhere = new("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "EXCEPT", "INTERSECT", "QUALIFY", "WINDOW");
    private static readonly WordSet BeforeValues = new("SELECT", "DISTINCT", "ALL");
    private static readonly WordSet Writes = new("INSERT", "INTO", "UPDATE", "DELETE", "MERGE");
    private static readonly string[] KeyEndings = ["id", "key", "code", "no", "number", "uuid"];

    private void ReadFirstRow(int at)
    {
        var span = FirstRowSpan(at);
        if (span.End <= at)
            return;
        var select = _tokens.Is(at, "TOP") ? at - 1 : SelectBefore(at);
        if (select < 0)
            return;
        var end = EndOfSelectAt(select);
        var from = _tokens.Find("FROM", select, end);
        if (from < 0 || OrderIn(select, end) >= 0 || _tokens.Find("GROUP", select, end) >= 0 || (_tokens.Outer(select) < 0 && IsOpen(end)) || HasHole(select, end))
            return;
        var list = _tokens.Is(at, "TOP") ? span.End : select + 1;
        if (IsConstantList(list, from) || IsExists(select) || IsShownValue(select) || !PicksForOthers(select, from, end))
            return;
        _found.Add(new SqlSurvivor(SqlSurvivorKind.FirstRow, _tokens.SpanOf(span.From, span.End), IsConstantOrder: false));
    }

    // TOP 1, TOP (1), LIMIT 1, FETCH FIRST 1 ROW ONLY, FETCH FIRST ROW ONLY
    private (int From, int End) FirstRowSpan(int at)
    {
        var number = at + 1;
        if (_tokens.Is(at, "FETCH"))
        {
            if (_tokens.IsAny(at + 2, "ROW", "ROWS"))
                return (at, at + 3);
            number = at + 2;
        }

        if (_tokens.IsSymbol(number, "("))
            return IsOne(number + 1) && _tokens.IsSymbol(number + 2, ")") ? (at, number + 3) : (at, at);
        if (!IsOne(number) || _tokens.IsSymbol(number + 1, ",") || _tokens.Is(number + 1, "PERCENT") || _tokens.Is(number + 1, "BY") || _tokens.Is(number + 1, "OFFSET"))
            return (at, at);
        return (at, number + 1);
    }

    // The row stands for others where the subquery looks at the outer row by a key that several rows may share, where the
    // row decides which rows stay (NOT IN, <>), and where it is copied into a table.
    private bool PicksForOthers(int select, int from, int end)
    {
        var open = _tokens.Outer(select);
        if (open < 0)
            return false;
        var isRest = (_tokens.Is(open - 1, "IN") && _tokens.Is(open - 2, "NOT")) || _tokens.IsSymbol(open - 1, "<>") || _tokens.IsSymbol(open - 1, "!=");
        var where = _tokens.Find("WHERE", from, end);
        if (where < 0)
            return isRest && _tokens.Is(_start, "DELETE");
        var own = SourceNames(from, where);
        var isCorrelated = false;
        var stop = _tokens.FindAny(EndOfWhere, where + 1, end);
        for (var i = where + 1; i < stop; i++)
        {
            if (!_tokens.IsSymbol(i, "=") || _tokens.Outer(i) != open)
                continue;
            var left = ColumnBefore(i);
            var right = ColumnAt(i + 1);
            if (left is null || right is null || left.Value.Owner.Length == 0 || right.Value.Owner.Length == 0)
                continue;
            var leftOwn = own.Contains(left.Value.Owner);
            if (leftOwn == own.Contains(right.Value.Owner))
                continue;
            isCorrelated = true;
            if (IsIdentity(leftOwn ? left.Value.Column : right.Value.Column, own))
                return false;
        }

        return isCorrelated;
    }

    // c.id, customers.customer_id: the row's own key.
    private static bool IsIdentity(string column, HashSet<string> own)
    {
        if (string.Equals(column, "id", StringComparison.OrdinalIgnoreCase) || string.Equals(column, "rowid", StringComparison.OrdinalIgnoreCase) || string.Equals(column, "guid", StringComparison.OrdinalIgnoreCase))
            return true;
        var bare = column.Replace("_", "");
        foreach (var name in own)
        {
            var table = name.Replace("_", "");
            if (table.Length < 3)
                continue;
            var single = table.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? table.Substring(0, table.Length - 3) + "y" : table.TrimEnd('s', 'S');
            foreach (var suffix in KeyEndings)
            {
                if (string.Equals(bare, table + suffix, StringComparison.OrdinalIgnoreCase) || string.Equals(bare, single + suffix, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private HashSet<string> SourceNames(int from, int end)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = from + 1; i < end; i++)
        {
            if (_tokens.IsGroup(i))
                i = _tokens.SkipGroup(i, end) - 1;
            else if (_tokens.IsName(i))
                names.Add(_tokens.Unquoted(i));
        }

        return names;
    }

    private (string Owner, string Column)? ColumnBefore(int at)
    {
        if (!_tokens.IsName(at - 1))
            return null;
        return _tokens.IsSymbol(at - 2, ".") && _tokens.IsName(at - 3) ? (_tokens.Unquoted(at - 3), _tokens.Unquoted(at - 1)) : ("", _tokens.Unquoted(at - 1));
    }

    private (string Owner, string Column)? ColumnAt(int at)
    {
        if (!_tokens.IsName(at))
            return null;
        return _tokens.IsSymbol(at + 1, ".") && _tokens.IsName(at + 2) ? (_tokens.Unquoted(at), _tokens.Unquoted(at + 2)) : ("", _tokens.Unquoted(at));
    }

    private bool IsExists(int select) => _tokens.Outer(select) is >= 0 and var open && _tokens.Is(open - 1, "EXISTS");

    // SELECT spread = (SELECT TOP 1 …), (SELECT … LIMIT 1) AS spread of a query that only reads: a value beside the row, which takes no row's place.
    private bool IsShownValue(int select)
    {
        if (!_tokens.IsAny(_start, "SELECT", "WITH") || _tokens.Outer(select) is not (>= 0 and var open) || !_tokens.IsIn(open - 1, BeforeValues) && !_tokens.IsSymbol(open - 1, ",") && !_tokens.IsSymbol(open - 1, "="))
            return false;
        for (var i = open; i >= _start; i--)
        {
            if (_tokens.Outer(i) == _tokens.Outer(open) && _tokens.IsAny(i, "SELECT", "FROM", "WHERE"))
                return _tokens.Is(i, "SELECT") && _tokens.FindAny(Writes, _start, _end) >= _end;
        }

        return false;
    }

    // SELECT 1, SELECT COUNT(*), SELECT 'x' AS found: which row it was does not show.
    private bool IsConstantList(int list, int from)
    {
        foreach (var (start, stop) in _tokens.SplitAtCommas(list, from))
        {
            var isConstant = _tokens.IsKind(start, SqlTokenKind.Number) || _tokens.IsKind(start, SqlTokenKind.String) || _tokens.IsIn(start, Constants)
                || _tokens.IsKind(start, SqlTokenKind.Parameter)
                || (_tokens.IsKind(start, SqlTokenKind.Word) && _tokens.IsSymbol(start + 1, "(") && stop > start + 2);
            if (!isConstant)
                return false;
        }

        return true;
    }

    private int SelectBefore(int at)
    {
        var outer = _tokens.Outer(at);
        var first = Math.Max(_start, outer + 1);
        if (outer >= 0)
            return _tokens.Is(first, "SELECT") && _tokens.FindAny(EndOfSelect, first, at) >= at ? first : -1;
        return -1;
    }
}
