using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Recognises attempts: a try in a loop that success leaves and failure goes round. A loop over records goes on after
/// success, and so does a loop that polls.
/// </summary>
internal static class RetryLoops
{
    public static bool IsRetried(ITryOperation attempt, ApiCatalog catalog)
    {
        if (Operations.Enclosing<ILoopOperation>(attempt) is not { } loop || loop is IForEachLoopOperation || RecordLoops.Find(loop, catalog) is not null
            || !attempt.Catches.Any(clause => GoesRound(clause, loop) && !IsNothingDone(clause, catalog)))
            return false;
        return (LeavesLoop(attempt.Body, loop) || LeavesBehind(attempt, loop)) && IsAboutAttempts(loop, attempt, catalog);
    }

    /// <summary>A loop of attempts that ends some day: what still fails then is given up where the loop is left.</summary>
    public static bool GivesUp(ITryOperation attempt, ILoopOperation loop, ApiCatalog catalog)
    {
        if (Operations.Enclosing<ILoopOperation>(attempt) != loop || !IsRetried(attempt, catalog))
            return false;
        var condition = loop switch { IForLoopOperation counted => counted.Condition, IWhileLoopOperation again => again.Condition, _ => null };
        return condition is not null && !condition.ConstantValue.HasValue
            && condition.DescendantsAndSelf().Any(o => o is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual });
    }

    // The names say so, or the failure waits before the next round.
    private static bool IsAboutAttempts(ILoopOperation loop, ITryOperation attempt, ApiCatalog catalog)
    {
        if (attempt.Catches.Any(clause => clause.Handler.Descendants().Any(o => o is IInvocationOperation call && catalog.Means(call.TargetMethod, ApiMeaning.Waits))))
            return true;
        var conditions = loop switch
        {
            IForLoopOperation counted => counted.Before.Concat(counted.Condition is null ? [] : [counted.Condition]),
            IWhileLoopOperation { Condition: { } condition } => [condition],
            _ => [],
        };
        return conditions.Concat(attempt.Catches.Cast<IOperation>()).SelectMany(o => o.DescendantsAndSelf())
            .Any(o => NameOf(o) is { } name && catalog.Names.Is(name, NameMeaning.AttemptCounter));
    }

    private static string? NameOf(IOperation operation) => operation switch
    {
        IVariableDeclaratorOperation declarator => declarator.Symbol.Name,
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation => BodyIndex.SymbolOf(operation)?.Name,
        _ => null,
    };

    // Some way through the handler neither throws nor leaves the loop.
    private static bool GoesRound(ICatchClauseOperation clause, ILoopOperation loop)
    {
        var last = clause.Handler.Operations.LastOrDefault();
        return last is not (IThrowOperation or IReturnOperation) && !(last is IExpressionStatementOperation { Operation: IThrowOperation }) && !(last is IBranchOperation branch && Leaves(branch, loop));
    }

    // A conflict, a deadlock, a locked file, a refused request: the attempt did nothing.
    private static bool IsNothingDone(ICatchClauseOperation clause, ApiCatalog catalog)
    {
        if (catalog.Names.Is(clause.ExceptionType?.Name, NameMeaning.NothingDone))
            return true;
        return clause.Filter is { } filter && filter.DescendantsAndSelf().Any(o => (Operations.MemberOf(o) is { } member && catalog.Names.Is(member.Name, NameMeaning.NothingDone))
            || o.ConstantValue is { HasValue: true, Value: 1205 or "40001" or "40P01" or 412 or 429 or 1213 }
            || (o is IIsTypeOperation type && catalog.Names.Is(type.TypeOperand.Name, NameMeaning.NothingDone)));
    }

    private static bool LeavesLoop(IOperation body, ILoopOperation loop)
    {
        foreach (var operation in body.Descendants())
        {
            if ((operation is IReturnOperation || (operation is IBranchOperation branch && Leaves(branch, loop))) && IsOwn(operation, body)
                && Operations.Enclosing<IConditionalOperation>(operation) is var choice && (choice is null || !Operations.Encloses(body, choice)))
                return true;
        }

        return false;
    }

    // try { write } catch { delay; continue; } break;  or  success = true, which the loop asks for
    private static bool LeavesBehind(ITryOperation attempt, ILoopOperation loop)
    {
        if (attempt.Parent is IBlockOperation block)
        {
            var next = block.Operations.IndexOf(attempt) + 1;
            if (next > 0 && next < block.Operations.Length && (block.Operations[next] is IReturnOperation || (block.Operations[next] is IBranchOperation branch && Leaves(branch, loop))))
                return true;
        }

        var condition = loop switch { IWhileLoopOperation again => again.Condition, IForLoopOperation counted => counted.Condition, _ => null };
        if (condition is null)
            return false;
        var flags = condition.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(l => l.Type?.SpecialType == SpecialType.System_Boolean).Select(l => l.Local).ToList();
        return flags.Count > 0 && attempt.Body.Descendants().OfType<ISimpleAssignmentOperation>()
            .Any(a => a.Target is ILocalReferenceOperation target && a.Value.ConstantValue.HasValue && flags.Any(f => Operations.SameSymbol(f, target.Local)));
    }

    private static bool Leaves(IBranchOperation branch, ILoopOperation loop) => branch.BranchKind == BranchKind.Break && Operations.SameSymbol(branch.Target, loop.ExitLabel);

    private static bool IsOwn(IOperation operation, IOperation body)
    {
        for (var parent = operation.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }

        return true;
    }
}
