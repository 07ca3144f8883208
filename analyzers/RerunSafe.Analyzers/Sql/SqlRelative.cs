namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// Decides whether a value is computed from what its column already holds, so that computing it again changes it again:
/// an arithmetic operator, a concatenation or an appending function has the column in one of its operands.
/// Functions that may be applied twice (COALESCE, GREATEST, UPPER, REPLACE) do not count.
/// </summary>
internal sealed class SqlRelative
{
    private static readonly WordSet Appending = new(
        "ARRAY_APPEND", "ARRAY_CAT", "ARRAY_PREPEND", "ARRAY_CONCAT", "LIST_APPEND", "LIST_CONCAT", "LIST_CAT", "CONCAT", "CONCAT_WS", "JSON_ARRAY_APPEND",
        "DATEADD", "DATE_ADD", "DATE_SUB", "ADDDATE", "SUBDATE", "ADD_MONTHS", "TIMESTAMPADD", "ARRAYPUSHBACK", "ARRAYCONCAT");

    // These append only where their path says so.
    private static readonly WordSet Paths = new("JSON_MODIFY", "JSON_INSERT", "JSON_SET");

    // A merge of documents gives the same document when it is done again.
    private static readonly WordSet Documents = new("JSONB", "JSONB_BUILD_OBJECT", "JSONB_SET", "JSONB_STRIP_NULLS", "TO_JSONB", "HSTORE");

    private readonly SqlTokens _tokens;
    private readonly int _from;
    private readonly int _end;
    private readonly List<int> _mentions = [];

    private SqlRelative(SqlTokens tokens, int from, int end, string column, ISet<string> targetNames)
    {
        _tokens = tokens;
        _from = from;
        _end = end;
        for (var i = from; i < end; i++)
        {
            if (IsSubquery(i))
                i = tokens.SkipGroup(i, end) - 1;
            else if (IsOwnColumn(i, column, targetNames))
                _mentions.Add(i);
        }
    }

    public static bool Is(SqlTokens tokens, int from, int end, string column, ISet<string> targetNames) =>
        column.Length > 0 && new SqlRelative(tokens, from, end, column, targetNames).Decide();

    private bool Decide()
    {
        if (_mentions.Count == 0)
            return false;
        for (var i = _from; i < _end; i++)
        {
            if (IsSubquery(i))
                i = _tokens.SkipGroup(i, _end) - 1;
            else if (IsArithmetic(i) && (Mentions(LeftOperand(i), i) || Mentions(i + 1, RightOperand(i))) && !IsDocumentMerge(i))
                return true;
            else if (_tokens.IsSymbol(i + 1, "(") && IsAppending(i) && Mentions(i + 2, _tokens.SkipGroup(i + 1, _end)))
                return true;
            else if (_tokens.Is(i, "NOT") && Mentions(i + 1, RightOperand(i)))
                return true;
        }

        return false;
    }

    // A subquery computes anew: SET n = (SELECT COUNT(*) …).
    private bool IsSubquery(int index) => _tokens.IsSymbol(index, "(") && _tokens.IsAny(index + 1, "SELECT", "WITH");

    private bool IsOwnColumn(int index, string column, ISet<string> targetNames)
    {
        if (!_tokens.IsName(index) || !IsNamed(index, column) || _tokens.IsSymbol(index + 1, "(") || _tokens.IsSymbol(index + 1, "."))
            return false;

        // excluded.n, s.n, VALUES(n) are the new row's.
        if (_tokens.IsSymbol(index - 1, "."))
            return targetNames.Contains(_tokens.Unquoted(index - 2));
        return !(_tokens.IsSymbol(index - 1, "(") && _tokens.Is(index - 2, "VALUES"));
    }

    private bool IsNamed(int index, string column)
    {
        var token = _tokens[index];
        var quotes = token.Kind == SqlTokenKind.QuotedName ? 1 : 0;
        return token.Length - (2 * quotes) == column.Length
            && string.Compare(_tokens.Text, token.Start + quotes, column, 0, column.Length, StringComparison.OrdinalIgnoreCase) == 0;
    }

    private bool Mentions(int from, int end)
    {
        var at = _mentions.BinarySearch(from);
        at = at < 0 ? ~at : at;
        return at < _mentions.Count && _mentions[at] < end;
    }

    private bool IsArithmetic(int index)
    {
        var token = _tokens[index];
        if (token.Kind != SqlTokenKind.Symbol)
            return false;
        return token.Length == 1 ? _tokens.Text[token.Start] is '+' or '-' or '*' or '/' or '^' : _tokens.IsSymbol(index, "||");
    }

    private bool IsAppending(int index)
    {
        if (_tokens.IsIn(index, Appending))
            return true;
        if (!_tokens.IsIn(index, Paths))
            return false;
        var end = _tokens.SkipGroup(index + 1, _end);
        for (var i = index + 2; i < end; i++)
        {
            if (_tokens.IsGroup(i))
            {
                i = _tokens.SkipGroup(i, end) - 1;
                continue;
            }

            var token = _tokens[i];
            if (token.Kind == SqlTokenKind.String
                && (Holds(token, "append ") || Holds(token, "[#]")))
                return true;
        }

        return false;
    }

    private bool Holds(SqlToken token, string part) => _tokens.Text.IndexOf(part, token.Start, token.Length, StringComparison.OrdinalIgnoreCase) >= 0;

    // data || '{"a": 1}'::jsonb and data - 'key' set or remove keys of a JSON object: a second time changes nothing. An
    // array ('[]') grows.
    private bool IsDocumentMerge(int sign)
    {
        if (!_tokens.IsSymbol(sign, "||") && !_tokens.IsSymbol(sign, "-"))
            return false;
        var isDocument = false;
        for (var i = _from; i < _end; i++)
        {
            if (_tokens[i].Kind == SqlTokenKind.String && Holds(_tokens[i], "'["))
                return false;
            isDocument |= _tokens.IsIn(i, Documents) || (_tokens[i].Kind == SqlTokenKind.String && Holds(_tokens[i], "'{"));
        }

        return isDocument;
    }

    private int LeftOperand(int sign)
    {
        var i = sign - 1;

        // n::numeric + 1
        while (i - 2 >= _from && _tokens.IsSymbol(i - 1, "::"))
            i -= 2;
        if (_tokens.OpenerOf(i) is >= 0 and var opener)
            return Math.Max(opener, _from);
        while (i - 2 >= _from && _tokens.IsSymbol(i - 1, "."))
            i -= 2;
        return Math.Max(i, _from);
    }

    private int RightOperand(int sign)
    {
        var i = sign + 1;
        while (i + 2 < _end && _tokens.IsSymbol(i + 1, "."))
            i += 2;
        if (_tokens.IsGroup(i))
            return _tokens.SkipGroup(i, _end);
        return _tokens.IsSymbol(i + 1, "(") ? _tokens.SkipGroup(i + 1, _end) : Math.Min(i + 1, _end);
    }
}
