using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The code that works on one record: the body of a record loop, a handler that is called per record, or a helper that
/// either of them hands the record to.
/// </summary>
/// <param name="Body">The operation that is left when the record is done: a loop's body or a method's body.</param>
/// <param name="Loop">The record loop; null for a handler or a helper.</param>
/// <param name="Values">The variables that hold the record or a part of it.</param>
/// <param name="Read">The call that fetched the record inside the body, where there is one.</param>
internal sealed record RecordScope(IOperation Body, RecordLoopFact? Loop, HashSet<ISymbol> Values, IOperation? Read)
{
    /// <summary>Whether an operation works with the record.</summary>
    public bool Uses(IOperation operation)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part == Read || (part is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
                && BodyIndex.SymbolOf(part) is { } symbol && Values.Contains(symbol)))
                return true;
        }

        return false;
    }
}

/// <summary>Finds the record that an operation works on.</summary>
internal sealed class RecordScopes
{
    private const int MaxHelpers = 3;

    private readonly Engine _engine;

    public RecordScopes(Engine engine) => _engine = engine;

    /// <summary>The scope of the record that is worked on at an operation; null where there is none, or where an inner loop makes it unclear.</summary>
    public RecordScope? Of(ReachNode node, IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return LoopScope(node, loop);
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation && parent != node.Facts.Root)
                return null;
        }

        return IsCalledPerRecord(node, 0) ? HandlerScope(node) : null;
    }

    private RecordScope? LoopScope(ReachNode node, ILoopOperation loop)
    {
        if (node.Facts.RecordLoops.FirstOrDefault(l => l.Loop == loop) is { } fact)
        {
            var values = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            if (fact.Record is not null)
                values.Add(fact.Record);
            else if (fact.Source is IInvocationOperation { Instance: { } reader } && BodyIndex.SymbolOf(reader) is { } symbol)
                values.Add(symbol);
            return new RecordScope(loop.Body, fact, Close(values, loop.Body), fact.Source);
        }

        // A handler that is handed a batch: foreach (var e in events).
        if (loop is IForEachLoopOperation each && node.Root is { PerRecord: true }
            && each.Collection.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation))
            return new RecordScope(loop.Body, new RecordLoopFact(loop, each.Locals.FirstOrDefault(), each.Collection, null), Close(new HashSet<ISymbol>(each.Locals, SymbolEqualityComparer.Default), loop.Body), null);
        return null;
    }

    private static RecordScope HandlerScope(ReachNode node)
    {
        var values = new HashSet<ISymbol>(node.Facts.Method.Parameters.Where(p => p.Type.Name != "CancellationToken"), SymbolEqualityComparer.Default);
        return new RecordScope(node.Facts.Root, null, Close(values, node.Facts.Root), null);
    }

    // Called once per record, and nobody looks at what it returns.
    private bool IsCalledPerRecord(ReachNode node, int depth)
    {
        if (node.Root is { PerRecord: true })
            return true;
        if (depth > MaxHelpers || node.Facts.Method.Parameters.IsEmpty)
            return false;
        foreach (var (caller, site) in node.Callers)
        {
            if (site is not IInvocationOperation call || !IsResultIgnored(call))
                continue;
            var scope = Enclosing(caller, call, depth);
            if (scope is not null && call.Arguments.Any(a => scope.Uses(a.Value)))
                return true;
        }

        return false;
    }

    private RecordScope? Enclosing(ReachNode caller, IOperation call, int depth)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return LoopScope(caller, loop);
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation && parent != caller.Facts.Root)
                return null;
        }

        return IsCalledPerRecord(caller, depth + 1) ? HandlerScope(caller) : null;
    }

    /// <summary>Nobody looks at what a call returns (an awaited Task counts as nothing).</summary>
    public static bool IsResultIgnored(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is IConversionOperation or IAwaitOperation or IParenthesizedOperation
            || value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" or "Wait" }
            || value.Parent is IConditionalAccessOperation)
            value = value.Parent;
        return value.Parent is IExpressionStatementOperation;
    }

    // Adds the locals that are made from the record. Two rounds: real code rarely chains further.
    private static HashSet<ISymbol> Close(HashSet<ISymbol> values, IOperation body)
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var operation in body.Descendants())
            {
                switch (operation)
                {
                    case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer()?.Value is { } initial && Mentions(initial):
                        values.Add(declarator.Symbol);
                        break;
                    case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Mentions(assignment.Value):
                        values.Add(target.Local);
                        break;
                    case IArgumentOperation { Parameter.RefKind: RefKind.Out, Parent: IInvocationOperation call } argument
                        when call.Arguments.Any(a => a != argument && Mentions(a.Value)) && BodyIndex.SymbolOf(argument.Value) is { } filled:
                        values.Add(filled);
                        break;
                }
            }
        }

        return values;

        bool Mentions(IOperation operation) =>
            operation.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation or IParameterReferenceOperation && BodyIndex.SymbolOf(o) is { } symbol && values.Contains(symbol));
    }
}
