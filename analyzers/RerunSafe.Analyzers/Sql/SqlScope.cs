namespace RerunSafe.Analyzers.Sql;

/// <summary>What the readers of single statements know: the text, and what the script has said so far.</summary>
internal sealed class SqlScope(SqlTokens tokens, SqlDialect dialect)
{
    public SqlTokens Tokens { get; } = tokens;

    public SqlDialect Dialect { get; } = dialect;

    /// <summary>The tables that were created temporary so far.</summary>
    public HashSet<string> Temporaries { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Within procedural code SELECT … INTO fills a variable.</summary>
    public bool IsProcedural { get; set; }

    public SqlName? NameAt(int at, int end, out int next) => SqlNames.Read(Tokens, at, end, Temporaries, out next);
}
