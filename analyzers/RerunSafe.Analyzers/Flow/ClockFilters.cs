using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Days of the clock that a query in C# compares a stored day with: db.Batches.Where(b => b.Day == DateTime.Today). What is compared
/// by an order (since, until) is a window or a question for what is due, and left alone.
/// </summary>
internal static class ClockFilters
{
    public static IEnumerable<(IOperation Value, IOperation Site)> In(BodyFacts facts, Engine engine)
    {
        // A filter by a clock that is read elsewhere is rare; bodies without one are done here.
        if (!facts.Of(ApiMeaning.Clock).Any())
            yield break;
        foreach (var operation in facts.Root.Descendants())
        {
            if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } comparison && QueryAround(comparison) is { } query
                && StoredDay(comparison, engine.Catalog.Names) is { } day)
                yield return (day == comparison.LeftOperand ? comparison.RightOperand : comparison.LeftOperand, query);
        }
    }

    // The side that is a member of the thing that the query goes over.
    private static IOperation? StoredDay(IBinaryOperation comparison, NameCatalog names)
    {
        foreach (var side in new[] { comparison.LeftOperand, comparison.RightOperand })
        {
            var member = Operations.Unwrap(side);
            if (member is IPropertyReferenceOperation { Property.Name: "Date", Instance: { } time } && Operations.Unwrap(time) is IPropertyReferenceOperation)
                member = Operations.Unwrap(time);
            while (member is IPropertyReferenceOperation { Property.Name: "Value", Instance: { } nullable } && Operations.Unwrap(nullable) is IPropertyReferenceOperation inner)
                member = inner;
            if (member is IPropertyReferenceOperation { Property.Name: var name, Instance: { } owner } && Operations.Unwrap(owner) is IParameterReferenceOperation
                && !names.IsAny(name, NameMeaning.DueTime, NameMeaning.AuditTime))
                return side;
        }

        return null;
    }

    private static IInvocationOperation? QueryAround(IOperation comparison)
    {
        for (var parent = comparison.Parent; parent is not null and not IBlockOperation { Parent: not IAnonymousFunctionOperation }; parent = parent.Parent)
        {
            if (parent is IInvocationOperation call)
                return Operations.ReceiverOf(call) is { } receiver && SetKinds.QueriedBy(Operations.Unwrap(receiver).Type) is not null ? call : null;
        }

        return null;
    }
}
