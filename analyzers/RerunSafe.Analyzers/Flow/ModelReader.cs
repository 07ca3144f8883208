using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Reads the keys that a model builder is told: HasKey(x => x.Number), HasIndex(x => x.Number).IsUnique(). Only calls by
/// the catalogue's names are bound.
/// </summary>
internal static class ModelReader
{
    public static ILookup<string, EntityKey> Read(Engine engine, CancellationToken cancellation)
    {
        var names = engine.Catalog.NamesOf(ApiMeaning.Key).Concat(engine.Catalog.NamesOf(ApiMeaning.UniqueKey)).ToImmutableHashSet(StringComparer.Ordinal);
        var keys = new List<(string Entity, EntityKey Key)>();
        foreach (var tree in engine.Compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tree.TryGetText(out var text) && !Mentions(text.ToString(), names))
                continue;
            foreach (var call in tree.GetRoot(cancellation).DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } && names.Contains(name)
                    && engine.ModelFor(tree).GetOperation(call, cancellation) is IInvocationOperation operation && KeyIn(operation, engine.Catalog) is { } key)
                    keys.Add(key);
            }

            foreach (var creation in tree.GetRoot(cancellation).DescendantNodes().OfType<ObjectCreationExpressionSyntax>())
            {
                if (creation.Type is NameSyntax type && names.Contains(RootSyntax.Simple(type))
                    && engine.ModelFor(tree).GetOperation(creation, cancellation) is IObjectCreationOperation operation && IndexIn(operation, engine.Catalog) is { } key)
                    keys.Add(key);
            }
        }

        return keys.ToLookup(k => k.Entity, k => k.Key, StringComparer.Ordinal);
    }

    private static bool Mentions(string text, ImmutableHashSet<string> names)
    {
        foreach (var name in names)
        {
            if (text.IndexOf("." + name, StringComparison.Ordinal) >= 0 || text.IndexOf("new " + name, StringComparison.Ordinal) >= 0)
                return true;
        }

        return false;
    }

    private static (string Entity, EntityKey Key)? KeyIn(IInvocationOperation call, ApiCatalog catalog)
    {
        if (!catalog.Means(call.TargetMethod, ApiMeaning.Key) && !catalog.Means(call.TargetMethod, ApiMeaning.UniqueKey))
            return null;
        if (call.Arguments.Any(a => a.Value.ConstantValue is { HasValue: true, Value: false } && a.ArgumentKind == ArgumentKind.Explicit))
            return null;
        var selectors = Selectors(call.Arguments);

        // HasIndex(…).IsUnique(): the columns stand in the call before.
        if (selectors.Count == 0 && call.Instance is { } before && Operations.Unwrap(before) is IInvocationOperation indexed)
            selectors = Selectors(indexed.Arguments);
        return KeyOf(selectors, BuiltBy(call));
    }

    // new CreateIndexModel<Order>(Builders<Order>.IndexKeys.Ascending(o => o.Number), new CreateIndexOptions { Unique = true })
    private static (string Entity, EntityKey Key)? IndexIn(IObjectCreationOperation creation, ApiCatalog catalog)
    {
        if (creation.Constructor is not { } constructor || !catalog.Means(constructor, ApiMeaning.UniqueKey) || creation.Type is not INamedTypeSymbol { TypeArguments: [INamedTypeSymbol entity] })
            return null;
        var parts = Selectors(creation.Arguments).Select(part => Operations.Unwrap(part) is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } value ? value : part).ToList();
        var isUnique = parts.SelectMany(part => part.DescendantsAndSelf()).Any(part =>
            part is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } set && catalog.Means(property, ApiMeaning.UniqueKey)
            && Operations.Unwrap(set.Value).ConstantValue is { HasValue: true, Value: true });
        return isUnique ? KeyOf(parts.Take(1), entity.Name) : null;
    }

    private static (string Entity, EntityKey Key)? KeyOf(IEnumerable<IOperation> selectors, string? entity)
    {
        string? selected = null;
        var members = new List<string>();
        foreach (var selector in selectors)
        {
            foreach (var part in selector.DescendantsAndSelf())
            {
                switch (part)
                {
                    case IAnonymousFunctionOperation { Symbol.Parameters: [{ Type: { } type }] }:
                        selected ??= type.Name;
                        break;
                    case IPropertyReferenceOperation { Instance: IParameterReferenceOperation } property:
                        members.Add(property.Property.Name);
                        break;
                    case ILiteralOperation { ConstantValue: { HasValue: true, Value: string name } }:
                        members.Add(name);
                        break;
                }
            }
        }

        entity = selected ?? entity;
        return members.Count == 0 || entity is null ? null : (entity, new EntityKey(members.ToImmutableArray(), IsGenerated: false));
    }

    private static List<IOperation> Selectors(ImmutableArray<IArgumentOperation> arguments) =>
        arguments.Where(a => a.ArgumentKind != ArgumentKind.DefaultValue && a.Value.Type?.SpecialType != SpecialType.System_Boolean).Select(a => a.Value).ToList();

    // builder.HasKey("Id"): the builder's type names the entity.
    private static string? BuiltBy(IInvocationOperation call)
    {
        for (IOperation? current = call; current is not null; current = current is IInvocationOperation { Instance: { } instance } ? Operations.Unwrap(instance) : null)
        {
            if (current.Type is INamedTypeSymbol { TypeArguments: [INamedTypeSymbol entity, ..] })
                return entity.Name;
        }

        return null;
    }
}
