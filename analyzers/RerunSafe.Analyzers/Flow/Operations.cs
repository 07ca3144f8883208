using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Small questions to operation trees that Roslyn has no public answer for.</summary>
internal static class Operations
{
    /// <summary>Without conversions, parentheses, await and ConfigureAwait.</summary>
    public static IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IConversionOperation { OperatorMethod.ContainingType.Name: "RawSqlString" } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IAwaitOperation awaited:
                    operation = awaited.Operation;
                    break;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task }:
                    operation = task;
                    break;
                default:
                    return operation;
            }
        }
    }

    public static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    public static IOperation? BlockOf(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IBlockOperation or ISwitchCaseOperation or IAnonymousFunctionOperation)
                return parent;
            if (parent is IConditionalOperation or ILoopOperation && operation != parent)
                return parent;
        }

        return null;
    }

    public static bool Encloses(IOperation outer, IOperation inner)
    {
        for (IOperation? o = inner; o is not null; o = o.Parent)
        {
            if (o == outer)
                return true;
        }

        return false;
    }

    /// <summary>The nearest operation of a kind around this one, inside the same function.</summary>
    public static T? Enclosing<T>(IOperation operation) where T : class, IOperation
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is T found)
                return found;
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return null;
        }

        return null;
    }

    public static IOperation? ArgumentNamed(IOperation site, string name)
    {
        var arguments = site switch
        {
            IInvocationOperation invocation => invocation.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => default,
        };
        if (arguments.IsDefault)
            return null;
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == name)
                return argument.Value;
        }

        return null;
    }

    /// <summary>What a call is made on: its receiver, or the first argument of an extension method; null for any other static call.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    /// <summary>What an initializer gives a member of this name; { Id, id } has two of them, and the exact one wins.</summary>
    public static IOperation? GivenTo(string member, ImmutableArray<IOperation> initializers)
    {
        IOperation? found = null;
        foreach (var initializer in initializers)
        {
            if (initializer is not ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member.Name: var name }, Value: var value })
                continue;
            if (name == member)
                return value;
            if (string.Equals(name, member, StringComparison.OrdinalIgnoreCase))
                found ??= value;
        }

        return found;
    }

    /// <summary>The member that an operation uses: the method called, the constructor, the property, the field or the event.</summary>
    public static ISymbol? MemberOf(IOperation operation) => operation switch
    {
        IInvocationOperation invocation => invocation.TargetMethod,
        IObjectCreationOperation creation => creation.Constructor,
        IMemberReferenceOperation reference => reference.Member,
        _ => null,
    };

    /// <summary>The outermost namespace of a type or member is System.</summary>
    public static bool IsInSystem(ISymbol symbol)
    {
        for (var space = symbol.ContainingNamespace; space is not null; space = space.ContainingNamespace)
        {
            if (space.ContainingNamespace is { IsGlobalNamespace: true })
                return space.Name == "System";
        }

        return false;
    }

    public static bool SameSymbol(ISymbol? a, ISymbol? b) => SymbolEqualityComparer.Default.Equals(a, b);
}
