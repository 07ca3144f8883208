using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Where a mediator leads: Send(new ImportOrders()) runs the handler of ImportOrders, which no call names. A handler is
/// known by its first parameter and by a generic interface of its type that is made for it, or by its type's name.
/// A handler that a broker calls is an entry point of its own and not part of the sender.
/// </summary>
internal sealed class RequestHandlers
{
    private readonly Engine _engine;
    private readonly Lazy<ILookup<int, MemberSketch>> _byType;
    private readonly ConcurrentDictionary<ITypeSymbol, ImmutableArray<IMethodSymbol>> _known = new(SymbolEqualityComparer.Default);

    public RequestHandlers(Engine engine)
    {
        _engine = engine;
        _byType = new Lazy<ILookup<int, MemberSketch>>(() => engine.Relevance.Members.Where(m => m.HandlesHash != 0).ToLookup(m => m.HandlesHash));
    }

    /// <summary>The handlers in this compilation that a call hands its argument to; none where the call itself leads to code here that is no mediator.</summary>
    public ImmutableArray<IMethodSymbol> Of(IInvocationOperation call)
    {
        var name = call.TargetMethod.Name;
        if (call.Arguments.IsEmpty || !_engine.Catalog.Names.Is(name, NameMeaning.DispatchMember))
            return ImmutableArray<IMethodSymbol>.Empty;
        foreach (var argument in call.Arguments)
        {
            if (Operations.Unwrap(argument.Value).Type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None } type
                || !_byType.Value.Contains(Words.Hash(type.Name)))
                continue;
            var handlers = _known.GetOrAdd(type.OriginalDefinition, t => Find((INamedTypeSymbol)t));
            handlers = handlers.Remove(call.TargetMethod.OriginalDefinition, SymbolEqualityComparer.Default);

            // A request has one handler, a notification has several.
            if (handlers.Length == 1 || name.StartsWith("Publish", StringComparison.Ordinal))
                return handlers;
        }

        return ImmutableArray<IMethodSymbol>.Empty;
    }

    private ImmutableArray<IMethodSymbol> Find(INamedTypeSymbol request)
    {
        var found = ImmutableArray.CreateBuilder<IMethodSymbol>();
        foreach (var sketch in _byType.Value[Words.Hash(request.Name)])
        {
            if (_engine.MethodOf(sketch) is { } method
                && Operations.SameSymbol(method.Parameters[0].Type.OriginalDefinition, request)
                && IsHandler(method.ContainingType, request)
                && _engine.Catalog.FindRoot(method) is not { PerRecord: true })
                found.Add(method);
        }

        return found.ToImmutable();
    }

    private static bool IsHandler(INamedTypeSymbol type, INamedTypeSymbol request) =>
        type.Name.EndsWith("Handler", StringComparison.Ordinal) || type.Name.EndsWith("Consumer", StringComparison.Ordinal)
        || type.AllInterfaces.Any(i => i.TypeArguments.Length > 0 && Operations.SameSymbol(i.TypeArguments[0].OriginalDefinition, request));
}
