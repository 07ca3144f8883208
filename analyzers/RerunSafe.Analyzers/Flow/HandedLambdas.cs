using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Lambdas that a body hands to a call: which of them belong to the work on the record around them, and which are handed a record of their own.</summary>
internal static class HandedLambdas
{
    /// <summary>Whether a function works on the record that is worked on around it: Task.Run(() => …), policy.ExecuteAsync(() => …).</summary>
    public static bool IsPartOfBody(IOperation function, ApiCatalog catalog)
    {
        if (function is not IAnonymousFunctionOperation lambda)
            return false;
        if (Awaits.RunAside(lambda) is not null)
            return true;
        return lambda.Symbol.Parameters.All(p => p.Type.Name == "CancellationToken") && CallOf(lambda) is { } call && catalog.Means(call.TargetMethod, ApiMeaning.Retry);
    }

    /// <summary>A return there ends the work in a lambda, not the body around it.</summary>
    public static bool IsLeftByReturn(IOperation place, IOperation body)
    {
        for (var parent = place.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation)
                return true;
        }

        return false;
    }

    /// <summary>
    /// A helper that takes records from a client and hands each to a delegate, as the client itself would return it:
    /// consumer.ConsumeTraced(result => …), whoever wrote it. Null where the lambda takes something else.
    /// </summary>
    public static RecordLoopFact? FromClient(IAnonymousFunctionOperation lambda, ApiCatalog catalog)
    {
        if (lambda.Symbol.Parameters is not [{ Type: INamedTypeSymbol record }, ..] || CallOf(lambda) is not { } call || Operations.ReceiverOf(call) is not { } receiver
            || Operations.Unwrap(receiver).Type is not INamedTypeSymbol client)
            return null;
        foreach (var type in client.AllInterfaces.Add(client))
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IMethodSymbol read && Operations.SameSymbol(read.ReturnType.OriginalDefinition, record.OriginalDefinition) && catalog.Find(read, ApiMeaning.ReadRecord) is { } api)
                    return new RecordLoopFact(lambda, null, call, api);
            }
        }

        return null;
    }

    /// <summary>A subscription to a stream in memory, which hands each thing out once and goes on: blocks.Subscribe(block => …). Null where the lambda takes something else.</summary>
    public static RecordLoopFact? FromStream(IAnonymousFunctionOperation lambda, ApiCatalog catalog)
    {
        if (lambda.Symbol.Parameters is not [{ Type: var item }] || CallOf(lambda) is not { } call || !catalog.Names.Is(call.TargetMethod.Name, NameMeaning.SubscribeMember)
            || Operations.ReceiverOf(call) is not { } receiver || Operations.Unwrap(receiver).Type is not INamedTypeSymbol stream)
            return null;
        return stream.AllInterfaces.Add(stream).Any(type => type is { Name: "IObservable", TypeArguments: [var handedOut] } && Operations.IsInSystem(type) && Operations.SameSymbol(handedOut, item))
            ? new RecordLoopFact(lambda, null, call, null) { IsLikely = true }
            : null;
    }

    private static IInvocationOperation? CallOf(IAnonymousFunctionOperation lambda) =>
        lambda.Parent is IDelegateCreationOperation { Parent: { } handed } && (handed is IConversionOperation ? handed.Parent : handed) is IArgumentOperation { Parent: IInvocationOperation call } ? call : null;
}
