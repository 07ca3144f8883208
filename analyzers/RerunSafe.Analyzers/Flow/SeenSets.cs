using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Fields that remember in memory which records were seen, and nothing else.</summary>
internal sealed class SeenSets
{
    private readonly Engine _engine;

    public SeenSets(Engine engine) => _engine = engine;

    /// <summary>The question to such a set that decides whether a site runs; null where there is none.</summary>
    public IInvocationOperation? DeciderOf(ReachNode node, IOperation site)
    {
        foreach (var condition in node.Facts.Flow.Deciders(site))
        {
            if (condition.Syntax.SpanStart > site.Syntax.SpanStart)
                continue;
            foreach (var source in DecisionSources.Of(condition, node))
            {
                if (source is IInvocationOperation call && FieldAsked(call) is { } field && RemembersOnly(field, node))
                    return call;
            }
        }

        return null;
    }

    /// <summary>The field that a call asks for a key: seen.Contains(id), !seen.Add(id), seen.TryAdd(id, 0), cache.TryGetValue(id, out _).</summary>
    public static IFieldSymbol? FieldAsked(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("Contains" or "ContainsKey" or "Add" or "TryAdd" or "TryGetValue") || call.Type?.SpecialType != SpecialType.System_Boolean)
            return null;
        var asked = Operations.ReceiverOf(call);
        if (asked is null || Operations.Unwrap(asked) is not IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } field } || !HoldsKeysOnly(field.Type))
            return null;
        return call.TargetMethod.Name != "TryGetValue" || call.Arguments.Any(a => Operations.Unwrap(a.Value) is IDiscardOperation) ? field : null;
    }

    // A dictionary of anything else is a cache of what is behind the keys.
    private static bool HoldsKeysOnly(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { Name: "HashSet" or "SortedSet" or "ConcurrentBag" or "List" or "IMemoryCache" or "MemoryCache" } => true,
        INamedTypeSymbol { Name: "Dictionary" or "ConcurrentDictionary", TypeArguments: [_, { } value] } =>
            value.SpecialType is SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_DateTime or SpecialType.System_Object || value.Name == "DateTimeOffset",
        _ => false,
    };

    // It starts empty, and only what decides by it fills it: nobody loads it from a store.
    private bool RemembersOnly(IFieldSymbol field, ReachNode node)
    {
        var isCache = field.Type.Name is "IMemoryCache" or "MemoryCache";
        if (!_engine.IsDeclaredHere(field) || (!isCache && !(_engine.InitializerOf(field) is { } initial && IsEmpty(initial))))
            return false;
        foreach (var member in field.ContainingType.GetMembers().OfType<IMethodSymbol>())
        {
            if (_engine.OperationOf(member) is not { } root)
                continue;
            foreach (var operation in BodyIndex.Of(root).Touching(field))
            {
                switch (operation)
                {
                    case IInvocationOperation { TargetMethod.Name: "UnionWith" or "AddRange" or "Load" }:
                        return false;
                    case IInvocationOperation { TargetMethod.Name: "Add" or "TryAdd" or "GetOrAdd" } when !Operations.SameSymbol(member, node.Method) && root != Operations.RootOf(node.Facts.Root) && !isCache:
                        return false;
                    case ISimpleAssignmentOperation assignment when Operations.SameSymbol(BodyIndex.SymbolOf(assignment.Target), field) && !IsEmpty(assignment.Value) && !isCache:
                        return false;
                    case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: false } or IObjectCreationOperation }:
                        return false;
                }
            }
        }

        return true;
    }

    private static bool IsEmpty(IOperation value) =>
        Operations.Unwrap(value) is IObjectCreationOperation { Initializer: null } creation && creation.Arguments.All(a => !RecordLoops.IsSequence(a.Value.Type) || a.Value.Type?.Name == "StringComparer")
        || (value.Syntax.ToString() == "[]");
}
