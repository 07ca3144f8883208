using System.Text;

namespace RerunSafe.TestKit.Seams;

/// <summary>The least that one must know of SQL to walk over it: blanks, comments, strings, quoted names.</summary>
internal static class SqlScan
{
    /// <summary>The length of the white space and comments at the start.</summary>
    public static int SkipBlank(ReadOnlySpan<char> sql)
    {
        var at = 0;
        while (at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[at]) || sql[at] == '\uFEFF')
                at++;
            else if (CommentLength(sql[at..]) is > 0 and var length)
                at += length;
            else
                break;
        }

        return at;
    }

    /// <summary>The length of the token at the start, which must not be blank: a word, a string, a quoted name, or one character.</summary>
    public static int TokenLength(ReadOnlySpan<char> sql)
    {
        var first = sql[0];
        if (first is '\'' or '"' or '`')
            return Quoted(sql, first);

        if (first == '[')
            return sql.IndexOf(']') is >= 0 and var close ? close + 1 : sql.Length;

        if (first == '$' && DollarQuoted(sql) is > 0 and var dollars)
            return dollars;

        if (!IsWord(first))
            return 1;

        var at = 1;
        while (at < sql.Length && IsWord(sql[at]))
            at++;

        return at;
    }

    /// <summary>The text without comments, blanks as single spaces, cut after a number of characters.</summary>
    public static string OneLine(string sql, int longest)
    {
        var text = new StringBuilder(Math.Min(sql.Length, longest));
        var rest = sql.AsSpan();
        while (text.Length <= longest)
        {
            var blank = SkipBlank(rest);
            rest = rest[blank..];
            if (rest.IsEmpty)
                break;

            if (blank > 0 && text.Length > 0)
                text.Append(' ');

            var token = TokenLength(rest);
            foreach (var c in rest[..token])
                text.Append(char.IsControl(c) ? ' ' : c);

            rest = rest[token..];
        }

        if (text.Length <= longest)
            return text.ToString().TrimEnd(' ', ';');

        text.Length = longest;
        return text.Append('…').ToString();
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' or ':' or '#';

    private static int Quoted(ReadOnlySpan<char> sql, char quote)
    {
        var at = 1;
        while (at < sql.Length)
        {
            if (sql[at] != quote)
                at++;
            else if (at + 1 < sql.Length && sql[at + 1] == quote)
                at += 2;
            else
                return at + 1;
        }

        return sql.Length;
    }

    /// <summary>PostgreSQL's $$…$$ and $tag$…$tag$.</summary>
    private static int DollarQuoted(ReadOnlySpan<char> sql)
    {
        var second = sql[1..].IndexOf('$') + 1;
        if (second == 0)
            return 0;

        foreach (var c in sql[1..second])
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
                return 0;
        }

        var tag = sql[..(second + 1)];
        var end = sql[tag.Length..].IndexOf(tag);
        return end < 0 ? 0 : tag.Length + end + tag.Length;
    }

    private static int CommentLength(ReadOnlySpan<char> sql)
    {
        if (sql.StartsWith("--"))
            return sql.IndexOf('\n') is >= 0 and var line ? line + 1 : sql.Length;

        if (sql.StartsWith("/*"))
            return sql[2..].IndexOf("*/") is >= 0 and var end ? end + 4 : sql.Length;

        return 0;
    }
}
