namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads the names of tables.</summary>
internal static class SqlNames
{
    private static readonly WordSet NoNames = new(
        "SELECT", "SET", "VALUES", "FROM", "WHERE", "INTO", "WITH", "ON", "USING", "JOIN", "AS", "DEFAULT", "OUTPUT", "RETURNING", "LEFT", "RIGHT", "INNER",
        "CROSS", "FULL", "OUTER", "ORDER", "GROUP", "HAVING", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "WHEN", "THEN", "AND", "OR", "NOT", "IN", "FOR",
        "OVERRIDING", "PARTITION", "FORMAT", "EXEC", "EXECUTE", "NATURAL", "LATERAL", "OFFSET", "FETCH", "WINDOW", "OPTION", "MINUS", "QUALIFY", "FINAL",
        "SETTINGS", "PREWHERE", "END", "TABLESAMPLE", "BY", "DO", "STRAIGHT_JOIN", "ASOF", "ANTI", "SEMI", "BETWEEN", "IS", "UPDATE");

    private static readonly WordSet TemporarySchemas = new("temp", "pg_temp", "tempdb", "SESSION");

    /// <summary>Reads the name at an index; null where none stands there.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="at">The name's first token.</param>
    /// <param name="end">The end of what may be read.</param>
    /// <param name="temporaries">The tables that the script has declared temporary so far.</param>
    /// <param name="next">The index behind the name.</param>
    public static SqlName? Read(SqlTokens tokens, int at, int end, ISet<string> temporaries, out int next)
    {
        next = at;
        if (at >= end || !CanBeName(tokens, at))
            return null;
        next = at + 1;
        var last = at;
        while (next < end && tokens.IsSymbol(next, "."))
        {
            // db..t
            var part = tokens.IsSymbol(next + 1, ".") ? next + 2 : next + 1;
            if (part >= end || !(tokens.IsName(part) || tokens.IsKind(part, SqlTokenKind.String)))
                break;
            last = part;
            next = part + 1;
        }

        var name = tokens.IsKind(last, SqlTokenKind.Parameter) ? ParameterName(tokens, last) : tokens.Unquoted(last);
        var schema = "";
        for (var i = at; i < last; i++)
        {
            if (!tokens.IsSymbol(i, "."))
                schema = schema.Length == 0 ? tokens.Unquoted(i) : schema + "." + tokens.Unquoted(i);
        }

        // `project.set.table`
        if (tokens.IsKind(last, SqlTokenKind.QuotedName) && tokens.Text[tokens[last].Start] == '`' && name.LastIndexOf('.') is > 0 and var dot && dot < name.Length - 1)
        {
            schema = name.Substring(0, dot);
            name = name.Substring(dot + 1);
        }

        var isTemporary = name.StartsWith("#", StringComparison.Ordinal) || name.StartsWith("@", StringComparison.Ordinal)
            || TemporarySchemas.Contains(schema, 0, schema.Length) || temporaries.Contains(name);
        return new SqlName(schema, name, tokens.SpanOf(at, next), isTemporary);
    }

    /// <summary>A word that may name a table or stand for one (an alias), and no keyword.</summary>
    public static bool IsAlias(SqlTokens tokens, int index) => tokens.IsName(index) && !tokens.IsIn(index, NoNames);

    private static bool CanBeName(SqlTokens tokens, int index) =>
        IsAlias(tokens, index) || tokens.IsKind(index, SqlTokenKind.Parameter) || tokens.IsKind(index, SqlTokenKind.String);

    private static string ParameterName(SqlTokens tokens, int index)
    {
        var text = tokens.TextOf(tokens.SpanOf(index, index + 1));
        return text[0] == '@' ? text : "";
    }
}
