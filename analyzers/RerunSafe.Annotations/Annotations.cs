namespace RerunSafe;

/// <summary>What the attributes of this assembly share.</summary>
internal static class Annotations
{
    /// <summary>
    /// The compilation symbol that keeps the attributes in metadata. Without it the compiler leaves them out of the
    /// assembly, so that a product ships no reference to this one. Analyzers read attributes from source and see them
    /// either way; define the symbol in a library whose callers in other assemblies shall see its annotations.
    /// </summary>
    public const string Symbol = "RERUNSAFE_ANNOTATIONS";
}
