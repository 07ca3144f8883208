using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Rules.DeadLetters;
using RerunSafe.Analyzers.Rules.Idempotency;
using RerunSafe.Analyzers.Rules.Toolkit;

namespace RerunSafe.Analyzers.Rules;

/// <summary>Every rule, in the order in which they may claim a write: the most specific first.</summary>
internal static class AllRules
{
    public static IReadOnlyList<Rule> InOrder { get; } =
    [
        new DeleteInsertWithoutTransaction(),
        new CheckpointBeforeWrite(),
        new RelativeUpdate(),
        new InsertWithoutKeyGuard(),
        new BulkAppend(),
        new AppendToFile(),
        new TornFile(),
        new DdlFailsOnRerun(),
        new WallClockSlice(),
        new SwallowedRecord(),
    ];

    /// <summary>Every ID that the analyzer can report, with those about its own files.</summary>
    public static IEnumerable<RuleInfo> Infos => InOrder.Select(rule => rule.Info).Append(CatalogFileRule.Info);

    public static IEnumerable<DiagnosticDescriptor> Descriptors => Infos.SelectMany(info => info.Descriptors);
}
