namespace RerunSafe.Analyzers.Sql;

/// <summary>What happens to the sink when the same statement runs again with the same parameters.</summary>
internal enum RerunEffect
{
    /// <summary>Nothing may be concluded.</summary>
    Unknown,

    /// <summary>It writes nothing.</summary>
    None,

    /// <summary>The end state is the same.</summary>
    Converges,

    /// <summary>Another copy is added (unless a unique key makes it fail).</summary>
    Repeats,

    /// <summary>The value already there is changed again.</summary>
    Relative,
}
