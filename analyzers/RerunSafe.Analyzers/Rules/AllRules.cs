using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Rules.DeadLetters;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.Rules;

/// <summary>Every rule, in the order in which they may claim a write: the most specific first.</summary>
internal static class AllRules
{
    public static IReadOnlyList<Rule> InOrder { get; } =
    [
        new RelativeUpdate(),
        new InsertWithoutKeyGuard(),
        new WallClockSlice(),
        new SwallowedRecord(),
    ];

    public static IEnumerable<DiagnosticDescriptor> Descriptors =>
        InOrder.SelectMany(rule => rule.Info.Descriptors);
}
