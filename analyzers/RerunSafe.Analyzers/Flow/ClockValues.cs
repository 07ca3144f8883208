using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Whether a value is made from the wall clock in a way that names a slice (a day, a month): it is what the code itself
/// decides, not a default for what a caller can pass.
/// </summary>
internal sealed class ClockValues
{
    private const int MaxDepth = 12;

    private readonly Engine _engine;

    public ClockValues(Engine engine) => _engine = engine;

    /// <summary>The clock that a value comes from; null where it comes from none, or where a caller may decide instead.</summary>
    public IOperation? ClockBehind(IOperation value, ReachNode node) => Find(value, node, 0, new HashSet<ISymbol>(SymbolEqualityComparer.Default));

    /// <summary>
    /// The value is cut to a day or more (Date, Today, a format without hours), or shifted by whole days: it names a slice.
    /// A point in time to the second does not.
    /// </summary>
    public static bool IsWholeDays(IOperation value, ReachNode node) =>
        DecisionSources.Of(value, node).Any(source => source switch
        {
            IPropertyReferenceOperation property => property.Property.Name is "Date" or "Today" or "Day" or "Month" or "Year" or "DayOfWeek" or "DayOfYear",
            IInvocationOperation { TargetMethod.Name: "AddDays" or "AddMonths" or "AddYears" or "FromDateTime" or "ToShortDateString" or "FromDays" } => true,
            IInvocationOperation { TargetMethod.Name: "ToString" } call => call.Arguments.Any(a => a.Value.ConstantValue is { HasValue: true, Value: string format } && IsDayFormat(format)),
            IInterpolationOperation { FormatString.ConstantValue: { HasValue: true, Value: string format } } => IsDayFormat(format),
            IObjectCreationOperation { Type.Name: "DateTime" or "DateOnly", Arguments.Length: 3 } => true,
            _ => false,
        });

    /// <summary>A format that shows the year or the day and nothing finer.</summary>
    public static bool IsDayFormat(string format) =>
        format is "d" or "D" or "y" or "Y"
        || (format.IndexOfAny(new[] { 'y', 'd', 'M' }) >= 0 && format.IndexOfAny(new[] { 'H', 'h', 'm', 's', 'f', 'F', 'o', 'O', 'g', 'G', 't', 'T', 'u', 'U', 'r', 'R' }) < 0);

    private IOperation? Find(IOperation value, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        if (depth > MaxDepth)
            return null;
        value = Operations.Unwrap(value);
        if (Operations.MemberOf(value) is { } member && _engine.Catalog.Means(member, ApiMeaning.Clock))
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
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when followed.Add(field) && _engine.InitializerOf(field) is { } initial:
                return Find(initial, node, depth + 1, followed);
            case IPropertyReferenceOperation { Property: { SetMethod: null } computed } when followed.Add(computed) && _engine.InitializerOf(computed) is { } expression:
                return Find(expression, node, depth + 1, followed);
            case IInvocationOperation { TargetMethod: var method } call when _engine.IsDeclaredHere(method) && call.Arguments.IsEmpty && followed.Add(method):
                return FromAll(_engine.ReturnedBy(method), node, depth, followed);
            case IInvocationOperation or IPropertyReferenceOperation or IBinaryOperation or IInterpolatedStringOperation or IObjectCreationOperation
                or IInterpolationOperation or IArgumentOperation or ITupleOperation or IUnaryOperation:
                return FromParts(value, node, depth, followed);
            default:
                return null;
        }
    }

    // An operand of a computation: yesterday = now.AddDays(-1), $"in/{day:yyyyMMdd}.csv".
    private IOperation? FromParts(IOperation value, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        if (value is IInvocationOperation { TargetMethod: var method } && !IsComputation(method))
            return null;
        foreach (var part in value.ChildOperations)
        {
            if (Find(part, node, depth + 1, followed) is { } clock)
                return clock;
        }

        return null;
    }

    // Arithmetic and formatting of the framework carry the clock on; any other call may decide by other means.
    private static bool IsComputation(IMethodSymbol method) =>
        method.ContainingNamespace?.ToDisplayString() is "System" or "System.Globalization" or "System.IO" or "System.Text";

    private IOperation? FromAll(IEnumerable<IOperation> values, ReachNode node, int depth, HashSet<ISymbol> followed)
    {
        IOperation? found = null;
        foreach (var value in values)
        {
            // One value that is no clock: the clock was only the default.
            if (Find(value, node, depth + 1, followed) is not { } clock)
                return null;
            found ??= clock;
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
            if (Operations.ArgumentNamed(site, parameter.Parameter.Name) is not { } argument || Find(argument, caller, depth + 1, followed) is not { } clock)
                return null;
            found ??= clock;
        }

        return found;
    }
}
