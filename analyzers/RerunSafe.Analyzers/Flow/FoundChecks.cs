using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Conditions that demand what a look-up has to bring: if (order is null) throw; they hold on every rerun as they did on the first
/// run. A guard asks for the opposite: it goes on where nothing is there yet.
/// </summary>
internal static class FoundChecks
{
    private const int MaxSteps = 8;

    /// <summary>The operation runs only where the condition finds something.</summary>
    public static bool RequiresFound(IOperation condition, IOperation site) =>
        ValueAt(condition, site) is { } value && AsksForMissing(condition, 0) is { } missing && value != missing;

    /// <summary>It asks what the found thing is like: order.Kind == Kind.Gift and order.IsExpress choose among orders, and say nothing about an earlier run.</summary>
    public static bool AsksForContent(IOperation condition)
    {
        condition = Operations.Unwrap(condition);
        return condition switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison =>
                !IsNothing(comparison.LeftOperand) && !IsNothing(comparison.RightOperand) && (IsContent(comparison.LeftOperand) || IsContent(comparison.RightOperand)),
            IIsPatternOperation { Value: var value, Pattern: not (IConstantPatternOperation { Value.ConstantValue.Value: null } or INegatedPatternOperation) } => IsContent(value),
            IIsTypeOperation { ValueOperand: var value } => IsContent(value),
            _ => IsContent(condition),
        };
    }

    private static bool IsContent(IOperation operand) =>
        Operations.Unwrap(operand) is IPropertyReferenceOperation { Property: { Name: not ("Count" or "Length" or "HasValue"), IsIndexer: false }, Instance: not null };

    // What the condition has come out as where the site is reached; null where it may be either.
    private static bool? ValueAt(IOperation condition, IOperation site)
    {
        var parts = new Stack<IOperation>();
        var current = condition;
        while (current.Parent is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr }
            or IConversionOperation or IParenthesizedOperation)
        {
            current = current.Parent;
            parts.Push(current);
        }

        if (current.Parent is not IConditionalOperation choice || choice.Condition != current || BranchTo(choice, site) is not { } value)
            return null;
        foreach (var part in parts)
        {
            switch (part)
            {
                case IUnaryOperation:
                    value = !value;
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } when !value:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } when value:
                    return null;
            }
        }

        return value;
    }

    // The branch that the site stands in, or the one that does not leave before it.
    private static bool? BranchTo(IConditionalOperation choice, IOperation site)
    {
        if (Operations.Encloses(choice.WhenTrue, site))
            return true;
        if (choice.WhenFalse is { } whenFalse && Operations.Encloses(whenFalse, site))
            return false;
        if (SourceOrder.Leaves(choice.WhenTrue))
            return false;
        return choice.WhenFalse is { } other && SourceOrder.Leaves(other) ? true : null;
    }

    // True where the condition says that nothing is there, false where it says that something is.
    private static bool? AsksForMissing(IOperation condition, int step)
    {
        if (step > MaxSteps)
            return null;
        condition = Operations.Unwrap(condition);
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand }:
                return !AsksForMissing(operand, step + 1);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } comparison:
                return IsNothing(comparison.LeftOperand) || IsNothing(comparison.RightOperand) ? true : null;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan } comparison:
                return IsNothing(comparison.LeftOperand) || IsNothing(comparison.RightOperand) ? false : null;
            case IIsPatternOperation { Pattern: var pattern }:
                return AsksForMissing(pattern);
            case IIsTypeOperation:
                return false;
            case IPropertyReferenceOperation { Property.Name: "HasValue" }:
                return false;
            case IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace", ContainingType.SpecialType: SpecialType.System_String } }:
                return true;
            case IInvocationOperation { TargetMethod.Name: var name } when name.StartsWith("Any", StringComparison.Ordinal) || name.StartsWith("TryGet", StringComparison.Ordinal) || name.StartsWith("Exists", StringComparison.Ordinal):
                return false;
            case ILocalReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } local when Locals.OnlyValueOf(local) is { } value:
                return AsksForMissing(value, step + 1);
            default:
                return null;
        }
    }

    private static bool? AsksForMissing(IPatternOperation pattern) => pattern switch
    {
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } } => true,
        INegatedPatternOperation { Pattern: var inner } => !AsksForMissing(inner),
        IRecursivePatternOperation or IDeclarationPatternOperation or ITypePatternOperation => false,
        _ => null,
    };

    private static bool IsNothing(IOperation operand) =>
        Operations.Unwrap(operand).ConstantValue is { HasValue: true, Value: null or 0 or 0L } || Operations.Unwrap(operand) is IDefaultValueOperation;
}
