using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Whether a value differs from run to run: made from the wall clock or from a source of random values by what the code
/// itself decides, and no default for what a caller can pass.
/// </summary>
internal sealed class UnstableValues
{
    private const int MaxDepth = 12;

    private readonly Engine _engine;
    private readonly ApiMeaning _meaning;

    /// <param name="engine">The compilation's facts.</param>
    /// <param name="meaning">What makes the value: the clock or a source of random values.</param>
    public UnstableValues(Engine engine, ApiMeaning meaning)
    {
        _engine = engine;
        _meaning = meaning;
    }

    /// <summary>The source that a value comes from; null where it comes from none, or where a caller may decide instead.</summary>
    public IOperation? Behind(IOperation value, ReachNode node) => Find(value, node, 0, new HashSet<ISymbol>(SymbolEqualityComparer.Default));

    private IOperation? Find(IOperation value, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        if (depth > MaxDepth)
            return null;
        value = Operations.Unwrap(value);
        if (Operations.MemberOf(value) is { } member && (_engine.Catalog.Means(member, _meaning) || (_meaning == ApiMeaning.Clock && OwnClocks.Is(member, _engine))))
            return value;
        switch (value)
        {
            case ICoalesceOperation coalesce:
                // day ?? DateTime.Today: whoever passes a day decides.
                return Find(coalesce.Value, node, depth + 1, followed) is { } own && Find(coalesce.WhenNull, node, depth + 1, followed) is not null ? own : null;
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return Find(choice.WhenTrue, node, depth + 1, followed) is { } first && Find(whenFalse, node, depth + 1, followed) is not null ? first : null;
            case ILocalReferenceOperation local when followed.Add(local.Local):
                return FromAll(Locals.ValuesOf(local.Local, local), node, depth, followed);
            case IParameterReferenceOperation parameter when followed.Add(parameter.Parameter):
                return FromCallers(parameter, node, depth, followed);
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when _meaning == ApiMeaning.Clock && followed.Add(field) && _engine.InitializerOf(field) is { } initial:
                // A field is as old as its object: a random one names the process (a worker, an instance) and no record.
                return Find(initial, node, depth + 1, followed);
            case IPropertyReferenceOperation { Property: { SetMethod: null } computed } when followed.Add(computed) && _engine.InitializerOf(computed) is { } expression:
                return Find(expression, node, depth + 1, followed);
            case IPropertyReferenceOperation { Property: var property, Instance: { } owner } when _meaning == ApiMeaning.Random && followed.Add(property):
                return FromObjects(owner, property.Name, node) ?? FromParts(value, node, depth, followed);
            case IInvocationOperation { TargetMethod: var method } call when _engine.IsDeclaredHere(method) && followed.Add(method):
                return FromReturned(call, node, depth, followed);
            case IObjectCreationOperation { Arguments.Length: > 1 } when _meaning == ApiMeaning.Random:
                // new OrderId(Guid.NewGuid()) wraps a value; what has more parts is no value.
                return null;
            case IInvocationOperation or IPropertyReferenceOperation or IBinaryOperation or IInterpolatedStringOperation or IObjectCreationOperation
                or IInterpolationOperation or IArgumentOperation or ITupleOperation or IUnaryOperation:
                return FromParts(value, node, depth, followed);
            default:
                return null;
        }
    }

    // NameOf(order): every value that it hands back, with its parameters as this call fills them.
    private IOperation? FromReturned(IInvocationOperation call, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        IOperation? found = null;
        foreach (var body in _engine.Implementations.Of(call.TargetMethod))
        {
            if (_engine.ReturnedBy(body) is not { IsEmpty: false } returned || _engine.FactsOf(body) is not { } facts
                || FromAll(returned, MadeObjects.CalledFrom(body, facts, node, call), depth, followed) is not { } source)
                return null;
            found ??= source;
        }

        return found;
    }

    private IOperation? FromObjects(IOperation owner, string member, ReachNode node)
    {
        IOperation? found = null;
        foreach (var made in new MadeObjects(_engine).Of(owner, node))
        {
            if (made.ValueOf(member) is not { } given || Behind(given.Value, given.Node) is not { } source)
                return null;
            found ??= source;
        }

        return found;
    }

    // An operand of a computation: yesterday = now.AddDays(-1), $"in/{day:yyyyMMdd}.csv".
    private IOperation? FromParts(IOperation value, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        if (value is IInvocationOperation { TargetMethod: var method } && !IsComputation(method))
            return null;
        foreach (var part in value.ChildOperations)
        {
            if (Find(part, node, depth + 1, followed) is { } source)
                return source;
        }

        return null;
    }

    // Arithmetic and formatting of the framework carry the value on; any other call may decide by other means.
    private static bool IsComputation(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString() is "System" or "System.Globalization" or "System.IO" or "System.Text"
        || method.Name is "ToString" or "ToGuid" or "ToByteArray";

    private IOperation? FromAll(IEnumerable<IOperation> values, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        IOperation? found = null;
        foreach (var value in values)
        {
            // One value that comes from elsewhere: this one was only the default.
            if (Find(value, node, depth + 1, followed) is not { } source)
                return null;
            found ??= source;
        }

        return found;
    }

    private IOperation? FromCallers(IParameterReferenceOperation parameter, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        if (node.Root is not null || node.Callers.Count == 0)
            return null;
        IOperation? found = null;
        foreach (var (caller, site) in node.Callers)
        {
            if (Operations.ArgumentNamed(site, parameter.Parameter.Name) is not { } argument || Find(argument, caller, depth + 1, followed) is not { } source)
                return null;
            found ??= source;
        }

        return found;
    }
}
