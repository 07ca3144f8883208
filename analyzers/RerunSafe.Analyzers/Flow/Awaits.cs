using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether somebody waits for what a call has begun.</summary>
internal static class Awaits
{
    public static bool IsTask(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Task" or "ValueTask" } && Operations.IsInSystem(type);

    /// <summary>
    /// Nobody waits for the call: its task is dropped (store.SaveAsync(order); or _ = …), it returns none although it is
    /// asynchronous, or it stands in a delegate that is run aside (Task.Run) by a call whose own task is dropped.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="before">What comes behind the call: in a delegate that is run aside, what stands in it as well is not run before the call; null for anything.</param>
    public static bool IsDropped(IInvocationOperation call, IOperation? before = null)
    {
        if (IsTask(call.Type) ? IsUnused(call) : call.TargetMethod is { IsAsync: true, ReturnsVoid: true })
            return true;
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation)
                return false;
            if (parent is IAnonymousFunctionOperation lambda)
                return (before is null || !Operations.Encloses(lambda, before)) && RunAside(lambda) is { } aside && (IsTask(aside.Type) ? IsUnused(aside) : true);
        }

        return false;
    }

    /// <summary>The call that runs a lambda beside the code around it: Task.Run(() => …), Task.Factory.StartNew(…), ThreadPool.QueueUserWorkItem(…).</summary>
    public static IInvocationOperation? RunAside(IAnonymousFunctionOperation lambda) =>
        lambda.Parent is IDelegateCreationOperation { Parent: { } handed } && (handed is IConversionOperation ? handed.Parent : handed) is IArgumentOperation { Parent: IInvocationOperation call }
        && call.TargetMethod is { ContainingType.Name: "Task" or "TaskFactory" or "ThreadPool", Name: "Run" or "StartNew" or "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" }
            ? call
            : null;

    // A task that is kept (in a variable, a list) may be awaited later; one that only goes through ContinueWith is as lost as before.
    private static bool IsUnused(IOperation task)
    {
        while (true)
        {
            switch (task.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation:
                    task = task.Parent;
                    break;
                case IInvocationOperation { TargetMethod.Name: "ContinueWith" or "ConfigureAwait" or "AsTask" } chained when chained.Instance == task:
                    task = chained;
                    break;
                case IExpressionStatementOperation:
                    return true;
                case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    return true;
                default:
                    return false;
            }
        }
    }
}
