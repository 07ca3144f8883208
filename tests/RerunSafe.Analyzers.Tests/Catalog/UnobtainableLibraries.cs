namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>Types of the catalogue that no obtainable package declares, so that their IDs rest on the documentation alone.</summary>
internal static class UnobtainableLibraries
{
    private static readonly (string Prefix, string Reason)[] Known =
    [
        ("System.Data.Odbc.", "the package System.Data.Odbc is not served by the registry that the tests use"),
        ("Zzz", ""),
    ];

    public static string? ReasonFor(string type)
    {
        foreach (var (prefix, reason) in Known)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal))
                return reason;
        }

        return null;
    }
}
