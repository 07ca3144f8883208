using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The code that works on one record: the body of a record loop, a handler that is called per record, or a helper that
/// either of them hands the record to.
/// </summary>
/// <param name="Body">The operation that is left when the record is done: a loop's body or a method's body.</param>
/// <param name="Loop">The record loop; null for a handler or a helper.</param>
/// <param name="Values">The variables that hold the record or a part of it.</param>
/// <param name="Read">The call that fetched the record inside the body, where there is one.</param>
/// <param name="Source">The record loop that the record comes from, possibly a caller's; null for a handler.</param>
internal sealed record RecordScope(IOperation Body, RecordLoopFact? Loop, HashSet<ISymbol> Values, IOperation? Read, RecordLoopFact? Source)
{
    /// <summary>The body fetches one record itself, where no loop does: what is not settled stays where it was fetched from.</summary>
    public bool IsFetched => Read is not null && Loop is null && Source is null;

    /// <summary>The caller that hands the record over looks at nothing that comes back.</summary>
    public bool IsResultIgnored { get; init; }

    /// <summary>The caller that hands the record over looks at what comes back: true, a count, an object.</summary>
    public bool IsResultRead { get; init; }

    /// <summary>How many calls away from the loop or handler the body is.</summary>
    public int Calls { get; init; }

    /// <summary>The loop of attempts at the same record that stands between the record and what fails; null where there is one attempt.</summary>
    public ILoopOperation? Attempts { get; init; }

    /// <summary>Whether an operation works with the record.</summary>
    public bool Uses(IOperation operation)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part == Read || (part is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
                && BodyIndex.SymbolOf(part) is { } symbol && Values.Contains(symbol)))
                return true;
        }

        return false;
    }
}
