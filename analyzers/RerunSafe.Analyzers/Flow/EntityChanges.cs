using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A stored number is changed by what is already there.</summary>
/// <param name="Site">The assignment, or the call of the entity's own method that holds it.</param>
/// <param name="Property">The number.</param>
internal sealed record EntityChange(IOperation Site, IPropertySymbol Property);

/// <summary>Finds relative changes of loaded entities that nothing on the way decides and that somebody saves.</summary>
internal sealed class EntityChanges
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly List<(EntityChange Change, IOperation Owner)>? _candidates;

    public EntityChanges(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
        _candidates = FindCandidates();
    }

    /// <summary>Nothing here changes a number by what is already there: most bodies are done with that.</summary>
    public bool IsEmpty => _candidates is null;

    private NameCatalog Names => _engine.Catalog.Names;

    /// <summary>The changes that the unit of work saves on this way.</summary>
    public IEnumerable<EntityChange> FindOn(RerunPath path)
    {
        if (_candidates is null || !UnitOfWork.IsSavedOn(path, _engine))
            yield break;
        var tracked = new TrackedEntities(_engine, _node);
        foreach (var (change, owner) in _candidates)
        {
            if (!IsCounter(change.Property) && !IsReset(change, path) && tracked.IsTracked(owner) && !IsDecided(change, path))
                yield return change;
        }
    }

    private List<(EntityChange Change, IOperation Owner)>? FindCandidates()
    {
        List<(EntityChange, IOperation)>? candidates = null;
        foreach (var change in _node.Facts.Changes)
        {
            if (change.IsRelative && OwnerOf(change.Target.Instance!) is { } owner)
                (candidates ??= []).Add((new EntityChange(change.Site, change.Property), owner));
        }

        foreach (var call in _node.Facts.Calls)
        {
            if (call.Site is not IInvocationOperation { Instance: { } instance } || call.Target.IsAbstract || OwnerOf(instance) is not { } owner || RelativeIn(call.Target) is not { } property)
                continue;
            (candidates ??= []).Add((new EntityChange(call.Site, property), owner));
        }

        return candidates;
    }

    // item.RemoveStock(n): the entity's own method changes the number, and its own state does not keep it from doing so twice.
    private IPropertySymbol? RelativeIn(IMethodSymbol method)
    {
        if (!_engine.RelativeMembers.TryGetValue(method, out var property))
            _engine.RelativeMembers[method] = property = FindRelativeIn(method);
        return property;
    }

    private IPropertySymbol? FindRelativeIn(IMethodSymbol method)
    {
        if (!MayBeRelative(method) || _engine.FactsOf(method) is not { Changes.Count: > 0 } facts)
            return null;
        foreach (var change in facts.Changes)
        {
            if (!change.IsRelative || change.Target.Instance is not IInstanceReferenceOperation)
                continue;
            var inside = new ReachNode(method, facts);
            return StateFlips.Decide(_engine, new RerunPath([inside], []), change.Site) ? null : change.Property;
        }

        return null;
    }

    // Most methods are not worth binding: their text has no such operator.
    private static bool MayBeRelative(IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!reference.SyntaxTree.TryGetText(out var text))
                return true;
            var body = text.ToString(reference.Span);
            if (body.Contains("+=") || body.Contains("-=") || body.Contains("*=") || body.Contains("++") || body.Contains("--") || body.Contains(" + ") || body.Contains(" - "))
                return true;
        }

        return false;
    }

    // item?.RemoveStock(n)
    private static IOperation? OwnerOf(IOperation instance) => Operations.Unwrap(instance) switch
    {
        IInstanceReferenceOperation => null,
        IConditionalAccessInstanceOperation inner => Operations.Enclosing<IConditionalAccessOperation>(inner)?.Operation,
        var owner => owner,
    };

    private bool IsCounter(IPropertySymbol property) =>
        Names.IsAny(property.Name, NameMeaning.AttemptCounter, NameMeaning.Version) || Names.Is(property.Name, NameMeaning.FailureRecord);

    // total.Amount = 0 first: the number is computed anew from the records of this run.
    private bool IsReset(EntityChange change, RerunPath path)
    {
        foreach (var step in path.Steps)
        {
            foreach (var other in step.Facts.Changes)
            {
                if (!other.IsRelative && Operations.SameSymbol(other.Property, change.Property) && (step != _node || other.Site.Syntax.SpanStart < change.Site.Syntax.SpanStart))
                    return true;
            }

            foreach (var call in step.Facts.Calls)
            {
                if (call.Site != change.Site && _engine.Relevance.Leads(call.Target) && _engine.Effects.Of(call.Target).Changed.Any(p => Operations.SameSymbol(p, change.Property)))
                    return true;
            }
        }

        return false;
    }

    private bool IsDecided(EntityChange change, RerunPath path)
    {
        var guards = new Guards(_engine);
        if (guards.HandlesDuplicates(_node.Facts, change.Site))
            return true;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (guards.IsDecidedByInbox(path.Steps[i], path.SiteAt(i, change.Site)))
                return true;
        }

        return StateFlips.Decide(_engine, path, change.Site);
    }
}
