using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The code that works on one record: the body of a record loop, a handler that is called per record, or a helper that
/// either of them hands the record to.
/// </summary>
/// <param name="Body">The operation that is left when the record is done: a loop's body or a method's body.</param>
/// <param name="Loop">The record loop; null for a handler or a helper.</param>
/// <param name="Values">The variables that hold the record or a part of it.</param>
/// <param name="Read">The call that fetched the record inside the body, where there is one.</param>
/// <param name="Source">The record loop that the record comes from, possibly a caller's; null for a handler.</param>
internal sealed record RecordScope(IOperation Body, RecordLoopFact? Loop, HashSet<ISymbol> Values, IOperation? Read, RecordLoopFact? Source)
{
    /// <summary>The caller that hands the record over looks at nothing that comes back.</summary>
    public bool IsResultIgnored { get; init; }

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
                return LambdaScope(node, parent);
        }

        return CalledFor(node, 0) is { } called ? HandlerScope(node, called.Source) with { IsResultIgnored = called.Source is not null } : null;
    }

    /// <summary>The scope of a handler that is called per record.</summary>
    public RecordScope OfBody(ReachNode node) => HandlerScope(node, null);

    private RecordScope? LoopScope(ReachNode node, ILoopOperation loop)
    {
        if (node.Facts.RecordLoops.FirstOrDefault(l => l.Loop == loop) is { } fact)
        {
            var values = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            if (fact.Record is not null)
                values.Add(fact.Record);
            else if (fact.Source is IInvocationOperation { Instance: { } reader } && BodyIndex.SymbolOf(reader) is { } symbol)
                values.Add(symbol);
            return new RecordScope(loop.Body, fact, Close(values, loop.Body), fact.Source, fact);
        }

        // A handler that is handed a batch: foreach (var e in events).
        if (loop is IForEachLoopOperation each && node.Root is { PerRecord: true }
            && each.Collection.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation))
        {
            var batch = new RecordLoopFact(loop, each.Locals.FirstOrDefault(), each.Collection, null);
            return new RecordScope(loop.Body, batch, Close(new HashSet<ISymbol>(each.Locals, SymbolEqualityComparer.Default), loop.Body), null, batch);
        }

        return loop is IForEachLoopOperation over && Helper(over) is { } read
            ? new RecordScope(loop.Body, read, Close(new HashSet<ISymbol>(over.Locals, SymbolEqualityComparer.Default), loop.Body), null, read)
            : null;
    }

    // foreach (var order in ReadOrders(path)): a helper here that reads records and hands them over as a list. Asked only
    // where something fails in the loop. Rows of a database may be read again as long as they are open; files do not know.
    private RecordLoopFact? Helper(IForEachLoopOperation loop)
    {
        var rows = Operations.Unwrap(loop.Collection);
        if (rows is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } value)
            rows = Operations.Unwrap(value);
        if (rows is not IInvocationOperation call || _engine.Implementations.Of(call.TargetMethod) is not [var body] || _engine.FactsOf(body) is not { Sql.Count: 0 } facts)
            return null;
        var read = facts.Apis.FirstOrDefault(a => a.Api is { Meaning: ApiMeaning.RecordSource or ApiMeaning.ReadRecord, Result: not ("kept" or "rows") });
        return read is null ? null : new RecordLoopFact(loop, loop.Locals.FirstOrDefault(), call, read.Api);
    }

    // Parallel.ForEachAsync(lines, async (line, token) => …): the first parameter is the record.
    private static RecordScope? LambdaScope(ReachNode node, IOperation function) =>
        function is IAnonymousFunctionOperation { Symbol.Parameters: [var record, ..] } lambda && node.Facts.RecordLoops.FirstOrDefault(l => l.Loop == lambda) is { } source
            ? new RecordScope(lambda.Body, null, Close(new HashSet<ISymbol>([record], SymbolEqualityComparer.Default), lambda.Body), null, source)
            : null;

    private static RecordScope HandlerScope(ReachNode node, RecordLoopFact? source)
    {
        var values = new HashSet<ISymbol>(node.Facts.Method.Parameters.Where(p => p.Type.Name != "CancellationToken"), SymbolEqualityComparer.Default);
        return new RecordScope(node.Facts.Root, null, Close(values, node.Facts.Root), null, source);
    }

    /// <summary>The scope of a record that a call fetches where no loop does: from the call to the end of the body.</summary>
    public static RecordScope Fetched(ReachNode node, ISymbol record, IOperation read) =>
        new(node.Facts.Root, null, Close(new HashSet<ISymbol>([record], SymbolEqualityComparer.Default), node.Facts.Root), read, null);

    // Called once per record, and nobody looks at what it returns.
    private Caller? CalledFor(ReachNode node, int depth)
    {
        if (node.Root is { PerRecord: true })
            return new Caller(null);
        if (depth > MaxHelpers || node.Facts.Method.Parameters.IsEmpty)
            return null;
        foreach (var (caller, site) in node.Callers)
        {
            // lines.Select(ImportAsync)
            if (caller.Facts.RecordLoops.FirstOrDefault(l => l.Loop == site) is { } perRecord)
                return new Caller(perRecord);
            if (site is IInvocationOperation call && IsResultIgnored(call) && Enclosing(caller, call, depth) is { } scope && call.Arguments.Any(a => scope.Uses(a.Value)))
                return new Caller(scope.Source);
        }

        return null;
    }

    private RecordScope? Enclosing(ReachNode caller, IOperation call, int depth)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
                return LoopScope(caller, loop);
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation && parent != caller.Facts.Root)
                return LambdaScope(caller, parent);
        }

        return CalledFor(caller, depth + 1) is { } called ? HandlerScope(caller, called.Source) : null;
    }

    private sealed record Caller(RecordLoopFact? Source);

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
                    case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } owner } } assignment
                        when Operations.Unwrap(owner) is ILocalReferenceOperation local && Mentions(assignment.Value):
                        values.Add(local.Local);
                        break;
                    case IInvocationOperation call when call.Arguments.Length > 1 && call.Arguments.Any(a => Mentions(a.Value)):
                        // Fill(order, line): what is handed over beside the record may be made from it.
                        values.UnionWith(call.Arguments.Select(a => Operations.Unwrap(a.Value)).OfType<ILocalReferenceOperation>()
                            .Where(l => MayBeFilled(l.Local)).Select(l => l.Local));
                        break;
                    case IArgumentOperation { Parameter.RefKind: RefKind.Out, Parent: IInvocationOperation call } argument
                        when call.Arguments.Any(a => a != argument && Mentions(a.Value)) && BodyIndex.SymbolOf(argument.Value) is { } filled:
                        values.Add(filled);
                        break;
                }
            }
        }

        return values;

        bool MayBeFilled(ILocalSymbol local) =>
            local.Type is { IsReferenceType: true, SpecialType: SpecialType.None } && local.DeclaringSyntaxReferences.Any(r => body.Syntax.Span.Contains(r.Span));

        bool Mentions(IOperation operation) =>
            operation.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation or IParameterReferenceOperation && BodyIndex.SymbolOf(o) is { } symbol && values.Contains(symbol));
    }
}
