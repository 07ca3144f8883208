using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What is assigned to a local within its body.</summary>
internal static class Locals
{
    /// <summary>Every value assigned to a local (initialiser, assignments, the call that fills an out argument).</summary>
    public static IEnumerable<IOperation> ValuesOf(ILocalSymbol local, IOperation anywhere)
    {
        foreach (var operation in Operations.RootOf(anywhere).Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when Operations.SameSymbol(declarator.Symbol, local):
                    if (declarator.GetVariableInitializer()?.Value is { } initial)
                        yield return initial;
                    break;
                case IAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Operations.SameSymbol(target.Local, local):
                    yield return assignment.Value;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: { } call } argument
                    when Operations.Unwrap(argument.Value) is var passed && IsLocal(passed, local):
                    yield return call;
                    break;
                case IForEachLoopOperation each when each.Locals.Any(l => Operations.SameSymbol(l, local)):
                    yield return each.Collection;
                    break;
                case IIsPatternOperation pattern when pattern.Pattern is IDeclarationPatternOperation { DeclaredSymbol: { } declared } && Operations.SameSymbol(declared, local):
                    yield return pattern.Value;
                    break;
                case IIsPatternOperation pattern when pattern.Pattern is IRecursivePatternOperation { DeclaredSymbol: { } declared } && Operations.SameSymbol(declared, local):
                    yield return pattern.Value;
                    break;
                case IDeconstructionAssignmentOperation deconstruction when deconstruction.Target.DescendantsAndSelf().Any(o => IsLocal(o, local)):
                    yield return deconstruction.Value;
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

    private static bool IsLocal(IOperation operation, ILocalSymbol local) =>
        (operation is ILocalReferenceOperation reference && Operations.SameSymbol(reference.Local, local))
        || (operation is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } && Operations.SameSymbol(declared.Local, local));
}
