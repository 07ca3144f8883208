using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>With <c>rerunsafe_scope = all</c>: every public method is called by pipelines that this compilation does not show.</summary>
internal static class LibraryRoot
{
    public static RootEntry Entry { get; } = new()
    {
        Id = "rerunsafe_scope",
        Kind = RootKind.Member,
        RunsAgain = "is called again by a pipeline",
        OnReturn = Outcome.Unknown,
        OnThrow = Outcome.Unknown,
    };
}
