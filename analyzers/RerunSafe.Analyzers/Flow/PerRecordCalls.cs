using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that run a delegate once per record: Parallel.ForEachAsync(lines, …), lines.Select(ImportAsync).</summary>
internal static class PerRecordCalls
{
    public static RecordLoopFact? Find(IInvocationOperation call, ApiCatalog catalog)
    {
        var method = call.TargetMethod;
        if (call.Arguments.IsEmpty || !(method.Name is "Select" or "SelectMany" or "ForAll" ? Operations.IsInSystem(method) : catalog.Means(method, ApiMeaning.RunsDelegate)))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (Operations.Unwrap(argument.Value) is not IDelegateCreationOperation { Target: { } body }
                || MethodOf(body) is not { Parameters.Length: > 0 } run || (!run.ReturnsVoid && !IsTask(run.ReturnType)))
                continue;

            // The records are what the call is made on, or its first argument.
            var records = call.Instance ?? call.Arguments[0].Value;
            return RecordLoops.SourceOf(records, catalog) is { } source ? new RecordLoopFact(body, null, source.Operation, source.Api) : null;
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
}
