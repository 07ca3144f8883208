namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// Identifiers as hashes. A collision makes a member look as if it mentioned one name more, which costs a look at it
/// and changes no answer.
/// </summary>
internal static class Words
{
    /// <summary>The Fowler-Noll-Vo hash (FNV-1a) of no character.</summary>
    public const uint Begin = 2166136261;

    private const uint Prime = 16777619;

    public static uint Next(uint hash, char c) => unchecked((hash ^ c) * Prime);

    public static int Hash(string name)
    {
        var hash = Begin;
        foreach (var c in name)
            hash = Next(hash, c);
        return unchecked((int)hash);
    }
}
