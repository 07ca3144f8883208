namespace RerunSafe.Analyzers.Flow;

/// <summary>What is known of the order in which a sequence hands out its records.</summary>
internal enum SequenceOrder
{
    /// <summary>Nothing: a parameter, a field, what another method returned.</summary>
    Unknown,

    /// <summary>Sorted, or in the order in which this code put it together.</summary>
    Given,

    /// <summary>A set or files in a folder: whichever order comes.</summary>
    Arbitrary,

    /// <summary>The same of rows of a query without ORDER BY.</summary>
    ArbitraryRows,
}
