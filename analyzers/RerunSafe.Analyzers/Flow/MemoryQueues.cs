using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Records that are put into a queue of the process, which is gone when the process is.</summary>
internal static class MemoryQueues
{
    /// <summary>The call that puts the record into a queue before it is settled, where nothing waits in between for somebody to have taken it out.</summary>
    public static IInvocationOperation? PutBefore(IInvocationOperation settle, RecordScope scope, BodyFacts facts) =>
        PutsIn(scope, facts).FirstOrDefault(put => SourceOrder.GoesOn(put, settle) && !WaitsBetween(put, settle.Syntax.SpanStart, scope));

    /// <summary>The call that puts the record into a queue, where nothing waits behind it.</summary>
    public static IInvocationOperation? PutLast(RecordScope scope, BodyFacts facts) =>
        PutsIn(scope, facts).FirstOrDefault(put => !WaitsBetween(put, scope.Body.Syntax.Span.End, scope));

    private static IEnumerable<IInvocationOperation> PutsIn(RecordScope scope, BodyFacts facts)
    {
        foreach (var fact in facts.Of(ApiMeaning.QueuesInMemory))
        {
            if (fact.Site is IInvocationOperation call && Operations.Encloses(scope.Body, call) && scope.Uses(call) && !IsMadeHere(call, scope))
                yield return call;
        }
    }

    /// <summary>Another member of the type takes records out of the queue and stores them.</summary>
    public static bool IsStoredFrom(IInvocationOperation put, Engine engine)
    {
        if (QueueOf(put) is not { ContainingType: { } type } queue)
            return false;
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && engine.FactsOf(method) is { } facts && !Operations.Encloses(facts.Root, put)
                && facts.Root.Descendants().Any(o => o is IMemberReferenceOperation reference && Operations.SameSymbol(reference.Member, queue))
                && engine.Effects.Of(method) is var effects && (effects.Statements.Count > 0 || effects.Meanings.Any(FailureHandling.IsWrite)))
                return true;
        }

        return false;
    }

    /// <summary>", in '_queue'," for a message.</summary>
    public static string In(IInvocationOperation put) => QueueOf(put) is { } queue ? $", in '{queue.Name}'," : "";

    // A queue that this very body makes is emptied by it, or is a part of what it sends on.
    private static bool IsMadeHere(IInvocationOperation put, RecordScope scope) =>
        Operations.ReceiverOf(put) is { } receiver && QueueOf(receiver) is ILocalSymbol local
        && local.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == scope.Body.Syntax.SyntaxTree && scope.Body.Syntax.Span.Contains(r.Span));

    // await done.Task
    private static bool WaitsBetween(IOperation put, int end, RecordScope scope) =>
        scope.Body.Descendants().Any(o => (o is IAwaitOperation || o is IInvocationOperation { TargetMethod.Name: "Wait" or "WaitOne" or "GetResult" or "WaitAll" })
            && o.Syntax.SpanStart > put.Syntax.Span.End && o.Syntax.Span.End <= end && !Operations.Encloses(o, put) && !IsFinished(o));

    // await Task.CompletedTask, for the signature's sake.
    private static bool IsFinished(IOperation wait) =>
        wait is IAwaitOperation { Operation: IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType.Name: "Task" } } };

    private static ISymbol? QueueOf(IInvocationOperation put) => Operations.ReceiverOf(put) is { } receiver ? QueueOf(receiver) : null;

    // _channel.Writer is the channel.
    private static ISymbol? QueueOf(IOperation receiver)
    {
        receiver = Operations.Unwrap(receiver);
        return receiver is IPropertyReferenceOperation { Property.Name: "Writer", Instance: { } channel } ? BodyIndex.SymbolOf(channel) : BodyIndex.SymbolOf(receiver);
    }
}
