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
        new DeleteInsertWithoutTransaction(),
        new SettledBeforeDone(),
        new CheckpointBeforeWrite(),
        new RelativeUpdate(),
        new UnstableKey(),
        new SeenSetInMemory(),
        new CheckThenInsertRace(),
        new InsertFailsOnRerun(),
        new InsertWithoutKeyGuard(),
        new AppendWithoutKeyGuard(),
        new BulkAppend(),
        new AppendToFile(),
        new EffectWithoutIdempotencyKey(),
        new WallClockSlice(),
        new TornFile(),
        new DdlFailsOnRerun(),
        new SwallowedRecord(),
        new SilentlySkippedRecord(),
        new FailedGateOnlyLogged(),
        new PoisonStopsTheRest(),
        new DeadLetterWithoutEvidence(),
        new VolatileDedupKey(),
        new SuppressionWithoutReason(),
        new EngineLimit(),
    ];

    /// <summary>The rules that ask for no way from an entry point: what they find is wrong wherever it is called from.</summary>
    public static IReadOnlyList<Rule> Everywhere { get; } =
    [
        new RetriedAppend(),
        new ProducerNotDurable(),
        new DeadLetterNotAwaited(),
        new RequeueForever(),
        new NoDeadLetterTarget(),
        new RandomSurvivor(),
    ];

    /// <summary>Every ID that the analyzer can report, with those about its own files.</summary>
    public static IEnumerable<RuleInfo> Infos => InOrder.Concat(Everywhere).Select(rule => rule.Info).Append(CatalogFileRule.Info);

    public static IEnumerable<DiagnosticDescriptor> Descriptors => Infos.SelectMany(info => info.Descriptors);
}
