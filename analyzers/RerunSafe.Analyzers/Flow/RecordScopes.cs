using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Finds the record that an operation works on.</summary>
internal sealed class RecordScopes
{
    private const int MaxHelpers = 3;

    private readonly Engine _engine;

    public RecordScopes(Engine engine) => _engine = engine;

    /// <summary>The scope of the record that is worked on at an operation; null where there is none, or where an inner loop makes it unclear.</summary>
    public RecordScope? Of(ReachNode node, IOperation operation)
    {
        ILoopOperation? attempts = null;
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
            {
                if (LoopScope(node, loop) is { } scope)
                    return scope with { Attempts = attempts };
                if (attempts is not null || operation is not ITryOperation attempt || !RetryLoops.GivesUp(attempt, loop, _engine.Catalog))
                    return null;
                attempts = loop;
            }
            else if (parent is ILocalFunctionOperation { Symbol.Parameters: var handed } && handed.All(p => p.Type.Name == "CancellationToken"))
            {
                // What it works on is what the body works on.
                continue;
            }
            else if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation && parent != node.Facts.Root)
            {
                if (LambdaScope(node, parent) is { } lambda)
                    return lambda with { Attempts = attempts };
                if (!HandedLambdas.IsPartOfBody(parent, _engine.Catalog))
                    return null;
            }
        }

        return (Called(node) ?? FetchedBefore(node, operation)) is { } around ? around with { Attempts = attempts } : null;
    }

    // QueueMessage message = await queue.ReceiveMessageAsync(); try { … message … }: one record per call of the body.
    private static RecordScope? FetchedBefore(ReachNode node, IOperation operation)
    {
        foreach (var read in node.Facts.Of(ApiMeaning.ReadRecord))
        {
            if (read.Site.Syntax.Span.End < operation.Syntax.SpanStart && Operations.Enclosing<ILoopOperation>(read.Site) is null && Locals.HolderOf(read.Site) is { } record)
                return Fetched(node, record, read.Site);
        }

        return null;
    }

    /// <summary>The scope of values that a body works on, whatever they come from.</summary>
    public static RecordScope OfValues(ReachNode node, IEnumerable<ISymbol> values) =>
        new(node.Facts.Root, null, Close(new HashSet<ISymbol>(values, SymbolEqualityComparer.Default), node.Facts.Root), null, null);

    // The scope of a body that is called for each record.
    private RecordScope? Called(ReachNode node) => Known(node, node.Facts.Root, FindCalled);

    private RecordScope? LoopScope(ReachNode node, ILoopOperation loop) => Known(node, loop, FindLoop);

    // Parallel.ForEachAsync(lines, async (line, token) => …): the first parameter is the record.
    private RecordScope? LambdaScope(ReachNode node, IOperation function) => Known(node, function, FindLambda);

    // Each is asked about once for every catch in it: it is found once. A way that leads back to itself tells nothing new.
    private static RecordScope? Known<T>(ReachNode node, T place, Func<ReachNode, T, RecordScope?> find) where T : IOperation
    {
        if (node.Scopes.TryGetValue(place, out var known))
            return known;
        node.Scopes[place] = null;
        return node.Scopes[place] = find(node, place);
    }

    private RecordScope? FindLoop(ReachNode node, ILoopOperation loop)
    {
        if (node.Facts.RecordLoops.FirstOrDefault(l => l.Loop == loop) is { } fact)
        {
            var values = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            if (fact.Record is not null)
                values.Add(fact.Record);
            else if (fact.Source is IInvocationOperation { Instance: { } reader } && BodyIndex.SymbolOf(reader) is { } symbol)
                values.Add(symbol);
            return new RecordScope(loop.Body, fact, Close(values, loop.Body, fact.Source), fact.Source, fact);
        }

        if (loop is not IForEachLoopOperation each)
            return null;

        // A body that is handed a batch: foreach (var e in events), foreach (var line in order.Lines). It is settled as the record is that it came with.
        if (Called(node) is { } called && called.Uses(each.Collection))
        {
            var batch = new RecordLoopFact(loop, each.Locals.FirstOrDefault(), each.Collection, null);
            return new RecordScope(loop.Body, batch, ValuesOf(each), null, called.Source) { Calls = called.Calls };
        }

        var read = Helper(each) ?? RecordLoops.HandedOver(each, node, _engine.Catalog) ?? FetchedRows.Of(each, node, _engine);
        return read is null ? null : new RecordScope(loop.Body, read, ValuesOf(each), null, read);
    }

    private static HashSet<ISymbol> ValuesOf(IForEachLoopOperation loop) => Close(new HashSet<ISymbol>(loop.Locals, SymbolEqualityComparer.Default), loop.Body);

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

    private RecordScope? FindLambda(ReachNode node, IOperation function)
    {
        if (function is not IAnonymousFunctionOperation { Symbol.Parameters: [var record, ..] } lambda)
            return null;
        var source = node.Facts.RecordLoops.FirstOrDefault(l => l.Loop == lambda) ?? FetchedRows.Of(lambda, node, _engine) ?? HandedLambdas.FromClient(lambda, _engine.Catalog) ?? HandedLambdas.FromStream(lambda, _engine.Catalog);
        var calls = 0;
        if (source is null)
        {
            // Parallel.ForEach(message.Files, …): a batch that the body is handed.
            if (PerRecordCalls.RecordsFor(function, _engine.Catalog) is not { } rows || Called(node) is not { } called || !called.Uses(rows))
                return null;
            (source, calls) = (called.Source, called.Calls);
        }

        return new RecordScope(lambda.Body, null, Close(new HashSet<ISymbol>([record], SymbolEqualityComparer.Default), lambda.Body), null, source) { IsResultIgnored = true, Calls = calls };
    }

    /// <summary>The scope of a handler that is called per record.</summary>
    public RecordScope OfBody(ReachNode node) => HandlerScope(node, null);

    /// <summary>The scope of a record that a call fetches where no loop does: from the call to the end of the body.</summary>
    public static RecordScope Fetched(ReachNode node, ISymbol record, IOperation read) =>
        new(node.Facts.Root, null, Close(new HashSet<ISymbol>([record], SymbolEqualityComparer.Default), node.Facts.Root), read, null);

    // Called once per record; a caller that looks at nothing that comes back says more than one that does.
    private RecordScope? FindCalled(ReachNode node, IOperation body)
    {
        if (node.Root is { PerRecord: true })
            return HandlerScope(node, null);
        if (node.Facts.Method.Parameters.IsEmpty)
            return FindFlush(node);
        RecordScope? read = null;
        foreach (var (caller, site) in node.Callers)
        {
            // lines.Select(ImportAsync)
            if (caller.Facts.RecordLoops.FirstOrDefault(l => l.Loop == site) is { } perRecord)
                return HandlerScope(node, perRecord) with { IsResultIgnored = true };
            if (site is not IInvocationOperation call)
                continue;

            // mediator.Publish(order) leads to the handler by the order's type; what it yields is not what the handler does.
            var isOwn = call.TargetMethod.Name == node.Method.Name;
            var ignores = isOwn && (IsResultIgnored(call) || ToldResults.IsOnlyTold(call, _engine));
            var passesOn = isOwn && !ignores && ToldResults.IsOnlyReturned(call, _engine);
            if ((read is not null && !ignores && !passesOn) || Enclosing(caller, call) is not { Calls: < MaxHelpers } scope || !call.Arguments.Any(a => scope.Uses(a.Value)))
                continue;

            // return await SaveAsync(order); to somebody who does not look either.
            if (ignores || (passesOn && scope is { Loop: null, IsResultIgnored: true }))
                return HandlerScope(node, scope.Source) with { IsResultIgnored = true, Calls = scope.Calls + 1 };
            read = HandlerScope(node, scope.Source) with { IsResultRead = true, Calls = scope.Calls + 1 };
        }

        return read;
    }

    // foreach (…) { _buffer.Add(order); if (_buffer.Count == 1000) await FlushAsync(); }
    private RecordScope? FindFlush(ReachNode node)
    {
        foreach (var (caller, site) in node.Callers)
        {
            if (site is not IInvocationOperation call || !Operations.SameSymbol(caller.Method.ContainingType, node.Method.ContainingType) || Enclosing(caller, call) is not { Calls: < MaxHelpers } scope)
                continue;
            var buffers = new HashSet<ISymbol>(scope.Values.OfType<IFieldSymbol>(), SymbolEqualityComparer.Default);
            if (buffers.Count > 0)
                return new RecordScope(node.Facts.Root, null, Close(buffers, node.Facts.Root), null, scope.Source) { IsResultIgnored = IsResultIgnored(call), Calls = scope.Calls + 1 };
        }

        return null;
    }

    private static RecordScope HandlerScope(ReachNode node, RecordLoopFact? source)
    {
        var values = new HashSet<ISymbol>(node.Facts.Method.Parameters.Where(p => p.Type.Name != "CancellationToken"), SymbolEqualityComparer.Default);
        return new RecordScope(node.Facts.Root, null, Close(values, node.Facts.Root), null, source);
    }

    private RecordScope? Enclosing(ReachNode caller, IOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop)
            {
                if (LoopScope(caller, loop) is { } scope)
                    return scope;
                if (!IsAttempts(call, loop))
                    return null;
            }
            else if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation && parent != caller.Facts.Root)
            {
                if (LambdaScope(caller, parent) is { } lambda)
                    return lambda;
                if (!HandedLambdas.IsPartOfBody(parent, _engine.Catalog))
                    return null;
            }
        }

        return Called(caller) ?? FetchedBefore(caller, call);
    }

    // for (var attempt = 0; attempt < 3; attempt++) try { await SaveAsync(order); return; } catch { … }
    private bool IsAttempts(IOperation call, ILoopOperation loop) =>
        Operations.Enclosing<ITryOperation>(call) is { } attempt && Operations.Encloses(loop, attempt) && RetryLoops.IsRetried(attempt, _engine.Catalog);

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
    private static HashSet<ISymbol> Close(HashSet<ISymbol> values, IOperation body, IOperation? read = null)
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
                    case IIsPatternOperation test when Mentions(test.Value):
                        values.UnionWith(test.Pattern.DescendantsAndSelf().Select(p => p is IDeclarationPatternOperation typed ? typed.DeclaredSymbol : (p as IRecursivePatternOperation)?.DeclaredSymbol).OfType<ILocalSymbol>());
                        break;
                    case IDeconstructionAssignmentOperation apart when Mentions(apart.Value):
                        values.UnionWith(apart.Target.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Select(l => l.Local));
                        break;
                    case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } owner } } assignment
                        when Operations.Unwrap(owner) is ILocalReferenceOperation local && Mentions(assignment.Value):
                        values.Add(local.Local);
                        break;
                    case IInvocationOperation { TargetMethod.Name: "Add" or "Enqueue" or "Push", Instance: { } holder } call
                        when RecordLoops.IsSequence(holder.Type) && BodyIndex.SymbolOf(holder) is { } kept && IsKeptBetween(kept) && call.Arguments.Any(a => Mentions(a.Value)):
                        // _buffer.Add(order): what is done with the buffer is done with the record.
                        values.Add(kept);
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

        // A buffer outlives the record that is put into it.
        bool IsKeptBetween(ISymbol buffer) => buffer is IFieldSymbol || (buffer is ILocalSymbol && !buffer.DeclaringSyntaxReferences.Any(r => body.Syntax.Span.Contains(r.Span)));

        bool MayBeFilled(ILocalSymbol local) =>
            local.Type is { IsReferenceType: true, SpecialType: SpecialType.None } && local.DeclaringSyntaxReferences.Any(r => body.Syntax.Span.Contains(r.Span));

        bool Mentions(IOperation operation) =>
            operation.DescendantsAndSelf().Any(o => (read is not null && o == read) || (o is ILocalReferenceOperation or IParameterReferenceOperation && BodyIndex.SymbolOf(o) is { } symbol && values.Contains(symbol)));
    }
}
