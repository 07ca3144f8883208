namespace RerunSafe.Analyzers.Sql;

internal enum SqlTokenKind : byte
{
    /// <summary>A bare word: keyword or name. It may hold holes ("orders_￼").</summary>
    Word,

    /// <summary>"name", [name], `name`.</summary>
    QuotedName,
    String,
    Number,
    Parameter,

    /// <summary>A hole, or several side by side, that is a token of its own.</summary>
    Hole,

    /// <summary>Punctuation or an operator of one to three characters.</summary>
    Symbol,
}

/// <summary>A token as a place in the text; it allocates nothing.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
