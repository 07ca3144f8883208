using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Rules.DeadLetters;
using RerunSafe.Analyzers.Rules.Duplicates;
using RerunSafe.Analyzers.Rules.Idempotency;
using RerunSafe.Analyzers.Rules.Toolkit;

namespace RerunSafe.Analyzers.Rules;

/// <summary>Every rule, in the order in which they may claim a write: the most specific first.</summary>
internal static class AllRules
{
    public static IReadOnlyList<Rule> InOrder { get; } =
    [
        new RelativeUpdate(),
        new UnstableKey(),
        new SeenSetInMemory(),
        new InsertWithoutKeyGuard(),
        new BulkAppend(),
        new AppendToFile(),
        new EffectWithoutIdempotencyKey(),
        new DdlFailsOnRerun(),
        new WallClockSlice(),
        new SwallowedRecord(),
        new VolatileDedupKey(),
    ];

    /// <summary>Every ID that the analyzer can report, with those about its own files.</summary>
    public static IEnumerable<RuleInfo> Infos => InOrder.Select(rule => rule.Info).Append(CatalogFileRule.Info);

    public static IEnumerable<DiagnosticDescriptor> Descriptors => Infos.SelectMany(info => info.Descriptors);
}
