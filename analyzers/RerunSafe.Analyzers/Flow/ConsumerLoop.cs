using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A loop over what a broker delivers is a rerun path by itself: whoever starts it, perhaps another project, the broker delivers again
/// what was not settled.
/// </summary>
internal static class ConsumerLoop
{
    public static RootEntry Entry { get; } = new()
    {
        Id = "a loop over a broker's records",
        Kind = RootKind.Member,
        RunsAgain = "is started again",
        OnReturn = Outcome.Unknown,
        OnThrow = Outcome.Stops,
    };

    /// <summary>What is reached from those of the members that hold such a loop and that no other entry point leads to.</summary>
    public static RerunPaths Paths(IEnumerable<MemberSketch> members, HashSet<IMethodSymbol> reached, Engine engine, CancellationToken cancellation)
    {
        var paths = new RerunPaths(engine, engine.Relevance.Leads);
        foreach (var member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            if (engine.MethodOf(member) is { MethodKind: MethodKind.Ordinary } method && !reached.Contains(method) && engine.FactsOf(method) is { } facts
                && (facts.RecordLoops.Any(loop => IsOver(loop, engine)) || TakesOne(facts, engine)))
                paths.AddRoot(method, Entry, cancellation);
        }

        return paths;
    }

    // One message per call, and it is settled here: somebody calls it again and again.
    private static bool TakesOne(BodyFacts facts, Engine engine) =>
        facts.Of(ApiMeaning.SettleAck).Any() && facts.Of(ApiMeaning.ReadRecord).Any(read => engine.Catalog.SketchNames.TakesFromBroker(read.Api));

    private static bool IsOver(RecordLoopFact loop, Engine engine) =>
        loop is { Api: { } api, Loop: IWhileLoopOperation or IForLoopOperation or IForEachLoopOperation { IsAsynchronous: true } } && engine.Catalog.SketchNames.TakesFromBroker(api);
}
