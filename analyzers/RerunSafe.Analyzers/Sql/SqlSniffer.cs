namespace RerunSafe.Analyzers.Sql;

/// <summary>Tells SQL from other text without allocating; it is asked about every string literal of a project.</summary>
internal static class SqlSniffer
{
    // Farther than this no verb is looked for in a text that has shown none: it is a document, not a statement.
    private const int LongestLook = 100_000;

    private static readonly WordSet Openers = new(
        "BEGIN", "THEN", "ELSE", "DO", "END", "AS", "GO", "TRY", "CATCH", "TRAN", "TRANSACTION", "ON", "OFF", "IGNORE", "LOOP", "WORK", "SQL", "NULL");

    private static readonly WordSet AfterInsert = new("INTO", "IGNORE", "OR", "OVERWRITE", "TOP", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "ALL");
    private static readonly WordSet AfterCreate = new(
        "TABLE", "INDEX", "UNIQUE", "TEMP", "TEMPORARY", "VIEW", "OR", "PROC", "PROCEDURE", "FUNCTION", "TRIGGER", "SCHEMA", "DATABASE", "CLUSTERED", "NONCLUSTERED",
        "SEQUENCE", "TYPE", "GLOBAL", "UNLOGGED", "MATERIALIZED", "EXTERNAL", "VIRTUAL", "EXTENSION", "COLUMN");

    private static readonly WordSet AfterTruncated = new("CASCADE", "RESTRICT", "RESTART", "CONTINUE");
    private static readonly WordSet AfterLoad = new("DATA");
    private static readonly WordSet AfterDelete = new("FROM", "TOP");
    private static readonly WordSet AfterBegin = new("TRAN", "TRANSACTION", "TRY", "WORK", "IMMEDIATE", "EXCLUSIVE", "DEFERRED", "ATOMIC");
    private static readonly WordSet ItemWords = new("DISTINCT", "TOP", "ALL", "AS", "CASE", "COUNT");
    private static readonly WordSet Articles = new("THE", "A", "AN", "THIS", "THAT", "YOUR", "ALL", "IT", "THEM", "MY", "OUR", "ANY");

    public static bool MayBeSql(string text)
    {
        var end = Math.Min(text.Length, LongestLook);
        var look = new Ahead(text);
        var wordStart = -1;
        for (var i = 0; i <= end; i++)
        {
            if (i < end && IsWordPart(text[i]))
            {
                if (wordStart < 0)
                    wordStart = i;
                continue;
            }

            if (wordStart < 0)
                continue;
            if (i - wordStart is >= 2 and <= 8 && IsStatement(text, wordStart, i, ref look))
                return true;
            wordStart = -1;
        }

        return false;
    }

    private static bool IsStatement(string text, int start, int end, ref Ahead look)
    {
        switch (text[start] | 0x20)
        {
            case 'i' when Is(text, start, end, "INSERT"):
                return NextIn(text, end, AfterInsert, out _) ? CanStart(text, start, end) : CanStart(text, start, end) && IsNameNext(text, end) && look.Has("VALUES", end);
            case 'u' when Is(text, start, end, "UPDATE"):
                return CanStart(text, start, end) && (IsNameNext(text, end) || IsAliasNext(text, end)) && look.Has("SET", end) && text.IndexOf('=', end) + text.IndexOf(SqlText.Hole, end) > -2;
            case 'u' when Is(text, start, end, "UPSERT"):
            case 'r' when Is(text, start, end, "REPLACE"):
                return CanStart(text, start, end) && (NextIs(text, end, "INTO") || (IsNameNext(text, end) && look.Has("VALUES", end)));
            case 'd' when Is(text, start, end, "DELETE"):
                return CanStart(text, start, end) && IsDelete(text, end, ref look);
            case 'd' when Is(text, start, end, "DROP"):
            case 'c' when Is(text, start, end, "CREATE"):
            case 'a' when Is(text, start, end, "ALTER"):
                return NextIn(text, end, AfterCreate, out _) && CanStart(text, start, end);
            case 'm' when Is(text, start, end, "MERGE"):
                return CanStart(text, start, end) && look.Has("USING", end) && look.Has("WHEN", end);
            case 't' when Is(text, start, end, "TRUNCATE"):
                return (NextIs(text, end, "TABLE") && CanStart(text, start, end)) || (IsUpper(text, start, end) && IsFirst(text, start) && IsOneName(text, end));
            case 's' when Is(text, start, end, "SELECT"):
                return CanStart(text, start, end) && IsSelect(text, end, ref look);
            case 's' when Is(text, start, end, "START"):
                return NextIs(text, end, "TRANSACTION") && CanStart(text, start, end);
            case 'c' when Is(text, start, end, "COPY"):
                return CanStart(text, start, end) && look.Has("FROM", end) && ((NextIs(text, end, "INTO") && text.IndexOf('@', end) > 0) || look.Has("STDIN", end) || text.IndexOf('\'', end) > 0 || text.IndexOf('(', end) > 0);
            case 'c' when Is(text, start, end, "CALL"):
                return IsFirst(text, start) && IsNameNext(text, end) && text.IndexOf('(', end) is > 0 and var open && text.IndexOf(' ', SkipSpace(text, end), open - SkipSpace(text, end)) < 0;
            case 'c' when Is(text, start, end, "COMMIT"):
            case 'r' when Is(text, start, end, "ROLLBACK"):
                return IsFirst(text, start) && (IsEnd(text, end) || NextIn(text, end, AfterBegin, out _));
            case 'b' when Is(text, start, end, "BEGIN"):
                return IsFirst(text, start) && (IsEnd(text, end) || NextIn(text, end, AfterBegin, out _));
            case 'b' when Is(text, start, end, "BULK"):
                return NextIs(text, end, "INSERT") && CanStart(text, start, end);
            case 'l' when Is(text, start, end, "LOAD"):
                return NextIn(text, end, AfterLoad, out var data) && (look.Has("INTO", data) || NextIs(text, data, "OVERWRITE")) && CanStart(text, start, end);
            case 'e' when Is(text, start, end, "EXEC") || Is(text, start, end, "EXECUTE"):
                return CanStart(text, start, end) && IsCall(text, end);
            default:
                return false;
        }
    }

    private static bool IsDelete(string text, int end, ref Ahead look)
    {
        if (NextIn(text, end, AfterDelete, out var next))
            return !NextIn(text, next, Articles, out _);
        return IsNameNext(text, end) && look.Has("WHERE", end) && text.IndexOf('=', end) > 0;
    }

    // SELECT a, b FROM t is SQL; "Select a file from the list" is not.
    private static bool IsSelect(string text, int end, ref Ahead look)
    {
        var from = look.At("FROM", end);
        if (from < 0)
        {
            var item = SkipSpace(text, end);
            while (item < text.Length && (IsWordPart(text[item]) || text[item] == '.'))
                item++;
            return item < text.Length && text[item] == '(' && item > SkipSpace(text, end);
        }

        var words = 0;
        for (var i = end; i < from; i++)
        {
            if (text[i] is '*' or ',' or '(' or '=' or '.' or '@' or '_' or '[' or '"' or '`' or '\'' or SqlText.Hole || char.IsDigit(text[i]))
                return true;
            if (!IsWordPart(text[i]) || IsWordPart(text[i - 1]))
                continue;
            var stop = i;
            while (stop < from && IsWordPart(text[stop]))
                stop++;
            if (ItemWords.Contains(text, i, stop - i))
                return true;
            words++;
        }

        return words <= 1 && !NextIn(text, from + 4, Articles, out _);
    }

    // EXEC dbo.load @day; "Execute the job" is prose.
    private static bool IsCall(string text, int end)
    {
        var at = SkipSpace(text, end);
        var name = at;
        while (at < text.Length && (IsWordPart(text[at]) || text[at] is '.' or '[' or ']' or '@'))
            at++;
        if (at == name)
            return false;
        at = SkipSpace(text, at);
        return at >= text.Length || text[at] is ';' or '@' or '\'' or '(' or '?' or SqlText.Hole || char.IsDigit(text[at]);
    }

    // A verb stands at the start, behind punctuation that ends something, or behind a word that opens a block; in capitals anywhere.
    private static bool CanStart(string text, int start, int end)
    {
        if (IsUpper(text, start, end))
            return true;
        var at = start - 1;
        while (at >= 0 && text[at] is ' ' or '\t')
            at--;
        if (at < 0 || text[at] is ';' or ')' or '(' or '\n' or '\r' or SqlText.Hole or '\'' || char.IsDigit(text[at]) || (text[at] == '/' && at > 0 && text[at - 1] == '*'))
            return true;
        var stop = at + 1;
        while (at >= 0 && IsWordPart(text[at]))
            at--;
        return (at >= 0 && text[at] == '@') || Openers.Contains(text, at + 1, stop - at - 1);
    }

    private static bool IsUpper(string text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (text[i] is < 'A' or > 'Z')
                return false;
        }

        return true;
    }

    private static bool IsFirst(string text, int start)
    {
        for (var i = start - 1; i >= 0; i--)
        {
            if (!char.IsWhiteSpace(text[i]))
                return text[i] is ';' or SqlText.Hole;
        }

        return true;
    }

    private static bool IsEnd(string text, int at)
    {
        at = SkipSpace(text, at);
        return at >= text.Length || text[at] == ';';
    }

    private static bool IsNameNext(string text, int at)
    {
        at = SkipSpace(text, at);
        return at < text.Length && (char.IsLetter(text[at]) || text[at] is '[' or '"' or '`' or '_' or '#' or '@' or SqlText.Hole) && !NextIn(text, at, Articles, out _);
    }

    // TRUNCATE orders, as PostgreSQL takes it: behind the name there is nothing, or a word of that statement.
    private static bool IsOneName(string text, int at)
    {
        if (!IsNameNext(text, at))
            return false;
        at = SkipSpace(text, at);
        while (at < text.Length && (IsWordPart(text[at]) || text[at] is '.' or '"' or '[' or ']' or '`' or SqlText.Hole))
            at++;
        at = SkipSpace(text, at);
        return at >= text.Length || text[at] is ';' or ',' || NextIn(text, at, AfterTruncated, out _);
    }

    // UPDATE a SET …: "a" is no article where SET follows.
    private static bool IsAliasNext(string text, int at) => NextIn(text, at, Articles, out var next) && NextIs(text, next, "SET");

    private static int NextEnd(string text, int at)
    {
        at = SkipSpace(text, at);
        while (at < text.Length && IsWordPart(text[at]))
            at++;
        return at;
    }

    private static bool NextIs(string text, int at, string word)
    {
        at = SkipSpace(text, at);
        return Is(text, at, NextEnd(text, at), word);
    }

    private static bool NextIn(string text, int at, WordSet words, out int next)
    {
        at = SkipSpace(text, at);
        next = NextEnd(text, at);
        return words.Contains(text, at, next - at);
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        if (at + 1 >= text.Length || text[at] != '/' || text[at + 1] != '*' || text.IndexOf("*/", at, StringComparison.Ordinal) is not (> 0 and var close))
            return at;
        at = close + 2;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private static bool Is(string text, int start, int end, string word) =>
        end - start == word.Length && string.Compare(text, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>Looks for words further on, and remembers where it found them, so that the text is not searched over and over.</summary>
    private struct Ahead(string text)
    {
        private string _word = "";
        private int _at = -1;

        public bool Has(string word, int from) => At(word, from) >= 0;

        public int At(string word, int from)
        {
            if (ReferenceEquals(word, _word) && (_at < 0 || _at >= from))
                return _at;
            _word = word;
            for (var at = from; ; at++)
            {
                at = at < text.Length ? text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase) : -1;
                if (at < 0 || ((at == 0 || !IsWordPart(text[at - 1])) && (at + word.Length >= text.Length || !IsWordPart(text[at + word.Length]))))
                {
                    _at = at;
                    return at;
                }
            }
        }
    }
}
