using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A value that bounds what a call elsewhere reads.</summary>
/// <param name="Value">The value.</param>
/// <param name="Site">The argument's or the member's place.</param>
internal sealed record ClockBound(IOperation Value, IOperation Site);

/// <summary>
/// Values by whose names something that cannot be seen here reads a slice: api.GetOrdersAsync(from, to), new
/// OrdersRequest { From = … }. What can be seen is judged by what it does with the value.
/// </summary>
internal static class ClockBounds
{
    public static IEnumerable<ClockBound> In(BodyFacts facts, Engine engine)
    {
        // A body in which no clock is read and none is handed in has no such value; most bodies are done here.
        foreach (var call in facts.BoundedCalls)
        {
            if (engine.IsDeclaredHere(call.TargetMethod) && !engine.Implementations.Of(call.TargetMethod).IsEmpty)
                continue;
            foreach (var argument in call.Arguments)
            {
                if (argument.ArgumentKind == ArgumentKind.Explicit && argument.Parameter is { } parameter && IsBound(parameter.Type, parameter.Name, engine.Catalog.Names))
                    yield return new ClockBound(argument.Value, call);
                else if (RequestIn(argument.Value) is { Initializer.Initializers: var members } request)
                {
                    foreach (var member in members)
                    {
                        if (member is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property }, Value: var value }
                            && IsBound(property.Type, property.Name, engine.Catalog.Names))
                            yield return new ClockBound(value, request);
                    }
                }
            }
        }
    }

    // new StartQueryRequest { … }, or a local that holds it.
    private static IObjectCreationOperation? RequestIn(IOperation argument)
    {
        var value = Operations.Unwrap(argument);
        if (value is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only)
            value = Operations.Unwrap(only);
        return value as IObjectCreationOperation;
    }

    // A call that fetches, by its name, and is nobody's we know.
    public static bool MayBeBounded(IInvocationOperation call, ApiCatalog catalog) =>
        call.Arguments.Length > 0 && catalog.Names.Is(call.TargetMethod.Name, NameMeaning.FetchMember)
        && !Operations.IsInSystem(call.TargetMethod) && !catalog.KnowsName(call.TargetMethod.Name);

    private static bool IsBound(ITypeSymbol type, string name, NameCatalog names) =>
        (type.SpecialType is SpecialType.System_DateTime or SpecialType.System_String or SpecialType.System_Int64 || type.Name is "DateOnly" or "DateTimeOffset" or "Nullable" or "Timestamp")
        && names.IsAny(name, NameMeaning.Slice, NameMeaning.RangeBound);
}
