using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What is assigned to a local within its body.</summary>
internal static class Locals
{
    /// <summary>Every value assigned to a local (initialiser, assignments, the call that fills an out argument).</summary>
    public static IEnumerable<IOperation> ValuesOf(ILocalSymbol local, IOperation anywhere)
    {
        foreach (var operation in BodyIndex.Of(anywhere).Touching(local))
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator:
                    if (declarator.GetVariableInitializer()?.Value is { } initial)
                        yield return initial;
                    break;
                case IDeconstructionAssignmentOperation deconstruction:
                    yield return deconstruction.Value;
                    break;
                case IAssignmentOperation assignment when Operations.SameSymbol(BodyIndex.SymbolOf(assignment.Target), local):
                    yield return assignment.Value;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: { } call }:
                    yield return call;
                    break;
                case IForEachLoopOperation each:
                    yield return each.Collection;
                    break;
                case IIsPatternOperation pattern:
                    yield return pattern.Value;
                    break;
            }
        }
    }

    /// <summary>The value of a local that is given one value only; null otherwise.</summary>
    public static IOperation? OnlyValueOf(ILocalReferenceOperation use)
    {
        IOperation? only = null;
        foreach (var value in ValuesOf(use.Local, use))
        {
            if (only is not null)
                return null;
            only = value;
        }

        return only;
    }

    /// <summary>The local that is given what an operation yields, awaited or not, or what its response holds as its value; null where it goes elsewhere.</summary>
    public static ILocalSymbol? HolderOf(IOperation value)
    {
        while (value.Parent is IAwaitOperation or IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" }
            || value.Parent is IPropertyReferenceOperation { Property.Name: "Value" } response && response.Instance == value)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } => target.Local,
            IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: ILocalSymbol declared } } => declared,
            IIsPatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol declared } } => declared,
            _ => null,
        };
    }
}
