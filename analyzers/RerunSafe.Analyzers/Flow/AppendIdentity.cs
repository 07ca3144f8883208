namespace RerunSafe.Analyzers.Flow;

/// <summary>Where the identity of what an append writes comes from.</summary>
internal enum AppendIdentity
{
    /// <summary>It does not show.</summary>
    Unknown,

    /// <summary>A random value made by this run.</summary>
    MadeHere,

    /// <summary>The store gives a new one to each.</summary>
    MadeByStore,

    /// <summary>A unique key is filled from the input: the second time the store refuses it.</summary>
    FromInput,
}
