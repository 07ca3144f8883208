using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Follows a sequence back to where its order comes from.</summary>
internal static class SequenceOrders
{
    private const int MaxSteps = 24;

    public static SequenceOrder Of(IOperation source, BodyFacts facts, ApiCatalog catalog)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            source = Operations.Unwrap(source);
            if (source is IInvocationOperation called && catalog.Means(called.TargetMethod, ApiMeaning.Orders))
                return SequenceOrder.Given;
            if (OfSql(source, facts) is { } sql)
                return sql;
            if (source is IInvocationOperation call)
            {
                if (Operations.ReceiverOf(call) is { } rows && Operations.Unwrap(rows).Type is INamedTypeSymbol queried && IsQueryable(queried))
                {
                    source = rows;
                    continue;
                }

                if (catalog.Find(call.TargetMethod, ApiMeaning.RecordSource) is { } entry)
                    return entry.Result == "kept" ? SequenceOrder.Arbitrary : SequenceOrder.Given;
                if (Operations.ReceiverOf(call) is not { } receiver || !RecordLoops.MayHoldRows(Operations.Unwrap(receiver).Type))
                    return OfType(call.Type);
                source = receiver;
                continue;
            }

            if (source is not ILocalReferenceOperation local)
                return IsMade(source) ? SequenceOrder.Given : OfType(source.Type);
            if (OfType(local.Type) is var known && known != SequenceOrder.Unknown)
                return known;
            if (IsSorted(local, catalog))
                return SequenceOrder.Given;
            if (Locals.OnlyValueOf(local) is not { } value)
                return SequenceOrder.Unknown;
            source = value;
        }

        return SequenceOrder.Unknown;
    }

    private static SequenceOrder? OfSql(IOperation source, BodyFacts facts)
    {
        foreach (var sql in facts.Sql)
        {
            if (sql.Site != source || sql.Texts.IsEmpty)
                continue;
            foreach (var text in sql.Texts)
            {
                if (text.Source.Text.IndexOf("ORDER BY", StringComparison.OrdinalIgnoreCase) >= 0)
                    return SequenceOrder.Given;
                if (text.Script.Statements.Any(s => s.HasOpenClause))
                    return SequenceOrder.Unknown;
            }

            return SequenceOrder.ArbitraryRows;
        }

        return null;
    }

    private static bool IsSorted(ILocalReferenceOperation local, ApiCatalog catalog) =>
        BodyIndex.Of(local).Touching(local.Local).Any(o => o is IInvocationOperation { Instance: not null } call && catalog.Means(call.TargetMethod, ApiMeaning.Orders));

    // A list that this code fills, in the order in which it fills it.
    private static bool IsMade(IOperation source) =>
        source is IArrayCreationOperation || source.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken)
        || (source is IObjectCreationOperation made && OfType(made.Type) == SequenceOrder.Unknown);

    private static SequenceOrder OfType(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol named)
            return SequenceOrder.Unknown;
        if (named.Name.StartsWith("IOrdered", StringComparison.Ordinal) || named.Name.StartsWith("Sorted", StringComparison.Ordinal))
            return SequenceOrder.Given;
        if (IsQueryable(named))
            return SequenceOrder.ArbitraryRows;
        return named.Name is "HashSet" or "ISet" or "ImmutableHashSet" or "FrozenSet" or "ConcurrentBag" or "ConcurrentDictionary" or "ParallelQuery" && Operations.IsInSystem(named)
            ? SequenceOrder.Arbitrary
            : SequenceOrder.Unknown;
    }

    private static bool IsQueryable(INamedTypeSymbol type) =>
        (type.Name == "IQueryable" && Operations.IsInSystem(type)) || type.AllInterfaces.Any(i => i.Name == "IQueryable" && Operations.IsInSystem(i));
}
