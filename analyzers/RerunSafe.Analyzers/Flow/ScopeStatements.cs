using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The statements before and behind a place, as far as the same record is worked on.</summary>
internal static class ScopeStatements
{
    public static IEnumerable<IOperation> Behind(IOperation place, RecordScope scope) =>
        Around(place, scope, static (statement, inner) => statement.Syntax.SpanStart > inner.Syntax.SpanStart);

    public static IEnumerable<IOperation> Before(IOperation place, RecordScope scope) =>
        Around(place, scope, static (statement, inner) => statement.Syntax.Span.End <= inner.Syntax.SpanStart);

    private static IEnumerable<IOperation> Around(IOperation place, RecordScope scope, Func<IOperation, IOperation, bool> isWanted)
    {
        var inner = place;
        for (var outer = place.Parent; outer is not null && inner != scope.Body; inner = outer, outer = outer.Parent)
        {
            if (outer is not IBlockOperation block)
                continue;
            foreach (var statement in block.Operations)
            {
                if (isWanted(statement, inner))
                    yield return statement;
            }
        }
    }
}
