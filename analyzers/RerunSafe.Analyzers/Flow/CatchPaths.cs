using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>How a way through a catch handler ends.</summary>
[Flags]
internal enum CatchEnd
{
    None = 0,

    /// <summary>Falls out of the handler; nothing was done about the record.</summary>
    FallsThrough = 1,

    /// <summary>Goes to the next record; nothing was done about this one.</summary>
    Continues = 2,

    /// <summary>Returns; nothing was done about the record.</summary>
    Returns = 4,

    /// <summary>Leaves the loop; the records behind this one are not reached either.</summary>
    Breaks = 8,

    /// <summary>The record is accounted for, or the failure is passed on.</summary>
    Accounted = 16,
}

/// <summary>
/// Follows every way through a catch handler on the operation tree. A handler's statements are few, and structured
/// statements say more here than basic blocks do: which branch asks about the exception, which loop is left.
/// </summary>
internal sealed class CatchPaths
{
    private readonly Func<IOperation, bool> _accounts;
    private readonly Func<IOperation, bool> _asksForKnownRow;
    private readonly Func<IOperation, bool>? _isOption;

    /// <param name="accounts">Whether a single operation accounts for the record.</param>
    /// <param name="asksForKnownRow">Whether a condition asks if the record is in the sink already.</param>
    /// <param name="isOption">Whether a condition asks how the program is configured, and not what happened; null where that is not asked.</param>
    public CatchPaths(Func<IOperation, bool> accounts, Func<IOperation, bool> asksForKnownRow, Func<IOperation, bool>? isOption = null)
    {
        _isOption = isOption;
        _accounts = accounts;
        _asksForKnownRow = asksForKnownRow;
    }

    public CatchEnd Ends(ICatchClauseOperation clause) => Statements(clause.Handler.Operations);

    /// <summary>The ends of a branch in which a failure is dealt with.</summary>
    public CatchEnd Ends(IOperation branch) => One(branch);

    private CatchEnd Statements(IEnumerable<IOperation> statements)
    {
        var ends = CatchEnd.FallsThrough;
        foreach (var statement in statements)
        {
            ends = (ends & ~CatchEnd.FallsThrough) | One(statement);
            if ((ends & CatchEnd.FallsThrough) == 0)
                break;
        }

        return ends;
    }

    private CatchEnd One(IOperation statement)
    {
        switch (statement)
        {
            case IBlockOperation block:
                return Statements(block.Operations);
            case IConditionalOperation choice:
                return Choice(choice);
            case ISwitchOperation choice:
                return choice.Cases.Aggregate(
                    choice.Cases.Any(c => c.Clauses.Any(x => x.CaseKind == CaseKind.Default)) ? CatchEnd.None : CatchEnd.FallsThrough,
                    (ends, c) => ends | FromSwitch(Statements(c.Body)));
            case IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation }:
                return CatchEnd.Accounted;
            case IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak }:
                return CatchEnd.Accounted;
            case IReturnOperation returned:
                return Accounts(returned) ? CatchEnd.Accounted : CatchEnd.Returns;
            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return CatchEnd.Continues;
            case IBranchOperation { BranchKind: BranchKind.Break }:
                return CatchEnd.Breaks;
            case IBranchOperation:
                // goto: somebody wrote a retry by hand.
                return CatchEnd.Accounted;
            case ITryOperation attempt:
                return Try(attempt);
            case IUsingOperation { Body: { } body } used:
                return Accounts(used.Resources) ? CatchEnd.Accounted : One(body);
            case ILockOperation { Body: { } body }:
                return One(body);
            case ILoopOperation loop:
                // A loop in a handler retries, drains or reports inner exceptions: what it does counts once.
                return Accounts(loop.Body) ? CatchEnd.Accounted : CatchEnd.FallsThrough;
            default:
                return Accounts(statement) ? CatchEnd.Accounted : CatchEnd.FallsThrough;
        }
    }

    // Where the exception itself is asked, each branch stands for a kind of failure. Any other condition (is a dead-letter
    // sink configured, was it the last attempt) is taken to be right.
    private CatchEnd Choice(IConditionalOperation choice)
    {
        if (Accounts(choice.Condition))
            return CatchEnd.Accounted;
        var isKnown = _asksForKnownRow(choice.Condition);
        var isNegated = isKnown && IsNegated(choice.Condition);
        var whenTrue = isKnown && !isNegated ? CatchEnd.Accounted : One(choice.WhenTrue);
        var whenFalse = isNegated ? CatchEnd.Accounted : choice.WhenFalse is { } other ? One(other) : CatchEnd.FallsThrough;
        var ends = whenTrue | whenFalse;
        if (!AsksException(choice.Condition) && (ends & CatchEnd.Accounted) != 0 && !IsOptionToThrow(choice))
            return CatchEnd.Accounted;
        return ends;
    }

    // if (_options.StopOnError) throw; log.LogError(…); continue: whoever has not set the option loses the record.
    private bool IsOptionToThrow(IConditionalOperation choice) =>
        _isOption?.Invoke(choice.Condition) == true && (OnlyThrows(choice.WhenTrue) || (choice.WhenFalse is { } other && OnlyThrows(other)));

    private static bool OnlyThrows(IOperation branch) => branch switch
    {
        IBlockOperation { Operations: [.., var last] } => OnlyThrows(last),
        IExpressionStatementOperation { Operation: IThrowOperation } or IThrowOperation => true,
        _ => false,
    };

    private static bool IsNegated(IOperation condition) => Operations.Unwrap(condition) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } => true,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } => true,
        IIsPatternOperation { Pattern: INegatedPatternOperation } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both => IsNegated(both.LeftOperand) && IsNegated(both.RightOperand),
        _ => false,
    };

    private CatchEnd Try(ITryOperation attempt)
    {
        var ends = One(attempt.Body);
        if (attempt.Finally is { } last && (One(last) & CatchEnd.Accounted) != 0)
            return CatchEnd.Accounted;

        // The dead letter may fail itself; that is another rule's question.
        return ends;
    }

    private bool Accounts(IOperation operation)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part is IThrowOperation || _accounts(part))
                return true;
        }

        return false;
    }

    private bool Accounts(IEnumerable<IOperation> operations) => operations.Any(Accounts);

    private static CatchEnd FromSwitch(CatchEnd ends) =>
        (ends & CatchEnd.Breaks) != 0 ? (ends & ~CatchEnd.Breaks) | CatchEnd.FallsThrough : ends;

    private static bool AsksException(IOperation condition) =>
        condition.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation { Local: { } local } && IsCaught(local, condition));

    private static bool IsCaught(ILocalSymbol local, IOperation inside) =>
        Operations.Enclosing<ICatchClauseOperation>(inside) is { } clause && clause.Locals.Any(l => Operations.SameSymbol(l, local));
}
