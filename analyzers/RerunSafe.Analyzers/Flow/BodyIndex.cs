using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// For each variable of a body the operations that may give it a value or a part of one, in source order. Made in one
/// walk when somebody first asks, so that no question walks a large body again.
/// </summary>
internal sealed class BodyIndex
{
    // The index lives as long as the compiler keeps the body's operations.
    private static readonly ConditionalWeakTable<IOperation, BodyIndex> Known = new();

    private readonly Dictionary<ISymbol, List<IOperation>> _bySymbol = new(SymbolEqualityComparer.Default);

    private BodyIndex(IOperation root)
    {
        foreach (var operation in root.Descendants())
            Add(operation);
    }

    /// <summary>The index of the whole member that an operation stands in.</summary>
    public static BodyIndex Of(IOperation anywhere) => Known.GetValue(Operations.RootOf(anywhere), root => new BodyIndex(root));

    /// <summary>
    /// Declarators, assignments to the symbol or to a member of it, arguments it is passed as, loops and patterns that
    /// declare it, and calls whose chain of receivers starts at it.
    /// </summary>
    public IReadOnlyList<IOperation> Touching(ISymbol symbol) =>
        _bySymbol.TryGetValue(symbol, out var operations) ? operations : [];

    /// <summary>Every variable and member that is touched.</summary>
    public IEnumerable<ISymbol> Symbols => _bySymbol.Keys;

    /// <summary>The variable or member that an operation refers to, or null.</summary>
    public static ISymbol? SymbolOf(IOperation operation) => Operations.Unwrap(operation) switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        IDeclarationExpressionOperation declaration => SymbolOf(declaration.Expression),
        _ => null,
    };

    private void Add(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator:
                Add(declarator.Symbol, declarator);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                foreach (var target in deconstruction.Target.DescendantsAndSelf())
                {
                    if (target is ILocalReferenceOperation local)
                        Add(local.Local, deconstruction);
                }

                break;
            case IAssignmentOperation assignment:
                Add(SymbolOf(assignment.Target), assignment);
                if (Operations.Unwrap(assignment.Target) is IMemberReferenceOperation { Instance: { } owner })
                    Add(SymbolOf(owner), assignment);
                break;
            case IIncrementOrDecrementOperation increment:
                Add(SymbolOf(increment.Target), increment);
                break;
            case IArgumentOperation argument:
                Add(SymbolOf(argument.Value), argument);
                break;
            case IForEachLoopOperation each:
                foreach (var local in each.Locals)
                    Add(local, each);
                break;
            case IIsPatternOperation pattern:
                foreach (var part in pattern.Pattern.DescendantsAndSelf())
                {
                    if (DeclaredBy(part) is { } declared)
                        Add(declared, pattern);
                }

                break;
            case IInvocationOperation { Instance: { } instance } call:
                while (Operations.Unwrap(instance) is IInvocationOperation { Instance: { } inner })
                    instance = inner;
                Add(SymbolOf(instance), call);
                break;
        }
    }

    private static ISymbol? DeclaredBy(IOperation pattern) => pattern switch
    {
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        _ => null,
    };

    private void Add(ISymbol? symbol, IOperation operation)
    {
        if (symbol is null)
            return;
        if (!_bySymbol.TryGetValue(symbol, out var operations))
            _bySymbol.Add(symbol, operations = []);
        operations.Add(operation);
    }
}
