namespace RerunSafe.Analyzers.Sql;

/// <summary>Breaks a text into tokens in one pass; accepts what any dialect accepts and never fails.</summary>
internal sealed class SqlLexer
{
    private readonly string _text;
    private readonly SqlDialect _dialect;
    private readonly List<SqlToken> _tokens = [];
    private string? _openDollarTag;
    private int _at;

    private SqlLexer(SqlText text)
    {
        _text = text.Text;
        _dialect = text.Dialect;
        _at = text.Start;
    }

    /// <summary>How many characters were looked at: for the test that reading takes linear time.</summary>
    public long Steps { get; private set; }

    public static List<SqlToken> Read(SqlText text) => Read(text, out _);

    public static List<SqlToken> Read(SqlText text, out long steps)
    {
        var lexer = new SqlLexer(text);
        lexer.ReadAll();
        steps = lexer.Steps;
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _text.Length)
        {
            var start = _at;
            ReadOne();
            if (_at == start)
                _at++;
            Steps += _at - start;
        }
    }

    private void ReadOne()
    {
        var c = _text[_at];
        var next = Peek(1);
        if (char.IsWhiteSpace(c))
            _at++;
        else if (c == '-' && next == '-')
            SkipLine();
        else if (c == '/' && next == '*')
            SkipComment();
        else if (c == '#' && _dialect is SqlDialect.MySql && !IsNameStart(next))
            SkipLine();
        else if (c == '\'')
            ReadString(_at, backslash: _dialect is SqlDialect.MySql or SqlDialect.ClickHouse or SqlDialect.BigQuery);
        else if ((c is 'N' or 'n' or 'X' or 'x' or 'B' or 'b') && next == '\'')
            ReadString(_at++, backslash: false);
        else if ((c is 'E' or 'e') && next == '\'')
            ReadString(_at++, backslash: true);
        else if ((c is 'Q' or 'q') && next == '\'' && _dialect is SqlDialect.Oracle)
            ReadAlternativeQuote();
        else if (c == '"')
            ReadQuoted('"', _dialect is SqlDialect.BigQuery or SqlDialect.MySql ? SqlTokenKind.String : SqlTokenKind.QuotedName);
        else if (c == '`')
            ReadQuoted('`', SqlTokenKind.QuotedName);
        else if (c == '[' && IsBracketName())
            ReadQuoted(']', SqlTokenKind.QuotedName);
        else if (c == '$' && _dialect is not (SqlDialect.MySql or SqlDialect.TSql or SqlDialect.Oracle or SqlDialect.Sqlite) && ReadDollar())
            return;
        else if (c is '@' or ':' && (IsNameStart(next) || next == SqlText.Hole || (c == '@' && next == '@')))
            ReadParameter();
        else if (c == '?' || (c == '$' && (char.IsDigit(next) || IsNameStart(next))))
            ReadParameter();
        else if (char.IsDigit(c) || (c == '.' && char.IsDigit(next)))
            ReadWhile(SqlTokenKind.Number, static x => char.IsLetterOrDigit(x) || x is '.' or '_' or SqlText.Hole);
        else if (IsNameStart(c) || c == SqlText.Hole)
            ReadWord();
        else if (c == '{' && IsNameStart(next) && ReadBraces())
            return;
        else
            ReadSymbol();
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Add(SqlTokenKind kind, int start) => _tokens.Add(new SqlToken(kind, start, _at - start));

    private void SkipLine()
    {
        while (_at < _text.Length && _text[_at] != '\n')
            _at++;
    }

    private void SkipComment()
    {
        // PostgreSQL nests comments; in the other dialects an inner opener is rare enough not to matter.
        var depth = 0;
        while (_at < _text.Length)
        {
            if (_text[_at] == '/' && Peek(1) == '*' && (depth == 0 || _dialect is SqlDialect.PostgreSql or SqlDialect.DuckDb))
            {
                depth++;
                _at += 2;
            }
            else if (_text[_at] == '*' && Peek(1) == '/')
            {
                _at += 2;
                if (--depth == 0)
                    return;
            }
            else
            {
                _at++;
            }
        }
    }

    private void ReadString(int start, bool backslash)
    {
        _at++;
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == '\\' && backslash)
                _at++;
            else if (c == '\'' && Peek(0) == '\'')
                _at++;
            else if (c == '\'')
                break;
        }

        _at = Math.Min(_at, _text.Length);
        Add(SqlTokenKind.String, start);
    }

    private void ReadAlternativeQuote()
    {
        var start = _at;
        var opener = Peek(2);
        var closer = opener switch { '[' => ']', '(' => ')', '{' => '}', '<' => '>', _ => opener };
        var end = _at + 3;
        while (end + 1 < _text.Length && !(_text[end] == closer && _text[end + 1] == '\''))
            end++;
        _at = Math.Min(end + 2, _text.Length);
        Add(SqlTokenKind.String, start);
    }

    private void ReadQuoted(char closer, SqlTokenKind kind)
    {
        var start = _at++;
        while (_at < _text.Length)
        {
            if (_text[_at++] != closer)
                continue;
            if (Peek(0) != closer)
                break;
            _at++;
        }

        Add(kind, start);
    }

    // [name] in T-SQL and SQLite; an index or an array elsewhere: behind a value it is never a name.
    private bool IsBracketName()
    {
        if (_dialect is SqlDialect.PostgreSql or SqlDialect.DuckDb or SqlDialect.ClickHouse or SqlDialect.BigQuery or SqlDialect.Snowflake)
            return false;
        if (!(IsNameStart(Peek(1)) || Peek(1) == SqlText.Hole || char.IsDigit(Peek(1))))
            return false;
        return _at == 0 || !(IsNamePart(_text[_at - 1]) || _text[_at - 1] is ']' or ')');
    }

    // $tag$ … $tag$ is a string, except behind DO, where it is the code that matters.
    private bool ReadDollar()
    {
        var end = _at + 1;
        while (end < _text.Length && IsNamePart(_text[end]) && _text[end] != '$')
            end++;
        if (end >= _text.Length || _text[end] != '$' || (end > _at + 1 && char.IsDigit(_text[_at + 1])))
            return false;
        var tag = _text.Substring(_at, end - _at + 1);
        var start = _at;
        if (_openDollarTag == tag)
        {
            _openDollarTag = null;
            _at = end + 1;
            return true;
        }

        if (_tokens.Count > 0 && _openDollarTag is null && IsBehindDo())
        {
            _openDollarTag = tag;
            _at = end + 1;
            return true;
        }

        var close = _text.IndexOf(tag, end + 1, StringComparison.Ordinal);
        _at = close < 0 ? _text.Length : close + tag.Length;
        Add(SqlTokenKind.String, start);
        return true;
    }

    // ClickHouse's parameter: {name:Type}.
    private bool ReadBraces()
    {
        const int longest = 100;
        var start = _at;
        var hasColon = false;
        for (var i = _at + 1; i < _text.Length && i < start + longest && _text[i] is not ('"' or '\'' or '\n' or '{'); i++)
        {
            hasColon |= _text[i] == ':';
            if (_text[i] != '}')
                continue;
            if (!hasColon)
                return false;
            _at = i + 1;
            Add(SqlTokenKind.Parameter, start);
            return true;
        }

        return false;
    }

    // DO $$ … and DO LANGUAGE plpgsql $$ …
    private bool IsBehindDo()
    {
        var last = _tokens.Count - 1;
        return SqlWords.Is(_text, _tokens[last], "DO")
            || (last >= 2 && SqlWords.Is(_text, _tokens[last - 1], "LANGUAGE") && SqlWords.Is(_text, _tokens[last - 2], "DO"));
    }

    private void ReadParameter()
    {
        var start = _at++;
        while (_at < _text.Length && (IsNamePart(_text[_at]) || _text[_at] is '@' or SqlText.Hole))
            _at++;
        Add(SqlTokenKind.Parameter, start);
    }

    private void ReadWord()
    {
        var start = _at;
        var holes = 0;
        for (; _at < _text.Length && (IsNamePart(_text[_at]) || _text[_at] is SqlText.Hole); _at++)
            holes += _text[_at] == SqlText.Hole ? 1 : 0;
        Add(holes == _at - start ? SqlTokenKind.Hole : SqlTokenKind.Word, start);
    }

    private void ReadWhile(SqlTokenKind kind, Func<char, bool> accepts)
    {
        var start = _at;
        while (_at < _text.Length && accepts(_text[_at]))
            _at++;
        Add(kind, start);
    }

    private void ReadSymbol()
    {
        var start = _at;
        var c = _text[_at++];
        var next = Peek(0);
        var isPair = (c, next) is ('<', '=') or ('<', '>') or ('>', '=') or ('!', '=') or ('=', '=') or ('|', '|') or (':', ':')
            or ('+', '=') or ('-', '=') or ('*', '=') or ('/', '=') or ('-', '>') or ('%', '=') or (':', '=');
        if (isPair)
            _at++;
        if (isPair && c == '-' && Peek(0) == '>')
            _at++;
        Add(SqlTokenKind.Symbol, start);
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '#';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '#' or '$';
}
