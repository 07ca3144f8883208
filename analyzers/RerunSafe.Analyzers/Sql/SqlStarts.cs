namespace RerunSafe.Analyzers.Sql;

/// <summary>Finds where statements start and end: many dialects do not ask for semicolons.</summary>
internal static class SqlStarts
{
    private static readonly WordSet Starters = new(
        "INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "SET", "WITH", "IF", "ELSE", "ELSIF", "ELSEIF", "END", "BEGIN", "WHILE", "COMMIT", "ROLLBACK",
        "DECLARE", "PRINT", "RAISERROR", "THROW", "RETURN", "EXEC", "EXECUTE", "CALL", "TRUNCATE", "CREATE", "ALTER", "DROP", "REPLACE", "UPSERT", "GO", "EXCEPTION");

    // A word behind one of these is an operand, not a statement.
    private static readonly WordSet ExpectOperand = new(
        "SELECT", "DISTINCT", "WHERE", "AND", "OR", "NOT", "BY", "ON", "HAVING", "FROM", "JOIN", "INTO", "IN", "LIKE", "BETWEEN", "IS", "TABLE", "UPDATE",
        "COLUMN", "LIMIT", "GRANT", "REVOKE", "DENY", "BEFORE", "AFTER", "OF", "FOR", "KEY", "DO", "TO", "ADD", "USING", "INTERVAL", "COMMENT", "EXPLAIN");

    private static readonly WordSet BeforeSelect = new(
        "UNION", "EXCEPT", "INTERSECT", "MINUS", "ALL", "DISTINCT", "AS", "FOR", "IN", "QUERY", "EXPLAIN", "ANALYZE", "NAME", "MATERIALIZED", "GRANT", "REVOKE",
        "DENY", "IS", "EXISTS", "ANY");

    private static readonly WordSet Nouns = new(
        "TABLE", "INDEX", "UNIQUE", "VIEW", "PROC", "PROCEDURE", "FUNCTION", "TRIGGER", "OR", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "DATABASE", "SCHEMA",
        "SEQUENCE", "TYPE", "EXTENSION", "CLUSTERED", "NONCLUSTERED", "USER", "LOGIN", "ROLE", "EXTERNAL", "MATERIALIZED", "UNLOGGED", "EVENT", "STREAM", "VIRTUAL",
        "FULLTEXT", "TRANSIENT", "STATISTICS", "SYNONYM", "PACKAGE", "DEFINER");

    private static readonly WordSet BeforeIf = new(
        "TABLE", "INDEX", "VIEW", "COLUMN", "DATABASE", "SCHEMA", "CONSTRAINT", "TYPE", "SEQUENCE", "FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "ADD", "DROP",
        "EXTENSION", "USER", "ROLE", "CONCURRENTLY", "PARTITION", "PARTITIONS", "KEY", "EVENT", "LOGIN", "SYNONYM", "RENAME", "END");

    private static readonly WordSet Modules = new("PROC", "PROCEDURE", "FUNCTION", "TRIGGER", "PACKAGE", "EVENT");

    private static readonly WordSet Settings = new(
        "NOCOUNT", "XACT_ABORT", "IDENTITY_INSERT", "ANSI_NULLS", "QUOTED_IDENTIFIER", "ROWCOUNT", "TRANSACTION", "DATEFORMAT", "LANGUAGE", "SESSION", "LOCAL",
        "ANSI_WARNINGS", "ARITHABORT", "DEADLOCK_PRIORITY", "LOCK_TIMEOUT", "FOREIGN_KEY_CHECKS", "SQL_SAFE_UPDATES");

    /// <summary>The end of the statement (or header) whose first word stands at an index.</summary>
    public static int EndOf(SqlTokens tokens, int start)
    {
        var isInsert = tokens.IsAny(start, "INSERT", "REPLACE", "UPSERT");
        var isUpdate = tokens.Is(start, "UPDATE");
        var isWith = tokens.IsAny(start, "WITH", "EXPLAIN");
        var isMerge = tokens.Is(start, "MERGE");
        var isHeader = tokens.IsAny(start, "IF", "ELSIF", "ELSEIF", "WHEN") || tokens.IsAny(start, "WHILE", "FOR");
        for (var i = start + 1; i < tokens.Count; i++)
        {
            if (tokens.IsSymbol(i, ";") || IsBatchEnd(tokens, i))
                return i;
            if (tokens.IsGroup(i))
            {
                i = tokens.SkipGroup(i, tokens.Count) - 1;
                continue;
            }

            if (!tokens.IsKind(i, SqlTokenKind.Word))
                continue;
            if (isHeader && (tokens.IsAny(i, "THEN", "LOOP") || (tokens.Is(i, "DO") && !tokens.Is(start, "IF"))))
                return i;
            if (tokens.Is(i, "VALUES"))
                isInsert = false;
            if (!tokens.IsIn(i, Starters) || IsOperand(tokens, i, start))
                continue;

            // The parts of a statement that look like statements.
            if (isMerge && tokens.Is(i - 1, "THEN"))
                continue;
            if (isUpdate && tokens.Is(i, "SET"))
            {
                isUpdate = false;
                continue;
            }

            if (isWith && tokens.IsIn(i, Starters) && !tokens.IsAny(i, "SET", "IF", "END", "BEGIN"))
            {
                isWith = false;
                isInsert = tokens.Is(i, "INSERT");
                isUpdate = tokens.Is(i, "UPDATE");
                isMerge = tokens.Is(i, "MERGE");
                continue;
            }

            // INSERT FIRST WHEN … THEN INTO a … ELSE INTO b …
            if (tokens.Is(i, "ELSE") && tokens.Is(i + 1, "INTO"))
                continue;

            if (isInsert && tokens.IsAny(i, "SELECT", "WITH", "EXEC", "EXECUTE"))
            {
                isWith |= tokens.Is(i, "WITH") && IsCte(tokens, i);
                isInsert = isWith;
                continue;
            }

            if (isInsert && tokens.Is(i, "SET") && !tokens.IsKind(i + 1, SqlTokenKind.Parameter))
            {
                isInsert = false;
                continue;
            }

            if (tokens.Is(i, "WITH") && (tokens.IsAny(i - 1, "AS", "EXPLAIN") || tokens.Is(i - 1, "FOR")) && IsCte(tokens, i))
            {
                isWith = true;
                continue;
            }

            if (Starts(tokens, i, start))
                return i;
        }

        return tokens.Count;
    }

    /// <summary>A word that a statement can start with.</summary>
    public static bool IsVerb(SqlTokens tokens, int index) => tokens.IsIn(index, Starters) && !tokens.IsAny(index, "END", "SET");

    /// <summary>CREATE PROCEDURE, FUNCTION, TRIGGER …: running the text does not run what it holds.</summary>
    public static bool IsModule(SqlTokens tokens, int start)
    {
        if (!tokens.IsAny(start, "CREATE", "ALTER"))
            return false;
        var at = start + 1;
        while (tokens.IsAny(at, "OR", "REPLACE", "ALTER", "DEFINER") || tokens.IsAny(at, "TEMP", "TEMPORARY", "EDITIONABLE", "CONSTRAINT"))
            at++;
        if (tokens.Is(at - 1, "DEFINER"))
        {
            // DEFINER = `root`@`%`
            while (at < tokens.Count && !tokens.IsSymbol(at, ";") && !tokens.IsIn(at, Modules))
                at++;
        }

        return tokens.IsIn(at, Modules);
    }

    /// <summary>The end of a procedure, function or trigger.</summary>
    public static int EndOfModule(SqlTokens tokens, int start, SqlDialect dialect)
    {
        var depth = 0;
        for (var i = start + 1; i < tokens.Count; i++)
        {
            if (IsBatchEnd(tokens, i))
                return i;
            if (tokens.IsGroup(i))
            {
                i = tokens.SkipGroup(i, tokens.Count) - 1;
            }
            else if (tokens.Is(i, "BEGIN"))
            {
                depth++;
            }
            else if (tokens.Is(i, "END") && depth > 0 && !tokens.IsAny(i + 1, "IF", "LOOP", "WHILE", "CASE"))
            {
                if (--depth == 0 && dialect != SqlDialect.TSql)
                    return i + 1;
            }
            else if (tokens.IsSymbol(i, ";") && depth == 0 && dialect is not (SqlDialect.TSql or SqlDialect.Oracle))
            {
                return i;
            }
        }

        return tokens.Count;
    }

    /// <summary>GO, or a slash, alone on its line.</summary>
    public static bool IsBatchEnd(SqlTokens tokens, int index) =>
        (tokens.Is(index, "GO") || (tokens.IsSymbol(index, "/") && tokens[index].Length == 1)) && tokens.IsAloneOnLine(index);

    /// <summary>WITH x AS (…), not a hint or an option.</summary>
    public static bool IsCte(SqlTokens tokens, int with)
    {
        var at = tokens.Is(with + 1, "RECURSIVE") ? with + 2 : with + 1;
        if (!tokens.IsName(at))
            return false;
        at++;
        if (tokens.IsSymbol(at, "("))
            at = tokens.SkipGroup(at, tokens.Count);
        return tokens.Is(at, "AS");
    }

    private static bool IsOperand(SqlTokens tokens, int i, int start)
    {
        if (tokens.IsSymbol(i - 1, ".") || tokens.IsSymbol(i - 1, ",") || tokens.IsSymbol(i - 1, "=") || tokens.IsSymbol(i + 1, ".") || tokens.IsSymbol(i + 1, ","))
            return true;
        if (tokens.IsSymbol(i + 1, "=") && !tokens.Is(i, "SET"))
            return true;
        if (tokens.IsAny(i, "SELECT", "WITH"))
            return false;
        return tokens.IsIn(i - 1, ExpectOperand)
            && !(tokens.Is(start, "SET") && tokens.Is(i - 1, "ON"))
            && !(i - 1 == start)
            && !(tokens.Is(i, "SET") && tokens.Is(i - 1, "UPDATE"));
    }

    private static bool Starts(SqlTokens tokens, int i, int start)
    {
        if (tokens.IsIn(i, Starters) && tokens.IsAny(start, "GRANT", "REVOKE", "DENY"))
            return false;
        if (tokens.Is(i, "INSERT"))
            return tokens.IsName(i + 1) && !tokens.Is(i - 1, "ALL");
        if (tokens.Is(i, "UPDATE"))
            return (tokens.IsName(i + 1) && !(tokens.Is(start, "ALTER") && tokens.IsSymbol(i + 2, "="))) || tokens.IsKind(i + 1, SqlTokenKind.Parameter);
        if (tokens.Is(i, "DELETE"))
            return tokens.IsName(i + 1) && !tokens.Is(i + 1, "WHERE") && !tokens.Is(i + 1, "ROWS") && !(tokens.Is(start, "ALTER") && !tokens.Is(i + 1, "FROM"));
        if (tokens.Is(i, "MERGE"))
            return tokens.IsName(i + 1) && !tokens.IsAny(i + 1, "JOIN", "UNION") && !tokens.IsAny(i - 1, "INNER", "LEFT", "RIGHT", "FULL");
        if (tokens.Is(i, "SELECT"))
            return !tokens.IsIn(i - 1, BeforeSelect);
        if (tokens.Is(i, "SET"))
            return tokens.IsKind(i + 1, SqlTokenKind.Parameter) || tokens.IsIn(i + 1, Settings);
        if (tokens.Is(i, "WITH"))
            return IsCte(tokens, i);
        if (tokens.Is(i, "IF"))
            return !tokens.IsIn(i - 1, BeforeIf) && !(tokens.IsKind(i - 1, SqlTokenKind.Symbol) && !tokens.IsSymbol(i - 1, ")"));
        if (tokens.IsAny(i, "CREATE", "ALTER", "DROP"))
            return tokens.IsIn(i + 1, Nouns) && !(tokens.Is(start, "ALTER") && (tokens.IsAny(i + 1, "INDEX", "UNIQUE") || tokens.Is(i, "CREATE")));
        if (tokens.Is(i, "TRUNCATE"))
            return !tokens.Is(start, "ALTER") && tokens.IsName(i + 1);
        if (tokens.IsAny(i, "REPLACE", "UPSERT"))
            return tokens.Is(i + 1, "INTO");
        if (tokens.IsAny(i, "EXEC", "EXECUTE"))
            return !tokens.IsAny(i - 1, "WITH", "AS") && !tokens.IsAny(i + 1, "FUNCTION", "PROCEDURE", "AS") && !tokens.Is(start, "CREATE");
        if (tokens.IsAny(i, "CALL", "PRINT", "RETURN", "THROW"))
            return !tokens.IsSymbol(i + 1, ")");
        return !tokens.Is(i, "GO") || tokens.IsAloneOnLine(i);
    }
}
