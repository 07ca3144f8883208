using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The unique keys of stored types as this compilation shows them: attributes, the model builder's calls, interfaces of
/// stores, and the convention that Id or OrderId is the key of Order.
/// </summary>
internal sealed class EntityKeys
{
    private readonly Engine _engine;
    private readonly Lazy<ILookup<string, EntityKey>> _configured;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<EntityKey>> _known = new(SymbolEqualityComparer.Default);

    public EntityKeys(Engine engine, CancellationToken cancellation)
    {
        _engine = engine;
        _configured = new Lazy<ILookup<string, EntityKey>>(() => ModelReader.Read(engine, cancellation));
    }

    /// <summary>The primary key first; empty where none shows.</summary>
    public ImmutableArray<EntityKey> Of(INamedTypeSymbol entity) => _known.GetOrAdd(entity, e => Find((INamedTypeSymbol)e));

    private ImmutableArray<EntityKey> Find(INamedTypeSymbol entity)
    {
        var keys = ImmutableArray.CreateBuilder<EntityKey>();
        var declared = PropertiesOf(entity).Where(IsDeclaredKey).ToList();
        if (declared.Count > 0)
            keys.Add(new EntityKey(declared.Select(p => p.Name).ToImmutableArray(), declared.Any(IsGenerated)));
        keys.AddRange(_configured.Value[entity.Name]);
        for (var type = entity; type is not null; type = type.BaseType)
            AddAttributeKeys(type, keys);
        if (declared.Count == 0 && ByConvention(entity) is { } conventional && !keys.Any(k => k.Members is [var only] && only == conventional.Name))
            keys.Insert(0, new EntityKey(ImmutableArray.Create(conventional.Name), IsGenerated(conventional)));
        return keys.ToImmutable();
    }

    public static IEnumerable<IPropertySymbol> PropertiesOf(INamedTypeSymbol entity)
    {
        for (var type = entity; type is not null && type.SpecialType != SpecialType.System_Object; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false, IsIndexer: false } property)
                    yield return property;
            }
        }
    }

    // Implementations of a store's own key properties count: the catalogue finds them by what they implement.
    private bool IsDeclaredKey(IPropertySymbol property) =>
        _engine.Catalog.Means(property, ApiMeaning.Key) || property.GetAttributes().Any(a => Means(a, ApiMeaning.Key));

    private bool IsGenerated(IPropertySymbol property)
    {
        foreach (var attribute in property.GetAttributes())
        {
            // DatabaseGeneratedOption.None says the opposite.
            if (Means(attribute, ApiMeaning.GeneratedKey) && attribute.ConstructorArguments is not [{ Value: 0 }])
                return true;
        }

        return false;
    }

    // [Index(nameof(Number), IsUnique = true)], [PrimaryKey(nameof(A), nameof(B))]
    private void AddAttributeKeys(INamedTypeSymbol type, ImmutableArray<EntityKey>.Builder keys)
    {
        foreach (var attribute in type.GetAttributes())
        {
            var isUnique = attribute.NamedArguments.Any(n => n.Value is { Kind: TypedConstantKind.Primitive, Value: true } && attribute.AttributeClass?.GetMembers(n.Key).FirstOrDefault() is { } property && _engine.Catalog.Means(property, ApiMeaning.UniqueKey));
            if (!isUnique && !Means(attribute, ApiMeaning.Key))
                continue;
            var names = attribute.ConstructorArguments.SelectMany(a => a.Kind == TypedConstantKind.Array ? a.Values : ImmutableArray.Create(a))
                .Select(a => a.Value as string).Where(n => n is not null).Select(n => n!).ToImmutableArray();
            if (!names.IsEmpty)
                keys.Add(new EntityKey(names, IsGenerated: false));
        }
    }

    private bool Means(AttributeData attribute, ApiMeaning meaning) =>
        attribute.AttributeConstructor is { } constructor && _engine.Catalog.Means(constructor, meaning);

    private static IPropertySymbol? ByConvention(INamedTypeSymbol entity)
    {
        foreach (var property in PropertiesOf(entity))
        {
            if (string.Equals(property.Name, "Id", StringComparison.OrdinalIgnoreCase) || string.Equals(property.Name, entity.Name + "Id", StringComparison.OrdinalIgnoreCase))
                return property;
        }

        return null;
    }
}
