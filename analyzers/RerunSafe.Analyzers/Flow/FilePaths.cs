using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What the path of a file that is written tells.</summary>
internal static class FilePaths
{
    /// <summary>The operation that gives the path; FileInfo.Create() is about the path that the object was made with.</summary>
    public static IOperation? Of(ApiFact fact) =>
        fact.Api.Argument == "receiver" ? (fact.Site as IInvocationOperation)?.Instance : Operations.ArgumentNamed(fact.Site, fact.Api.Argument);

    /// <summary>The same variable or member, or the same constant.</summary>
    public static bool IsSame(IOperation a, IOperation b)
    {
        if (BodyIndex.SymbolOf(a) is { } symbol)
            return Operations.SameSymbol(symbol, BodyIndex.SymbolOf(b));
        return a.ConstantValue is { HasValue: true, Value: string text } && b.ConstantValue is { HasValue: true, Value: string other } && text == other;
    }

    /// <summary>A name with a Guid or the time of day in it: nobody waits for that file, and a rerun writes another one.</summary>
    /// <param name="file">The path.</param>
    /// <param name="sources">What it comes from.</param>
    /// <param name="node">The body that writes it.</param>
    /// <param name="engine">The compilation's facts.</param>
    public static bool IsOfThisRun(IOperation file, IReadOnlyCollection<IOperation> sources, ReachNode node, Engine engine)
    {
        return Any(ApiMeaning.Random) || (Any(ApiMeaning.Clock) && !ClockValues.IsWholeDays(file, node));

        bool Any(ApiMeaning meaning) => sources.Any(source => Operations.MemberOf(source) is { } member && engine.Catalog.Means(member, meaning));
    }
}
