using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A property of some object is given a value, outside the object's own initializer.</summary>
/// <param name="Site">The assignment, increment or decrement.</param>
/// <param name="Target">The property with its owner.</param>
internal sealed record ChangeFact(IOperation Site, IPropertyReferenceOperation Target)
{
    public IPropertySymbol Property => Target.Property;

    /// <summary>
    /// The object is made here, or makes itself: this.Status = … in a constructor, var sent = new Message(); sent.Headers = …
    /// What chose a record cannot have read it there.
    /// </summary>
    public bool IsOfNewObject => Target.Instance is { } owner && Operations.Unwrap(owner) switch
    {
        IInstanceReferenceOperation => Operations.RootOf(Site) is IConstructorBodyOperation,
        ILocalReferenceOperation local => Locals.OnlyValueOf(local) is { } value && IsMaking(Operations.Unwrap(value)),
        _ => false,
    };

    /// <summary>The new value is computed from the one already there: x.Count++, x.Total += n, x.Total = x.Total - n.</summary>
    public bool IsRelative => Site switch
    {
        IIncrementOrDecrementOperation => true,
        ICompoundAssignmentOperation compound => IsArithmetic(compound.OperatorKind) && IsNumber(compound.Type),
        ISimpleAssignmentOperation simple => IsNumber(simple.Type) && simple.Value.DescendantsAndSelf().Any(ReadsItself),
        _ => false,
    };

    // CreateBasicProperties() of a client makes another one each time.
    private static bool IsMaking(IOperation value) => value switch
    {
        IObjectCreationOperation => true,
        IInvocationOperation { TargetMethod: { DeclaringSyntaxReferences.IsEmpty: true, Name: var name } } => name.StartsWith("Create", StringComparison.Ordinal),
        _ => false,
    };

    private bool ReadsItself(IOperation value) =>
        value is IBinaryOperation binary && IsArithmetic(binary.OperatorKind) && (IsSame(binary.LeftOperand) || IsSame(binary.RightOperand));

    private bool IsSame(IOperation operand) =>
        Operations.Unwrap(operand) is IPropertyReferenceOperation { Instance: { } owner } read && Operations.SameSymbol(read.Property, Property)
        && Target.Instance is { } target
        && (Operations.Unwrap(owner), Operations.Unwrap(target)) switch
        {
            (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
            var (a, b) => BodyIndex.SymbolOf(a) is { } symbol && Operations.SameSymbol(symbol, BodyIndex.SymbolOf(b)),
        };

    private static bool IsArithmetic(BinaryOperatorKind kind) =>
        kind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide;

    private static bool IsNumber(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] })
            type = inner;
        return type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;
    }
}
