namespace RerunSafe.Analyzers.Sql;

/// <summary>What the readers of single statements know: the text, and what the script has said so far.</summary>
internal sealed class SqlScope(SqlTokens tokens, SqlDialect dialect, int depth = 0)
{
    public SqlTokens Tokens { get; } = tokens;

    public SqlDialect Dialect { get; } = dialect;

    /// <summary>The tables that were created temporary so far.</summary>
    public HashSet<string> Temporaries { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Within procedural code SELECT … INTO fills a variable.</summary>
    public bool IsProcedural { get; set; }

    /// <summary>In how many other texts this one stands.</summary>
    public int Depth { get; } = depth;

    /// <summary>How many texts in this one have been read, and how much of them was looked at.</summary>
    public int DynamicTexts { get; set; }

    public long DynamicSteps { get; set; }

    public SqlName? NameAt(int at, int end, out int next) => SqlNames.Read(Tokens, at, end, Temporaries, out next);
}
