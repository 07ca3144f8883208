using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Results that a caller looks at only to tell somebody: var done = await handler.HandleAsync(order); if (!done) log.LogError(…);
/// The failure that the result stands for ends there.
/// </summary>
internal static class ToldResults
{
    /// <summary>Whether what a call yields goes nowhere but into the log, or decides nothing but what is logged.</summary>
    public static bool IsOnlyTold(IInvocationOperation call, Engine engine) => EndOf(call, engine) is not null;

    /// <summary>Whether what a call yields goes nowhere but to the caller's own caller, by itself or as a part of a verdict, and into the log.</summary>
    public static bool IsOnlyReturned(IInvocationOperation call, Engine engine)
    {
        var value = ValueOf(call);
        if (value.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } })
            return IsReturned(value);
        var uses = Operations.RootOf(call).Descendants().OfType<ILocalReferenceOperation>().Where(use => Operations.SameSymbol(use.Local, local)).ToList();
        return uses.Any(IsReturned) && uses.All(use => IsReturned(use) || IsInTalk(use, engine));
    }

    /// <summary>Whether what a call yields is returned as well, whatever else is done about it.</summary>
    public static bool IsReturnedToo(IInvocationOperation call) =>
        ValueOf(call).Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }
        && Operations.RootOf(call).Descendants().OfType<ILocalReferenceOperation>().Any(use => Operations.SameSymbol(use.Local, local) && IsReturned(use));

    // return saved; return read && saved;
    private static bool IsReturned(IOperation value)
    {
        var part = value;
        while (part.Parent is IConversionOperation or IParenthesizedOperation or IAwaitOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And })
            part = part.Parent;
        return part.Parent is IReturnOperation { Kind: OperationKind.Return };
    }

    /// <summary>The condition that asks for the result where only a log depends on it; the call itself where the result is only put into the log; null where it matters.</summary>
    public static IOperation? EndOf(IInvocationOperation call, Engine engine)
    {
        if (call.Type is null or { SpecialType: SpecialType.System_Void } || (Awaits.IsTask(call.Type) && call.Type is INamedTypeSymbol { TypeArguments.IsEmpty: true }))
            return null;
        var value = ValueOf(call);
        if (value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } })
            return EndOf(call, local, engine);
        return ChoiceAround(value, engine);
    }

    private static IOperation? EndOf(IInvocationOperation call, ILocalSymbol local, Engine engine)
    {
        IOperation? end = null;
        foreach (var operation in Operations.RootOf(call).Descendants())
        {
            if (operation is not ILocalReferenceOperation use || !Operations.SameSymbol(use.Local, local))
                continue;
            if (IsInTalk(use, engine))
                end ??= call;
            else if (ChoiceAround(use, engine) is { } choice)
                end = choice;
            else
                return null;
        }

        return end;
    }

    private static IOperation ValueOf(IOperation call)
    {
        var value = call;
        while (value.Parent is IConversionOperation or IAwaitOperation or IParenthesizedOperation
            || value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" })
            value = value.Parent;
        return value;
    }

    // if (!done), if (result.IsFailure), if (code != 0 && …): whatever the answer, something is said and no more.
    private static IOperation? ChoiceAround(IOperation value, Engine engine)
    {
        for (var inner = value; inner.Parent is { } parent; inner = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IUnaryOperation or IBinaryOperation or IIsPatternOperation:
                case IPropertyReferenceOperation property when property.Instance == inner:
                    continue;
                case IConditionalOperation { Type: null } choice when choice.Condition == inner:
                    return (choice.WhenFalse is null || OnlyTells(choice.WhenFalse, engine)) && OnlyTells(choice.WhenTrue, engine) ? choice : null;
                default:
                    return null;
            }
        }

        return null;
    }

    private static bool OnlyTells(IOperation branch, Engine engine) => branch switch
    {
        IBlockOperation block => block.Operations.All(statement => OnlyTells(statement, engine)),
        IExpressionStatementOperation { Operation: var told } => Operations.Unwrap(told) is IInvocationOperation call && Talks(call, engine),
        IConditionalOperation { Type: null } choice => OnlyTells(choice.WhenTrue, engine) && (choice.WhenFalse is null || OnlyTells(choice.WhenFalse, engine)),
        _ => false,
    };

    // telemetry.SetSuccess() only tells as well.
    private static bool Talks(IInvocationOperation call, Engine engine) =>
        FailureHandling.IsTalk(call.TargetMethod, engine) || FailureHandling.IsConsole(call) || engine.Catalog.Names.Is(call.TargetMethod.ContainingType?.Name, NameMeaning.Alert);

    private static bool IsInTalk(IOperation use, Engine engine)
    {
        for (var parent = use.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation call && Talks(call, engine))
                return true;
        }

        return false;
    }
}
