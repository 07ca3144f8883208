using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Rules.Toolkit;

/// <summary>RERUN0001: an entry of a user's catalogue file that cannot be used, reported at its place in that file.</summary>
internal static class CatalogFileRule
{
    public const string Id = "RERUN0001";

    public static RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Entry of a catalogue file cannot be used",
        "'{0}', line {1}: {2}; {3}",
        Categories.Toolkit,
        DiagnosticSeverity.Warning,
        "A catalogue file (*.rerunsafe.json among the AdditionalFiles) tells the analyzers what your own APIs mean. An entry that cannot be read is left out, so that what it says is not known to any rule; the other entries apply.");
}
