using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Rules;

/// <summary>
/// One rule as the compiler and its users know it. The same ID has two descriptors: one for what is reported while
/// typing, one (tagged CompilationEnd) for what only the call graph of the whole compilation shows.
/// </summary>
internal sealed class RuleInfo
{
    private const string HelpRoot = "https://github.com/rerunsafe/rerunsafe/blob/main/analyzers/docs/rules/";

    private RuleInfo(DiagnosticDescriptor live, DiagnosticDescriptor atEnd, DiagnosticDescriptor? hint, DiagnosticDescriptor? hintAtEnd)
    {
        Live = live;
        AtEnd = atEnd;
        Hint = hint;
        HintAtEnd = hintAtEnd;
    }

    public string Id => Live.Id;

    public DiagnosticDescriptor Live { get; }

    public DiagnosticDescriptor AtEnd { get; }

    /// <summary>For a rule that is a warning: the information-level twin, for what is likely and not in plain sight.</summary>
    public DiagnosticDescriptor? Hint { get; }

    public DiagnosticDescriptor? HintAtEnd { get; }

    public IEnumerable<DiagnosticDescriptor> Descriptors =>
        new[] { Live, AtEnd, Hint, HintAtEnd }.Where(d => d is not null)!;

    public DiagnosticDescriptor Choose(bool isLive, bool isHint) => (isLive, isHint) switch
    {
        (true, true) => Hint ?? Live,
        (false, true) => HintAtEnd ?? AtEnd,
        (true, false) => Live,
        _ => AtEnd,
    };

    // A warning on positive evidence: where an entry point is known by its names only, the information-level twin speaks.
    public static RuleInfo Create(
        string id, string title, string message, string category, DiagnosticSeverity severity, string description, bool isEnabledByDefault = true)
    {
        var hasHint = severity == DiagnosticSeverity.Warning;
        return new RuleInfo(
            Make(severity, ImmutableArray<string>.Empty),
            Make(severity, ImmutableArray.Create(WellKnownDiagnosticTags.CompilationEnd)),
            hasHint ? Make(DiagnosticSeverity.Info, ImmutableArray<string>.Empty) : null,
            hasHint ? Make(DiagnosticSeverity.Info, ImmutableArray.Create(WellKnownDiagnosticTags.CompilationEnd)) : null);

        DiagnosticDescriptor Make(DiagnosticSeverity level, ImmutableArray<string> tags) =>
#pragma warning disable RS2000 // Release tracking reads constant IDs only; a test compares every rule with AnalyzerReleases.Unshipped.md.
            new(id, title, message, category, level, isEnabledByDefault, description, HelpRoot + id + ".md", tags.ToArray());
#pragma warning restore RS2000
    }
}
