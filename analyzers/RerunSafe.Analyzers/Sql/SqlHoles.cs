namespace RerunSafe.Analyzers.Sql;

/// <summary>Finds the holes that may hide a clause, as against those that stand for a value or a name.</summary>
internal static class SqlHoles
{
    // A hole behind one of these is the operand it asks for.
    private static readonly WordSet ExpectOperand = new(
        "INTO", "UPDATE", "FROM", "JOIN", "TABLE", "VALUES", "VALUE", "BY", "IN", "LIKE", "ILIKE", "BETWEEN", "IS", "NOT", "SELECT", "DISTINCT", "TOP", "LIMIT",
        "OFFSET", "AS", "EXISTS", "USING", "OVERWRITE", "COPY", "TRUNCATE", "INTERVAL", "RETURNING", "FORMAT", "THEN", "ELSE", "WHEN", "COLUMN", "CONSTRAINT",
        "INDEX", "DELETE", "MERGE", "ONLY", "SCHEMA", "EXEC", "EXECUTE", "CALL", "USE", "FETCH", "NEXT", "FIRST", "OUTPUT", "ESCAPE", "ASC", "DESC", "VIEW", "DATABASE",
        "IGNORE", "REPLACE", "DROP", "ADD", "SOURCE", "INFILE");

    private static readonly WordSet Comparisons = new("IN", "LIKE", "ILIKE", "BETWEEN", "IS");

    public static bool HasOpenClause(SqlTokens tokens, int from, int end, bool hasValues)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.IsGroup(i))
                i = tokens.SkipGroup(i, end) - 1;
            else if (tokens.IsKind(i, SqlTokenKind.Hole) && !IsColumn(tokens, i) && IsOpen(tokens, i, from, end, hasValues))
                return true;
        }

        return false;
    }

    // ￼.name, ￼ = 1, ￼ IN (…)
    private static bool IsColumn(SqlTokens tokens, int hole)
    {
        if (tokens.IsIn(hole + 1, Comparisons))
            return true;
        return tokens.IsKind(hole + 1, SqlTokenKind.Symbol) && tokens.Text[tokens[hole + 1].Start] is '.' or '=' or '<' or '>' or '!' or '+' or '-';
    }

    private static bool IsOpen(SqlTokens tokens, int hole, int from, int end, bool hasValues)
    {
        var before = hole - 1;
        if (before < from)
            return true;
        if (tokens.IsKind(before, SqlTokenKind.Symbol))
            return tokens.IsSymbol(before, ")") && !IsColumnList(tokens, hole, end, hasValues);
        if (tokens.IsIn(before, ExpectOperand))
            return false;

        // INSERT ￼ INTO t may become INSERT IGNORE.
        return !IsColumnList(tokens, hole, end, hasValues);
    }

    // INSERT INTO t ￼ VALUES (…): all that can stand there is columns.
    private static bool IsColumnList(SqlTokens tokens, int hole, int end, bool hasValues) =>
        hole + 1 < end && hasValues && tokens.IsAny(hole + 1, "VALUES", "SELECT", "VALUE");
}
