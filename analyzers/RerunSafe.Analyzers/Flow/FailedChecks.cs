using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What was found wrong with a record.</summary>
internal enum CheckKind
{
    /// <summary>Raw input could not be turned into a record: TryParse said so.</summary>
    Malformed,

    /// <summary>Raw input became nothing: the parser yielded null.</summary>
    Empty,

    /// <summary>A validator said no.</summary>
    Invalid,
}

/// <summary>A condition that asks a check for its verdict.</summary>
/// <param name="Call">The check.</param>
/// <param name="Choice">The condition.</param>
/// <param name="WhenFailed">What is done where the check failed; null for nothing.</param>
/// <param name="Kind">What was found.</param>
internal sealed record FailedCheck(IInvocationOperation Call, IConditionalOperation Choice, IOperation? WhenFailed, CheckKind Kind);

/// <summary>Finds the conditions that ask whether raw input became a record, or whether a record is right.</summary>
internal static class FailedChecks
{
    public static IEnumerable<FailedCheck> In(BodyFacts facts, ApiCatalog catalog)
    {
        foreach (var call in facts.Checks)
        {
            if (KindOf(call, catalog) is { } kind && DecidedBy(call, kind) is { } failed)
                yield return failed;
        }
    }

    /// <summary>What a call checks; null for one that checks nothing.</summary>
    public static CheckKind? KindOf(IInvocationOperation call, ApiCatalog catalog)
    {
        var method = call.TargetMethod;
        foreach (var entry in catalog.Find(method))
        {
            switch (entry.Meaning)
            {
                case ApiMeaning.TryParse:
                    return CheckKind.Malformed;
                case ApiMeaning.Parse:
                    return CheckKind.Empty;
                case ApiMeaning.Validates:
                    return CheckKind.Invalid;
            }
        }

        if (IsBoolean(method.ReturnType) && catalog.Names.Is(method.Name, NameMeaning.ParseMember) && method.Parameters.Any(p => p.RefKind == RefKind.Out))
            return CheckKind.Malformed;
        return catalog.Names.Is(method.Name, NameMeaning.ValidateMember) && !Operations.IsInSystem(method) && (IsBoolean(Result(method)) || VerdictOf(Result(method)) is not null) ? CheckKind.Invalid : null;
    }

    /// <summary>The condition that asks for the verdict of a call, right there or through a local; null for none.</summary>
    public static FailedCheck? DecidedBy(IInvocationOperation call, CheckKind kind)
    {
        if (Direct(call, call, kind) is { } direct)
            return direct;
        if (HolderOf(call) is not { } local)
            return null;
        foreach (var use in Operations.RootOf(call).Descendants())
        {
            if (use is ILocalReferenceOperation reference && Operations.SameSymbol(reference.Local, local) && use.Syntax.SpanStart > call.Syntax.Span.End && Direct(reference, call, kind) is { } failed)
                return failed;
        }

        return null;
    }

    // if (!Check()), if (verdict.IsValid == false), if (record is null || …)
    private static FailedCheck? Direct(IOperation verdict, IInvocationOperation call, CheckKind kind)
    {
        // Whether the value itself is true where all is well; a record is never true, only there or not.
        bool? isGood = kind == CheckKind.Empty ? null : true;
        for (var value = verdict; value.Parent is { } parent; value = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IAwaitOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" }:
                    continue;
                case IPropertyReferenceOperation property when isGood is not null && property.Instance == value && IsVerdict(property.Property):
                    continue;
                case IInvocationOperation { TargetMethod: var asked } question when isGood is not null && question.Instance == value && IsVerdict(asked):
                    continue;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } when isGood is { } known:
                    isGood = !known;
                    continue;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } test when ConstantBeside(test, value) is { HasValue: true, Value: var constant }:
                    if (constant is not (null or bool) || (constant is null) != (isGood is null))
                        return null;
                    isGood = (constant is null ? false : (bool)constant ? isGood!.Value : !isGood!.Value) == (test.OperatorKind == BinaryOperatorKind.Equals);
                    continue;
                case IIsPatternOperation { Pattern: var pattern } when IsConstant(pattern, out var isNegated) is { } constant:
                    if ((constant.Value is null) != (isGood is null) || constant.Value is not (null or bool))
                        return null;
                    isGood = (constant.Value is null ? false : (bool)constant.Value ? isGood!.Value : !isGood!.Value) != isNegated;
                    continue;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } when isGood == false:
                    continue;
                case IConditionalOperation { Type: null } choice when choice.Condition == value && isGood is { } good:
                    return new FailedCheck(call, choice, good ? choice.WhenFalse : choice.WhenTrue, kind);
                default:
                    return null;
            }
        }

        return null;
    }

    private static Optional<object?>? IsConstant(IPatternOperation pattern, out bool isNegated)
    {
        isNegated = pattern is INegatedPatternOperation;
        var inner = pattern is INegatedPatternOperation negated ? negated.Pattern : pattern;
        return inner is IConstantPatternOperation { Value.ConstantValue: { HasValue: true } constant } ? constant : null;
    }

    private static Optional<object?> ConstantBeside(IBinaryOperation test, IOperation value) =>
        Operations.Unwrap(test.LeftOperand == value ? test.RightOperand : test.LeftOperand).ConstantValue;

    /// <summary>The local that is given what a call yields, awaited or not; null where it goes elsewhere.</summary>
    private static ILocalSymbol? HolderOf(IOperation value)
    {
        while (value.Parent is IAwaitOperation or IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } => target.Local,
            _ => null,
        };
    }

    private static ITypeSymbol Result(IMethodSymbol method) => method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var inner] } ? inner : method.ReturnType;

    private static bool IsBoolean(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean;

    // A ValidationResult, a Result: an object with a verdict.
    private static ISymbol? VerdictOf(ITypeSymbol type) => type.GetMembers().FirstOrDefault(IsVerdict);

    private static bool IsVerdict(ISymbol member) => member.Name is "IsValid" or "Succeeded" or "Success" or "IsSuccess" or "Passed"
        && (member is IPropertySymbol { Type: { } type } ? IsBoolean(type) : member is IMethodSymbol { Parameters.IsEmpty: true } method && IsBoolean(method.ReturnType));
}
