using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether an object was loaded from a store's set on this way, so that the next save-changes writes what is done to it.</summary>
internal sealed class TrackedEntities
{
    private readonly Engine _engine;
    private readonly ReachNode _node;

    public TrackedEntities(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
    }

    public bool IsTracked(IOperation owner)
    {
        if (Operations.Unwrap(owner).Type is not INamedTypeSymbol { TypeKind: TypeKind.Class } entity || Operations.IsInSystem(entity) || Operations.Unwrap(owner) is IInstanceReferenceOperation)
            return false;
        var isLoaded = false;
        foreach (var source in DecisionSources.Of(owner, _node))
        {
            if (source is not IInvocationOperation call)
            {
                isLoaded |= source is not IParameterReferenceOperation && SetKinds.QueriedBy(source.Type) == entity.Name;
                continue;
            }

            if (call.TargetMethod.Name.StartsWith("AsNoTracking", StringComparison.Ordinal))
                return false;
            isLoaded |= Loads(call, entity);
        }

        return isLoaded;
    }

    // A call that hands out such things and gets them from a set: a look-up, or a repository of this compilation.
    private bool Loads(IInvocationOperation call, INamedTypeSymbol entity)
    {
        if (SetKinds.ReturnedBy(call.TargetMethod) != entity.Name)
            return false;
        if (_engine.Catalog.Find(call.TargetMethod).Any(e => e.Meaning is ApiMeaning.LookUp or ApiMeaning.RecordSource))
            return true;
        foreach (var kind in _engine.Effects.Of(call.TargetMethod).LookedUp)
        {
            if (kind == entity.Name)
                return true;
        }

        return false;
    }
}
