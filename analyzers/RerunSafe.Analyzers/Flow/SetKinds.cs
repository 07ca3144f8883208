using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What typed sets hold: DbSet&lt;Order&gt;, IQueryable&lt;Order&gt;, IMongoCollection&lt;Order&gt; are about Order.</summary>
internal static class SetKinds
{
    /// <summary>The element type's name of what a call is made on, else of its type argument or of what it is handed; null where none shows.</summary>
    public static string? Of(IOperation site) => site is IInvocationOperation call ? EntityOf(call)?.Name : null;

    public static INamedTypeSymbol? EntityOf(IInvocationOperation call)
    {
        if (HeldBy(call) is { } held)
            return held;
        foreach (var argument in call.TargetMethod.TypeArguments)
        {
            if (argument is INamedTypeSymbol named && IsKind(named))
                return named;
        }

        foreach (var argument in call.Arguments)
        {
            var type = Operations.Unwrap(argument.Value).Type;
            if ((ElementOf(type) ?? type) is INamedTypeSymbol handed && IsKind(handed) && handed.TypeKind == TypeKind.Class)
                return handed;
        }

        return null;
    }

    /// <summary>The kind of thing that a look-up or a read from a store asks for; null for a source that is none (a parser, a channel).</summary>
    public static string? AskedBy(ApiFact api) => api.Api.Meaning switch
    {
        ApiMeaning.LookUp => Of(api.Site),
        ApiMeaning.RecordSource when api.Site is IInvocationOperation call && HeldBy(call) is { } held && !IsStream(call) => held.Name,
        _ => null,
    };

    private static bool IsStream(IInvocationOperation call) =>
        (call.Instance ?? call.Arguments[0].Value) is var source && Operations.Unwrap(source).Type is { } type && Operations.IsInSystem(type) && QueriedBy(type) is null;

    /// <summary>What the set that a call is made on holds; null where the receiver is no typed set (a context, a session).</summary>
    public static INamedTypeSymbol? HeldBy(IInvocationOperation call)
    {
        var asked = Operations.ReceiverOf(call);
        if (asked is not null && Operations.Unwrap(asked).Type is INamedTypeSymbol { TypeArguments: [INamedTypeSymbol element] } && IsKind(element))
            return element;
        return null;
    }

    /// <summary>What a query asks for: IQueryable&lt;Order&gt; and what derives from it.</summary>
    public static string? QueriedBy(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { IsGenericType: true } named)
            return null;
        foreach (var sequence in named.AllInterfaces.Concat([named]))
        {
            if (sequence is { Name: "IQueryable", TypeArguments: [INamedTypeSymbol element] } && IsKind(element))
                return element.Name;
        }

        return null;
    }

    /// <summary>The kind of thing that a method hands out: itself, a sequence of it, or a task of either.</summary>
    public static string? ReturnedBy(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var result] })
            type = result;
        return (ElementOf(type) ?? type) is INamedTypeSymbol { TypeKind: TypeKind.Class } kind && IsKind(kind) ? kind.Name : null;
    }

    /// <summary>The class that a sequence holds; null where the type is none.</summary>
    public static INamedTypeSymbol? ElementOf(ITypeSymbol? type)
    {
        if (type is IArrayTypeSymbol { ElementType: INamedTypeSymbol item })
            return item;
        if (type is null || type.SpecialType == SpecialType.System_String)
            return null;
        foreach (var sequence in type.AllInterfaces.Concat(type is INamedTypeSymbol named ? [named] : []))
        {
            if ((sequence.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T || sequence.Name == "IAsyncEnumerable")
                && sequence.TypeArguments is [INamedTypeSymbol { SpecialType: SpecialType.None } element])
                return element;
        }

        return null;
    }

    private static bool IsKind(INamedTypeSymbol type) =>
        type.SpecialType == SpecialType.None && !Operations.IsInSystem(type) && type.TypeKind is TypeKind.Class or TypeKind.Interface or TypeKind.Struct or TypeKind.Error;
}
