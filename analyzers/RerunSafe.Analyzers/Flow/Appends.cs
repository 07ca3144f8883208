using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Finds the typed appends of one body.</summary>
internal sealed class Appends
{
    private static readonly ApiEntry ToCollection = new() { Meaning = ApiMeaning.Append, Result = "tracked" };

    private readonly Engine _engine;
    private readonly ReachNode _node;

    public Appends(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
    }

    public IEnumerable<AppendFact> Find()
    {
        foreach (var api in _node.Facts.Of(ApiMeaning.Append))
        {
            if (api.Api.Argument.Length == 0 || Operations.ArgumentNamed(api.Site, api.Api.Argument) is { } value && !AppendForwarders.IsOpen(Operations.Unwrap(value).Type))
                yield return Direct(api);
        }

        IOperation? last = null;
        foreach (var forwarded in _engine.Forwarders.CalledIn(_node.Facts))
        {
            if (forwarded.Site == last || Operations.ArgumentNamed(forwarded.Site, forwarded.Api.Argument) is not { } value || EntityOf(value) is not { } entity)
                continue;
            last = forwarded.Site;
            yield return new AppendFact(forwarded.Site, forwarded.Api, forwarded.Member, entity, entity.Name, value);
        }

        foreach (var add in _node.Facts.CollectionAdds)
        {
            if (add.Arguments is [{ Value: { } value }] && EntityOf(value) is { } entity && !Operations.IsInSystem(entity) && new TrackedEntities(_engine, _node).IsTracked(((IPropertyReferenceOperation)Operations.Unwrap(add.Instance!)).Instance!))
                yield return new AppendFact(add, ToCollection, add.TargetMethod, entity, entity.Name, value);
        }
    }

    private AppendFact Direct(ApiFact api)
    {
        var value = api.Api.Argument.Length > 0 ? Operations.ArgumentNamed(api.Site, api.Api.Argument) : null;
        if (api.Api.Result == "unkeyed")
            return new AppendFact(api.Site, api.Api, api.Member, null, "", value);
        var entity = (value is null ? null : EntityOf(value)) ?? (api.Site is IInvocationOperation call ? SetKinds.EntityOf(call) : null);
        return new AppendFact(api.Site, api.Api, api.Member, entity, entity?.Name ?? "", value);
    }

    private static INamedTypeSymbol? EntityOf(IOperation value)
    {
        var type = Operations.Unwrap(value).Type;
        return (SetKinds.ElementOf(type) ?? type) is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface, SpecialType: SpecialType.None } named ? named : null;
    }
}
