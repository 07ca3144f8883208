using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that run a delegate once per record: Parallel.ForEachAsync(lines, …), lines.Select(ImportAsync).</summary>
internal static class PerRecordCalls
{
    public static RecordLoopFact? Find(IInvocationOperation call, ApiCatalog catalog)
    {
        if (BodyOf(call, catalog) is not { } body)
            return null;
        return RecordLoops.SourceOf(RecordsOf(call), catalog) is { } source ? new RecordLoopFact(body, null, source.Operation, source.Api) : null;
    }

    /// <summary>new ActionBlock&lt;Order&gt;(async order => …): the block runs its delegate for each record that is posted to it.</summary>
    public static RecordLoopFact? Find(IObjectCreationOperation creation, ApiCatalog catalog)
    {
        if (creation.Constructor is not { } constructor || creation.Arguments.IsEmpty || catalog.Find(constructor, ApiMeaning.RunsDelegate) is not { } entry)
            return null;
        foreach (var argument in creation.Arguments)
        {
            if (Operations.Unwrap(argument.Value) is IDelegateCreationOperation { Target: { } body } && MethodOf(body) is { Parameters.Length: > 0 })
                return new RecordLoopFact(body, null, creation, entry);
        }

        return null;
    }

    /// <summary>The records that a delegate is run for, one at a time; null where the call that takes it does something else with it.</summary>
    public static IOperation? RecordsFor(IOperation body, ApiCatalog catalog)
    {
        for (var parent = body.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IInvocationOperation call)
                return BodyOf(call, catalog) == body ? RecordsOf(call) : null;
            if (parent is not (IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IParenthesizedOperation))
                return null;
        }

        return null;
    }

    // The records are what the call is made on, or its first argument.
    private static IOperation RecordsOf(IInvocationOperation call) => call.Instance ?? call.Arguments[0].Value;

    private static IOperation? BodyOf(IInvocationOperation call, ApiCatalog catalog)
    {
        var method = call.TargetMethod;
        if (call.Arguments.IsEmpty || !(method.Name is "Select" or "SelectMany" or "ForAll" ? Operations.IsInSystem(method) : catalog.Means(method, ApiMeaning.RunsDelegate)))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (Operations.Unwrap(argument.Value) is IDelegateCreationOperation { Target: { } body } && MethodOf(body) is { Parameters.Length: > 0 } run
                && (run.ReturnsVoid || IsTask(run.ReturnType) || (run.ReturnType.Name is "Task" or "ValueTask" && AreResultsIgnored(call))))
                return body;
        }

        return null;
    }

    private static IMethodSymbol? MethodOf(IOperation body) => body switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    // A value that comes back is the next step's record; a bare task only says that the work is done.
    private static bool IsTask(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true };

    // await Task.WhenAll(orders.Select(ImportAsync)), or by way of a local: nobody looks at what the tasks yield.
    private static bool AreResultsIgnored(IInvocationOperation tasks)
    {
        IOperation value = tasks;
        while (value.Parent is IConversionOperation or IArgumentOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray", ContainingType.Name: "Enumerable" } } list => AreResultsIgnored(list),
            IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WaitAll", ContainingType.Name: "Task" } } all => RecordScopes.IsResultIgnored(all),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => IsOnlyAwaited(local, tasks),
            _ => false,
        };
    }

    private static bool IsOnlyAwaited(ILocalSymbol local, IOperation anywhere)
    {
        var uses = Operations.RootOf(anywhere).Descendants().OfType<ILocalReferenceOperation>().Where(l => Operations.SameSymbol(l.Local, local)).ToList();
        return uses.Count > 0 && uses.All(use =>
        {
            IOperation value = use;
            while (value.Parent is IConversionOperation or IArgumentOperation)
                value = value.Parent;
            return value.Parent is IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WaitAll", ContainingType.Name: "Task" } } all && RecordScopes.IsResultIgnored(all);
        });
    }
}
