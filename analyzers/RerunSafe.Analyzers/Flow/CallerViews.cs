using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A body as each of its callers sees it. Upload(content, path) has many callers, and which of them hands in a name that
/// differs from run to run is a question to each.
/// </summary>
internal static class CallerViews
{
    /// <summary>The body itself where it makes the value, else one view for each call that hands it in, with that call.</summary>
    public static IEnumerable<(ReachNode Node, IOperation? Through)> Of(ReachNode node, IOperation value)
    {
        if (node.Root is not null || node.Callers.Count < 2 || !DecisionSources.Of(value, node).Any(source => IsOwnParameter(source, node)))
        {
            yield return (node, null);
            yield break;
        }

        foreach (var (caller, site) in node.Callers)
            yield return (MadeObjects.CalledFrom(node.Method, node.Facts, caller, site), site);
    }

    /// <summary>The way goes through another call of the body.</summary>
    public static bool PassesBy(IOperation? through, ReachNode node, IOperation site) =>
        through is not null && site != through && node.Callers.Any(call => call.Site == site);

    private static bool IsOwnParameter(IOperation source, ReachNode node) =>
        source is IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol method } && Operations.SameSymbol(method.OriginalDefinition, node.Method);
}
