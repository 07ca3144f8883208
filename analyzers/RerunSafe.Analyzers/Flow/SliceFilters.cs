using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Tells a delete that makes room for a load from one that purges what is old, gone or done: those take other rows than
/// the load brings.
/// </summary>
internal static class SliceFilters
{
    /// <summary>A statement that empties the table, or the part of it that its conditions name.</summary>
    public static bool RemovesSlice(ResolvedSql text, SqlStatement statement)
    {
        if (statement.Kind == SqlStatementKind.Truncate)
            return true;
        if (statement.Kind != SqlStatementKind.Delete || statement.ClockConditions.Any(c => c.Operator is "<" or "<="))
            return false;
        var sql = text.Script.Text.Text;
        var body = sql.Substring(statement.Span.Start, Math.Min(statement.Span.Length, sql.Length - statement.Span.Start));
        if (Holds(body, "NOT EXISTS") || Holds(body, "NOT IN") || statement.ReturnsRows || statement.HasOpenClause)
            return false;
        return statement.Conditions.IsEmpty ? !Holds(body, "WHERE") || Holds(body, "EXISTS") : statement.Conditions.Any(c => c.Operator is "=" or "==" or "IN" or "BETWEEN" or ">=" or ">" or "LIKE");
    }

    /// <summary>
    /// The delete takes a single row by its identity, which the load does not bring back: two rows that come and go.
    /// Or it takes rows in another state than the load gives them.
    /// </summary>
    public static bool TakesOthers(SqlStatement delete, SqlStatement load, string table)
    {
        var names = false;
        foreach (var condition in delete.Conditions)
        {
            if (condition.Operator is not ("=" or "==" or "IN") || condition.Column.Length == 0)
                continue;
            var given = load.Assignments.FirstOrDefault(a => Guards.SameTable(a.Column, condition.Column));
            if (given is { Value.Kind: SqlValueKind.Literal } && condition.Value.Kind == SqlValueKind.Literal && given.Value.Text != condition.Value.Text)
                return true;
            names |= !IsIdentity(condition.Column, table) || (condition.Operator != "IN" && load.Assignments.Any(a => a.Value.Text == condition.Value.Text));
        }

        return !names && delete.Conditions.Any(c => c.Operator is "=" or "==" or "IN" && IsIdentity(c.Column, table));
    }

    /// <summary>The same for a delete that a query or a filter object describes.</summary>
    public static bool RemovesSlice(IOperation site, ReachNode node)
    {
        if (site is not IInvocationOperation call)
            return false;
        var hasFilter = false;
        foreach (var part in FiltersOf(call).SelectMany(filter => DecisionSources.Of(filter, node)))
        {
            switch (part)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual } comparison when IsInLambda(comparison):
                    return !IsConstant(comparison.RightOperand);
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.NotEquals }:
                    hasFilter = true;
                    break;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }:
                    return false;
                case IInvocationOperation { TargetMethod.Name: "Contains" or "Eq" or "In" or "Gte" or "Gt" } other when other != call:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "Lt" or "Lte" or "Nin" or "Ne" or "Any" or "All" }:
                    hasFilter = true;
                    break;
                case IPropertyReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } flag when IsInLambda(flag):
                    hasFilter = true;
                    break;
            }
        }

        return !hasFilter;
    }

    // What a query filters by, and what a delete is handed.
    private static IEnumerable<IOperation> FiltersOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.Explicit && argument.Parameter?.Type.Name != "CancellationToken")
                yield return argument.Value;
        }

        if (call.Instance is { } instance && Operations.Unwrap(instance) is IInvocationOperation or ILocalReferenceOperation)
            yield return instance;
    }

    private static bool IsInLambda(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation)
                return true;
        }

        return false;
    }

    private static bool IsConstant(IOperation operation) => Operations.Unwrap(operation).ConstantValue.HasValue;

    private static bool IsIdentity(string column, string table) =>
        Guards.SameTable(column, "id") || Guards.SameTable(column, "rowid") || (column.EndsWith("id", StringComparison.OrdinalIgnoreCase) && TableNames.IsSame(column.Substring(0, column.Length - 2), table));

    private static bool Holds(string text, string words) => text.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0;
}
