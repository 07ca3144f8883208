using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules;

/// <summary>How messages speak of a typed append.</summary>
internal static class AppendWords
{
    /// <summary>"DbSet.AddAsync of Order", "IDatabase.ListRightPush".</summary>
    public static string Head(AppendFact append)
    {
        var call = ApiFact.NameOf(append.Member);
        return append.Set.Length == 0 ? call : call + " of " + append.Set;
    }
}
