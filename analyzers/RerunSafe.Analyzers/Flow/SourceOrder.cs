using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether one operation of a body is followed by another on some way through it, judged by how statements are nested.</summary>
internal static class SourceOrder
{
    /// <summary>
    /// The first stands before the second, not in another branch of the same choice, not on a way that ends (returns,
    /// throws, goes to the next round) before the second is reached, and not in a handler that the second is no part of.
    /// </summary>
    public static bool GoesOn(IOperation first, IOperation second)
    {
        if (!Guards.Precedes(first, second))
            return false;
        var function = OutermostFunctionAround(first, second);
        for (IOperation? current = first; current.Parent is { } parent; current = parent)
        {
            // A lambda that returns gives the way back to the body that had it run: strategy.Execute(() => { Clear(); }); Load();
            if (function is not null && parent is not (ICatchClauseOperation or ITryOperation))
            {
                if (parent == function)
                    function = null;
                continue;
            }

            if (Operations.Encloses(parent, second))
                return !IsOnlyIn<ICatchClauseOperation>(second, parent);
            if (parent is ICatchClauseOperation || (parent is ITryOperation attempt && attempt.Finally == current))
                return false;
            if (parent is IBlockOperation { Operations: { Length: > 0 } statements } && Leaves(statements[statements.Length - 1]))
                return false;
            if (parent is ISwitchCaseOperation { Body: { Length: > 0 } body } && body[body.Length - 1] is not IBranchOperation { BranchKind: BranchKind.Break } && Leaves(body[body.Length - 1]))
                return false;
        }

        return true;
    }

    private static IOperation? OutermostFunctionAround(IOperation inner, IOperation other)
    {
        IOperation? found = null;
        for (var parent = inner.Parent; parent is not null && !Operations.Encloses(parent, other); parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                found = parent;
        }

        return found;
    }

    private static bool IsOnlyIn<T>(IOperation inner, IOperation outer) where T : class, IOperation
    {
        for (IOperation? o = inner; o is not null && o != outer; o = o.Parent)
        {
            if (o is T)
                return true;
        }

        return false;
    }

    /// <summary>What comes behind the statement is not reached: it, or the last one in it, returns, throws or goes on with the next round.</summary>
    public static bool Leaves(IOperation statement) =>
        statement is IBlockOperation { Operations: { Length: > 0 } statements } ? Leaves(statements[statements.Length - 1]) : statement is IReturnOperation { Kind: OperationKind.Return } or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation }
            or IBranchOperation { BranchKind: BranchKind.Continue or BranchKind.Break or BranchKind.GoTo };
}
