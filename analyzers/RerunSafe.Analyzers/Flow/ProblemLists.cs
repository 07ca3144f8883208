using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Validators that yield what is wrong: var errors = Validate(order); if (errors.Count > 0) …</summary>
internal static class ProblemLists
{
    private static readonly string[] Words = ["Error", "Failure", "Problem", "Violation", "Issue", "ValidationResult"];

    /// <summary>The type is a list of texts, or of what its name calls errors.</summary>
    public static bool Is(ITypeSymbol type)
    {
        if (!RecordLoops.IsSequence(type))
            return false;
        var element = type is IArrayTypeSymbol array ? array.ElementType : type is INamedTypeSymbol { TypeArguments: [var only] } ? only : null;
        return element is not null && (element.SpecialType == SpecialType.System_String || Words.Any(word => element.Name.IndexOf(word, StringComparison.Ordinal) >= 0));
    }

    /// <summary>The question whether such a list is empty, and whether its yes means that all is well; null for another use.</summary>
    public static (IOperation Question, bool IsGood)? Asked(IOperation list)
    {
        while (list.Parent is IConversionOperation or IAwaitOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            list = list.Parent;
        switch (list.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Any", ContainingType.Name: "Enumerable" }, Arguments.Length: 1 } any }:
                return (any, false);
            case IPropertyReferenceOperation { Property.Name: "IsEmpty" } empty:
                return (empty, true);
            case IPropertyReferenceOperation { Property.Name: "Count" or "Length", Parent: IBinaryOperation { RightOperand.ConstantValue: { HasValue: true, Value: 0 } } test }:
                return test.OperatorKind switch
                {
                    BinaryOperatorKind.GreaterThan or BinaryOperatorKind.NotEquals => (test, false),
                    BinaryOperatorKind.Equals => (test, true),
                    _ => null,
                };
            default:
                return null;
        }
    }
}
