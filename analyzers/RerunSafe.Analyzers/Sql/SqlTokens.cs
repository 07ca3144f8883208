namespace RerunSafe.Analyzers.Sql;

/// <summary>
/// The tokens of one text. Indexes are those of the whole text; out of range reads as nothing. Parentheses and
/// CASE … END are groups, matched once, so that stepping over one costs the same however deep it is.
/// </summary>
internal sealed class SqlTokens
{
    private readonly List<SqlToken> _tokens;

    // For an opener: where to go on behind its group. For a closer: its opener. Otherwise -1.
    private readonly int[] _partners;
    private readonly int[] _outer;
    private readonly int[] _clocks;
    private readonly int[] _randoms;

    public SqlTokens(string text, List<SqlToken> tokens)
    {
        Text = text;
        _tokens = tokens;
        _partners = new int[tokens.Count];
        _outer = new int[tokens.Count];
        _clocks = new int[tokens.Count + 1];
        _randoms = new int[tokens.Count + 1];
        MatchGroups();
        for (var i = 0; i < tokens.Count; i++)
        {
            _clocks[i + 1] = _clocks[i] + (SqlWords.IsClock(this, i) ? 1 : 0);
            _randoms[i + 1] = _randoms[i] + (SqlWords.IsRandom(this, i) ? 1 : 0);
        }
    }

    public string Text { get; }

    public int Count => _tokens.Count;

    /// <summary>How many questions were asked: for the test that reading takes linear time.</summary>
    public long Steps { get; private set; }

    public SqlToken this[int index] => index >= 0 && index < _tokens.Count ? _tokens[index] : default;

    public bool Has(int index) => index >= 0 && index < _tokens.Count;

    public bool Is(int index, string word)
    {
        Steps++;
        return Has(index) && SqlWords.Is(Text, _tokens[index], word);
    }

    public bool IsAny(int index, string first, string second) => Is(index, first) || Is(index, second);

    public bool IsAny(int index, string first, string second, string third) => IsAny(index, first, second) || Is(index, third);

    public bool IsAny(int index, string first, string second, string third, string fourth) => IsAny(index, first, second) || IsAny(index, third, fourth);

    public bool IsIn(int index, WordSet words)
    {
        Steps++;
        return Has(index) && _tokens[index].Kind == SqlTokenKind.Word && words.Contains(Text, _tokens[index].Start, _tokens[index].Length);
    }

    public bool IsSymbol(int index, string symbol)
    {
        Steps++;
        return Has(index) && SqlWords.IsSymbol(Text, _tokens[index], symbol);
    }

    public bool IsName(int index) => Has(index) && _tokens[index].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole;

    public bool IsKind(int index, SqlTokenKind kind) => Has(index) && _tokens[index].Kind == kind;

    public bool HasClock(int from, int end) => Between(_clocks, from, end);

    public bool HasRandom(int from, int end) => Between(_randoms, from, end);

    public string Upper(int index) => Text.Substring(_tokens[index].Start, _tokens[index].Length).ToUpperInvariant();

    /// <summary>The text of a token without its quotes; empty where holes hide all of it.</summary>
    public string Unquoted(int index)
    {
        var token = this[index];
        if (token.Kind == SqlTokenKind.Hole)
            return "";
        var text = Text.Substring(token.Start, token.Length);
        if (token.Kind is SqlTokenKind.QuotedName or SqlTokenKind.String && token.Length >= 2)
        {
            var start = text[0] is 'N' or 'n' or 'E' or 'e' ? 2 : 1;
            text = text.Substring(start, Math.Max(0, text.Length - 1 - start));
        }

        return text.Length > 0 && text.Trim(SqlText.Hole).Length == 0 ? "" : text;
    }

    /// <summary>A parenthesis or CASE opens here.</summary>
    public bool IsGroup(int index)
    {
        Steps++;
        return Has(index) && _partners[index] > index;
    }

    /// <summary>The index behind the group that opens at an index; the end, or the next semicolon, where it is never closed.</summary>
    public int SkipGroup(int open, int end) => Has(open) && _partners[open] > open ? Math.Min(_partners[open], end) : Math.Min(open + 1, end);

    /// <summary>The opener of the group that closes at an index; -1 where none does.</summary>
    public int OpenerOf(int close) => Has(close) && _partners[close] < close ? _partners[close] : -1;

    /// <summary>The opener of the innermost group around an index; -1 outside any.</summary>
    public int Outer(int index) => Has(index) ? _outer[index] : -1;

    /// <summary>The first index in [from, end) outside groups that is this word; -1 where there is none.</summary>
    public int Find(string word, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (Is(i, word))
                return i;
            if (IsGroup(i))
                i = SkipGroup(i, end) - 1;
        }

        return -1;
    }

    /// <summary>The first index in [from, end) outside groups that is one of the words; the end where there is none.</summary>
    public int FindAny(WordSet words, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (IsIn(i, words))
                return i;
            if (IsGroup(i))
                i = SkipGroup(i, end) - 1;
        }

        return Math.Max(from, end);
    }

    /// <summary>Splits [from, end) at commas outside groups.</summary>
    public List<(int From, int End)> SplitAtCommas(int from, int end)
    {
        var parts = new List<(int, int)>();
        var start = from;
        for (var i = from; i < end; i++)
        {
            if (IsGroup(i))
            {
                i = SkipGroup(i, end) - 1;
            }
            else if (IsSymbol(i, ","))
            {
                parts.Add((start, i));
                start = i + 1;
            }
        }

        if (start < end)
            parts.Add((start, end));
        return parts;
    }

    public SqlSpan SpanOf(int from, int end)
    {
        if (from >= end || !Has(from))
            return new SqlSpan(Has(from) ? this[from].Start : Text.Length, 0);
        return SqlSpan.FromBounds(this[from].Start, this[Math.Min(end, Count) - 1].End);
    }

    public string TextOf(SqlSpan span) => Text.Substring(span.Start, span.Length);

    /// <summary>Nothing else stands on the token's line: GO, and Oracle's slash.</summary>
    public bool IsAloneOnLine(int index)
    {
        var token = this[index];
        return IsBlankBefore(token.Start) && IsBlankBehind(token.End);
    }

    private bool IsBlankBefore(int at)
    {
        while (--at >= 0 && Text[at] != '\n')
        {
            if (!char.IsWhiteSpace(Text[at]))
                return false;
        }

        return true;
    }

    private bool IsBlankBehind(int at)
    {
        for (; at < Text.Length && Text[at] != '\n'; at++)
        {
            if (!char.IsWhiteSpace(Text[at]))
                return false;
        }

        return true;
    }

    private void MatchGroups()
    {
        var open = new Stack<int>();
        for (var i = 0; i < _tokens.Count; i++)
        {
            _partners[i] = -1;
            _outer[i] = open.Count > 0 ? open.Peek() : -1;
            if (IsSymbol(i, "(") || Is(i, "CASE"))
                open.Push(i);
            else if (IsSymbol(i, ")"))
                Close(open, i);
            else if (Is(i, "END") && open.Count > 0 && Is(open.Peek(), "CASE"))
                Match(open.Pop(), i);
            else if (IsSymbol(i, ";"))
                Abandon(open, i);
        }

        Abandon(open, _tokens.Count);
    }

    private void Close(Stack<int> open, int close)
    {
        // An unfinished CASE inside the parenthesis ends with it.
        while (open.Count > 0 && !IsSymbol(open.Peek(), "("))
            _partners[open.Pop()] = close;
        if (open.Count > 0)
            Match(open.Pop(), close);
    }

    private void Match(int open, int close)
    {
        _partners[open] = close + 1;
        _partners[close] = open;
        _outer[close] = _outer[open];
    }

    // No group goes past a semicolon. What a parenthesis without its partner holds is skipped up to there; CASE is a word then.
    private void Abandon(Stack<int> open, int end)
    {
        while (open.Count > 0)
        {
            var index = open.Pop();
            _partners[index] = IsSymbol(index, "(") ? end : -1;
        }

        if (end < _tokens.Count)
            _outer[end] = -1;
    }

    private static bool Between(int[] counts, int from, int end)
    {
        from = Math.Max(0, Math.Min(from, counts.Length - 1));
        end = Math.Max(from, Math.Min(end, counts.Length - 1));
        return counts[end] > counts[from];
    }
}
