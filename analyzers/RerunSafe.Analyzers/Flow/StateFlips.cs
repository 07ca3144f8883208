using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Work that is taken by its state: what chose the record (a query's filter, a condition) reads a property that the same
/// run sets, or the record is removed from where it was read. A rerun does not find it again.
/// </summary>
internal static class StateFlips
{
    public static bool Decide(Engine engine, RerunPath path, IOperation site)
    {
        var asked = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < path.Steps.Count; i++)
            AddAsked(path.Steps[i], path.SiteAt(i, site), asked, kinds);
        if (asked.Count == 0 && kinds.Count == 0)
            return false;
        foreach (var step in path.Steps)
        {
            if (IsFlippedIn(engine, step.Facts, asked, kinds, site))
                return true;
        }

        return false;
    }

    private static void AddAsked(ReachNode node, IOperation site, HashSet<ISymbol> asked, HashSet<string> kinds)
    {
        foreach (var decider in node.Facts.Flow.Deciders(site))
            Add(decider, node, asked, kinds);
        for (var loop = Operations.Enclosing<IForEachLoopOperation>(site); loop is not null; loop = Operations.Enclosing<IForEachLoopOperation>(loop))
            Add(loop.Collection, node, asked, kinds);
    }

    private static void Add(IOperation decider, ReachNode node, HashSet<ISymbol> asked, HashSet<string> kinds)
    {
        foreach (var source in DecisionSources.Of(decider, node))
        {
            if (source is IPropertyReferenceOperation { Instance: not null } property && !Operations.IsInSystem(property.Property))
                asked.Add(property.Property);
            if (SetKinds.QueriedBy(source.Type) is { } kind)
                kinds.Add(kind);
        }
    }

    private static bool IsFlippedIn(Engine engine, BodyFacts facts, HashSet<ISymbol> asked, HashSet<string> kinds, IOperation site)
    {
        foreach (var change in facts.Changes)
        {
            if (!change.IsRelative && !change.IsOfNewObject && asked.Contains(change.Property))
                return true;
        }

        foreach (var api in facts.Removals())
        {
            if (SetKinds.Of(api.Site) is { } kind && kinds.Contains(kind))
                return true;
        }

        foreach (var call in facts.Calls)
        {
            if (call.Site == site)
                continue;
            var effects = engine.Effects.Of(call.Target);
            if (effects.Changed.Any(asked.Contains) || effects.Cleared.Any(kinds.Contains))
                return true;
        }

        return false;
    }
}
