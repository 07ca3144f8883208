using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A parameter that a generic repository's method puts into its set.</summary>
internal sealed record ForwardedAppend(int Ordinal, ApiEntry Api);

/// <summary>
/// Generic repositories of this compilation that put a parameter into a set: what kind of thing it is, and whether
/// something guards it, shows at their callers only.
/// </summary>
internal sealed class AppendForwarders
{
    private const int MaxDepth = 3;

    private readonly Engine _engine;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<ForwardedAppend>> _known = new(SymbolEqualityComparer.Default);

    public AppendForwarders(Engine engine) => _engine = engine;

    public ImmutableArray<ForwardedAppend> Of(IMethodSymbol method) => Of((method.ReducedFrom ?? method).OriginalDefinition, MaxDepth);

    /// <summary>Calls of such methods that hand in a thing of a known kind: appends of the body that calls.</summary>
    public IEnumerable<ApiFact> CalledIn(BodyFacts facts)
    {
        foreach (var call in facts.Calls)
        {
            if (call.Site is not IInvocationOperation site)
                continue;
            foreach (var forwarded in Of(call.Target))
            {
                if (site.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == forwarded.Ordinal) is { Parameter: { } parameter } argument && !IsOpen(Operations.Unwrap(argument.Value).Type))
                    yield return new ApiFact(site, forwarded.Api with { Argument = parameter.Name }, site.TargetMethod);
            }
        }
    }

    /// <summary>The append is judged at the callers of its body, which hand in what it adds.</summary>
    public static bool IsForwarded(ApiFact append) =>
        Operations.ArgumentNamed(append.Site, append.Api.Argument) is { } value && ParameterOf(value) is not null;

    /// <summary>The value of an append is a parameter whose type its callers choose.</summary>
    public static bool IsOpen(ITypeSymbol? type) =>
        type is ITypeParameterSymbol || (type is INamedTypeSymbol { IsGenericType: true } named && named.TypeArguments.Any(IsOpen)) || (type is IArrayTypeSymbol array && IsOpen(array.ElementType));

    private ImmutableArray<ForwardedAppend> Of(IMethodSymbol method, int depth)
    {
        if (_known.TryGetValue(method, out var known))
            return known;
        if (!method.Parameters.Any(p => IsOpen(p.Type)))
            return ImmutableArray<ForwardedAppend>.Empty;
        var found = ImmutableArray.CreateBuilder<ForwardedAppend>();
        foreach (var body in _engine.Implementations.Of(method))
        {
            if (_engine.Relevance.Leads(body) && _engine.FactsOf(body) is { } facts)
                Add(new ReachNode(body, facts), found, depth);
        }

        var result = found.ToImmutable();
        _known.TryAdd(method, result);
        return result;
    }

    private void Add(ReachNode node, ImmutableArray<ForwardedAppend>.Builder found, int depth)
    {
        foreach (var append in node.Facts.Of(ApiMeaning.Append))
        {
            if (Operations.ArgumentNamed(append.Site, append.Api.Argument) is { } value && ParameterOf(value) is { } parameter
                && !new Guards(_engine).IsGuarded(node, append.Site, ""))
                found.Add(new ForwardedAppend(parameter.Ordinal, append.Api));
        }

        if (depth == 0)
            return;
        foreach (var call in node.Facts.Calls)
        {
            if (call.Site is not IInvocationOperation site || Operations.SameSymbol(call.Target, node.Method))
                continue;
            foreach (var inner in Of(call.Target, depth - 1))
            {
                if (ArgumentAt(site, inner.Ordinal) is { } value && ParameterOf(value) is { } parameter)
                    found.Add(new ForwardedAppend(parameter.Ordinal, inner.Api));
            }
        }
    }

    private static IOperation? ArgumentAt(IInvocationOperation site, int ordinal)
    {
        foreach (var argument in site.Arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument.Value;
        }

        return null;
    }

    private static IParameterSymbol? ParameterOf(IOperation value) =>
        Operations.Unwrap(value) is IParameterReferenceOperation { Parameter: { } parameter } && IsOpen(parameter.Type) ? parameter : null;
}
