using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Tells where the identity of what an append writes comes from, by how the thing is made on this way.</summary>
internal sealed class Identities
{
    private static readonly HashSet<string> GeneratedTypes = new(StringComparer.Ordinal) { "Int16", "Int32", "Int64", "UInt32", "UInt64", "Guid", "ObjectId" };

    private readonly Engine _engine;
    private readonly ReachNode _node;

    public Identities(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
    }

    /// <summary>The identity, and for one from the input the members of the key.</summary>
    public (AppendIdentity Identity, ImmutableArray<string> Key) Of(AppendFact append)
    {
        if (append.IsUnkeyed)
            return (AppendIdentity.MadeByStore, ImmutableArray<string>.Empty);
        if (append.Value is null || append.Entity is not { } entity)
            return (AppendIdentity.Unknown, ImmutableArray<string>.Empty);
        (AppendIdentity Identity, ImmutableArray<string> Key)? all = null;
        foreach (var source in DecisionSources.Of(append.Value, _node))
        {
            if (!IsMadeAs(source, entity) || IsInsideAnother(source, entity))
                continue;
            var one = OfCreation(source, entity, append.IsElsewhere);

            // The store takes a document's identity from its key, and makes one where the document has none.
            if (append.Replaces && one.Key.IsEmpty && (entity.IsAnonymousType || _engine.IsDeclaredHere(entity)))
                one = (AppendIdentity.MadeByStore, one.Key);
            if (all is { } other && other.Identity != one.Identity)
                return (AppendIdentity.Unknown, ImmutableArray<string>.Empty);
            all = one;
        }

        return all ?? (AppendIdentity.Unknown, ImmutableArray<string>.Empty);
    }

    /// <summary>The objects that an append writes, where they are made on this way.</summary>
    public IEnumerable<IOperation> CreationsOf(AppendFact append) =>
        append is { Value: { } value, Entity: { } entity } ? DecisionSources.Of(value, _node).Where(s => IsMadeAs(s, entity) && !IsInsideAnother(s, entity)) : [];

    private static bool IsMadeAs(IOperation source, INamedTypeSymbol entity) =>
        source is IObjectCreationOperation or IAnonymousObjectCreationOperation && source.Type is { } type && (Operations.SameSymbol(type, entity) || Operations.SameSymbol(type.BaseType, entity));

    // new Order { Lines = { new Order(…) } }: only the outer one is what is written.
    private static bool IsInsideAnother(IOperation creation, INamedTypeSymbol entity)
    {
        for (var parent = creation.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            if (IsMadeAs(parent, entity))
                return true;
        }

        return false;
    }

    private (AppendIdentity Identity, ImmutableArray<string> Key) OfCreation(IOperation creation, INamedTypeSymbol entity, bool isElsewhere)
    {
        var keys = _engine.Keys.Of(entity);
        if (keys.IsEmpty && creation.Type is INamedTypeSymbol { IsAnonymousType: false } made)
            keys = _engine.Keys.Of(made);
        foreach (var key in keys)
        {
            if (key.Members.All(member => Kind(creation, entity, member, isGenerated: false, isElsewhere: false) == AppendIdentity.FromInput))
                return (AppendIdentity.FromInput, key.Members);
        }

        if (keys.IsEmpty)
            return (AppendIdentity.Unknown, ImmutableArray<string>.Empty);
        var kinds = keys[0].Members.Select(member => Kind(creation, entity, member, keys[0].IsGenerated, isElsewhere)).ToList();
        var identity = kinds.Contains(AppendIdentity.MadeHere) ? AppendIdentity.MadeHere
            : kinds.Contains(AppendIdentity.MadeByStore) && (keys[0].IsGenerated || kinds.Count == 1) ? AppendIdentity.MadeByStore
            : AppendIdentity.Unknown;
        return (identity, keys[0].Members);
    }

    private AppendIdentity Kind(IOperation creation, INamedTypeSymbol entity, string member, bool isGenerated, bool isElsewhere)
    {
        if (GivenTo(creation, member) is { } value)
            return Classify(value);
        var property = EntityKeys.PropertiesOf(entity).FirstOrDefault(p => p.Name == member);
        if (property is null || creation is not IObjectCreationOperation { Constructor: { } constructor })
            return AppendIdentity.Unknown;
        if (_engine.InitializerOf(property) is { } initial)
            return IsRandom(initial) ? AppendIdentity.MadeHere : IsUnset(initial) ? ByType(property, isGenerated) : AppendIdentity.Unknown;
        if (ByConstructor(constructor, property) is { } made)
            return made;
        if (!constructor.Parameters.IsEmpty && !_engine.IsDeclaredHere(constructor))
            return AppendIdentity.Unknown;

        // A text that nobody fills here is no key yet: the repository makes one, entity.Id = Guid.NewGuid().ToString().
        return isElsewhere && property.Type.SpecialType == SpecialType.System_String && !_engine.IsDeclaredHere(property) ? AppendIdentity.MadeByStore : ByType(property, isGenerated);
    }

    // Order(…) { Id = Guid.NewGuid(); }, and what its base's constructor does.
    private AppendIdentity? ByConstructor(IMethodSymbol constructor, IPropertySymbol property)
    {
        for (var type = constructor.ContainingType; type is not null && type.SpecialType != SpecialType.System_Object; type = type.BaseType)
        {
            foreach (var candidate in Operations.SameSymbol(type, constructor.ContainingType) ? ImmutableArray.Create(constructor) : type.InstanceConstructors)
            {
                if (!_engine.IsDeclaredHere(candidate) || _engine.FactsOf(candidate) is not { } facts)
                    continue;
                foreach (var change in facts.Changes)
                {
                    if (change.Site is ISimpleAssignmentOperation assignment && Operations.SameSymbol(change.Property.OriginalDefinition, property.OriginalDefinition))
                        return IsRandom(assignment.Value) ? AppendIdentity.MadeHere : AppendIdentity.Unknown;
                }
            }
        }

        return null;
    }

    // What the creation, its initializer or a later line gives the member.
    private static IOperation? GivenTo(IOperation creation, string member)
    {
        var initializers = creation switch
        {
            IObjectCreationOperation { Initializer: { } initializer } => initializer.Initializers,
            IAnonymousObjectCreationOperation anonymous => anonymous.Initializers,
            _ => ImmutableArray<IOperation>.Empty,
        };
        foreach (var operation in initializers)
        {
            if (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } assignment && name == member)
                return assignment.Value;
        }

        if (creation is IObjectCreationOperation { Arguments: var arguments })
        {
            foreach (var argument in arguments)
            {
                if (argument.ArgumentKind == ArgumentKind.Explicit && string.Equals(argument.Parameter?.Name, member, StringComparison.OrdinalIgnoreCase))
                    return argument.Value;
            }
        }

        for (var parent = creation.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            if (parent is not (IVariableDeclaratorOperation or ISimpleAssignmentOperation { Target: ILocalReferenceOperation }))
                continue;
            var local = parent is IVariableDeclaratorOperation declarator ? declarator.Symbol : ((ILocalReferenceOperation)((ISimpleAssignmentOperation)parent).Target).Local;
            foreach (var touching in BodyIndex.Of(creation).Touching(local))
            {
                if (touching is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } assignment && name == member)
                    return assignment.Value;
            }

            break;
        }

        return null;
    }

    private AppendIdentity Classify(IOperation value)
    {
        if (IsUnset(value))
            return AppendIdentity.Unknown;
        var comesFromInput = false;
        foreach (var source in DecisionSources.Of(value, _node))
        {
            switch (source)
            {
                case IInvocationOperation call when _engine.Catalog.Means(call.TargetMethod, ApiMeaning.Random):
                case IObjectCreationOperation { Constructor: { } constructor } when _engine.Catalog.Means(constructor, ApiMeaning.Random):
                    return AppendIdentity.MadeHere;
                case IInvocationOperation call when ReturnsRandom(call.TargetMethod):
                    return AppendIdentity.MadeHere;
                case IParameterReferenceOperation:
                case ILocalReferenceOperation local when BodyIndex.Of(local).Touching(local.Local).Any(o => o is IForEachLoopOperation):
                case IInvocationOperation read when _engine.Catalog.Means(read.TargetMethod, ApiMeaning.ReadRecord):
                    comesFromInput = true;
                    break;
            }
        }

        // A record's property, not what another row got from the store: that is no identity of the input.
        return comesFromInput && Operations.Unwrap(value) is IParameterReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation or IInterpolatedStringOperation
            ? AppendIdentity.FromInput : AppendIdentity.Unknown;
    }

    private bool ReturnsRandom(IMethodSymbol method) =>
        _engine.IsDeclaredHere(method) && method.Parameters.IsEmpty && _engine.ReturnedBy(method).Any(IsRandom);

    private bool IsRandom(IOperation value) => value.DescendantsAndSelf().Any(o =>
        Operations.MemberOf(o) is { } member && _engine.Catalog.Means(member, ApiMeaning.Random));

    private static bool IsUnset(IOperation value) =>
        Operations.Unwrap(value) is { ConstantValue: { HasValue: true, Value: null or 0 or 0L or "" } } or IDefaultValueOperation or IFieldReferenceOperation { Field.Name: "Empty" };

    private static AppendIdentity ByType(IPropertySymbol property, bool isGenerated) =>
        isGenerated || GeneratedTypes.Contains(property.Type.Name) ? AppendIdentity.MadeByStore : AppendIdentity.Unknown;
}
