namespace RerunSafe.Analyzers.Sql;

/// <summary>A range of tokens of one text. Indexes are those of the whole text; out of range reads as nothing.</summary>
internal sealed class SqlTokens
{
    private readonly List<SqlToken> _tokens;

    public SqlTokens(string text, List<SqlToken> tokens)
    {
        Text = text;
        _tokens = tokens;
    }

    public string Text { get; }

    public int Count => _tokens.Count;

    public SqlToken this[int index] => index >= 0 && index < _tokens.Count ? _tokens[index] : default;

    public bool Has(int index) => index >= 0 && index < _tokens.Count;

    public bool Is(int index, string word) => Has(index) && SqlWords.Is(Text, _tokens[index], word);

    public bool IsAny(int index, params string[] words)
    {
        foreach (var word in words)
        {
            if (Is(index, word))
                return true;
        }

        return false;
    }

    public bool IsSymbol(int index, string symbol) => Has(index) && SqlWords.IsSymbol(Text, _tokens[index], symbol);

    public bool IsName(int index) => Has(index) && _tokens[index].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName or SqlTokenKind.Hole;

    public string Upper(int index) => Text.Substring(_tokens[index].Start, _tokens[index].Length).ToUpperInvariant();

    /// <summary>The text of a token without its quotes; a lone hole is empty.</summary>
    public string Unquoted(int index)
    {
        var token = this[index];
        switch (token.Kind)
        {
            case SqlTokenKind.Hole:
                return "";
            case SqlTokenKind.QuotedName or SqlTokenKind.String when token.Length >= 2:
                var start = token.Start + (Text[token.Start] is 'N' or 'n' or 'E' or 'e' ? 2 : 1);
                return Text.Substring(start, Math.Max(0, token.End - 1 - start));
            default:
                return Text.Substring(token.Start, token.Length);
        }
    }

    /// <summary>The index behind the parenthesis that closes the one at an index; the end where none does.</summary>
    public int SkipGroup(int open, int end)
    {
        var depth = 0;
        for (var i = open; i < end; i++)
        {
            if (IsSymbol(i, "("))
                depth++;
            else if (IsSymbol(i, ")") && --depth == 0)
                return i + 1;
        }

        return end;
    }

    /// <summary>The first index in [from, end) outside parentheses that is this word; -1 where there is none.</summary>
    public int Find(string word, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (IsSymbol(i, "("))
                i = SkipGroup(i, end) - 1;
            else if (Is(i, word))
                return i;
        }

        return -1;
    }

    /// <summary>Splits [from, end) at commas outside parentheses.</summary>
    public List<(int From, int End)> SplitAtCommas(int from, int end)
    {
        var parts = new List<(int, int)>();
        var start = from;
        for (var i = from; i < end; i++)
        {
            if (IsSymbol(i, "("))
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
}
