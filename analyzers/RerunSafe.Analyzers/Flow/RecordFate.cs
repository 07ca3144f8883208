using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What becomes of a record whose failure nobody accounts for: whether it is settled all the same, and whether the source
/// hands it out again. That is the source's and the framework's word, and what the code does behind the failure.
/// </summary>
internal sealed class RecordFate
{
    private const int MaxCallers = 3;

    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly RecordScope _scope;
    private readonly RerunPath _way;

    public RecordFate(Engine engine, ReachNode node, RecordScope scope, RerunPath way)
    {
        _engine = engine;
        _node = node;
        _scope = scope;
        _way = way;
    }

    /// <summary>Behind the failure something tells the source that the record is done.</summary>
    /// <param name="attempt">The try.</param>
    /// <param name="clause">The handler that swallows.</param>
    /// <param name="ends">How it ends.</param>
    /// <param name="accounts">Whether an operation accounts for the record: what is settled behind it is settled rightly.</param>
    public bool IsSettled(ITryOperation attempt, ICatchClauseOperation clause, CatchEnd ends, Func<IOperation, bool> accounts)
    {
        foreach (var fact in _node.Facts.Of(ApiMeaning.SettleAck))
        {
            if ((Operations.Encloses(clause.Handler, fact.Site) && !FollowsAccount(fact.Site, accounts)) || (attempt.Finally is { } last && Operations.Encloses(last, fact.Site)))
                return true;
            if (IsReachedFrom(attempt, fact.Site, ends) && !IsDecidedBy(fact.Site, attempt))
                return true;
        }

        return _scope.Loop is null && IsSettledByCaller(_node, 0);
    }

    /// <summary>The same for a branch that ends the work on the record.</summary>
    public bool IsSettled(IOperation branch) =>
        _node.Facts.Of(ApiMeaning.SettleAck).Any(f => Operations.Encloses(branch, f.Site)) || (_scope.Loop is null && IsSettledByCaller(_node, 0));

    /// <summary>The record does not come back.</summary>
    public bool IsGone(IOperation attempt, bool settles)
    {
        if (settles)
            return true;
        if (_scope.IsFetched)
            return false;
        if (_scope.Source is not { } source)
            return (_way.Root.OnReturn == Outcome.Settled && !SettlesByHand()) || IsSettledOnDelivery();
        if (source.Api is { Result: "kept" })
            return attempt is ITryOperation { Body: var body } && RemovesRecord(body);
        var isQuestion = source.Api is { Result: "rows" };
        if (source.IsFetched || (isQuestion && _node.Facts.Sql.All(f => f.Site != source.Source)))
            return !IsAskedAgain(source, attempt);
        return !IsOwnQueueThatKeeps(source, attempt) && !(isQuestion || IsReader(source) ? ReadsOpenRows() : false);
    }

    // await retryQueue.SendAsync(message); await AckAsync(message);
    private static bool FollowsAccount(IOperation site, Func<IOperation, bool> accounts)
    {
        IOperation inner = site;
        for (var parent = site.Parent; parent is not null and not ICatchClauseOperation; inner = parent, parent = parent.Parent)
        {
            if (parent is IBlockOperation block && block.Operations.TakeWhile(o => o != inner).Any(o => o.DescendantsAndSelf().Any(accounts)))
                return true;
        }

        return false;
    }

    // In the same function, behind the try; or behind the loop where the next record is taken.
    private bool IsReachedFrom(ITryOperation attempt, IOperation site, CatchEnd ends)
    {
        var start = site.Syntax.SpanStart;
        if (!Operations.Encloses(FunctionOf(attempt), site) || attempt.Catches.Any(c => Operations.Encloses(c, site)))
            return false;
        if ((ends & CatchEnd.FallsThrough) != 0 && start > attempt.Syntax.Span.End)
            return true;
        return (ends & (CatchEnd.FallsThrough | CatchEnd.Continues | CatchEnd.Breaks)) != 0 && _scope.Loop is { } loop && start > loop.Loop.Syntax.Span.End && _scope.Source is null;
    }

    private static IOperation FunctionOf(IOperation operation)
    {
        var function = operation;
        while (function.Parent is { } parent && function is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            function = parent;
        return function;
    }

    // var ok = false; try { …; ok = true; } catch { … } if (ok) Ack();
    private static bool IsDecidedBy(IOperation site, ITryOperation attempt)
    {
        for (var parent = site.Parent; parent is not null && !Operations.Encloses(parent, attempt); parent = parent.Parent)
        {
            if (parent is IConditionalOperation { Condition: var condition }
                && condition.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(l => IsGivenIn(l.Local, attempt)))
                return true;
        }

        return false;
    }

    private static bool IsGivenIn(ILocalSymbol local, ITryOperation attempt) =>
        BodyIndex.Of(attempt).Touching(local).Any(o => o is IAssignmentOperation && Operations.Encloses(attempt, o));

    // await ProcessAsync(message); await receiver.CompleteMessageAsync(message);
    private bool IsSettledByCaller(ReachNode node, int depth)
    {
        if (depth >= MaxCallers)
            return false;
        foreach (var (caller, site) in node.Callers)
        {
            if (caller.Facts.Of(ApiMeaning.SettleAck).Any(f => f.Site.Syntax.SpanStart > site.Syntax.Span.End && Operations.Encloses(FunctionOf(site), f.Site)
                && (Operations.Enclosing<ICatchClauseOperation>(f.Site) is not { } handler || Operations.Encloses(handler, site))))
                return true;
            if (caller.Root is null && Operations.Enclosing<ILoopOperation>(site) is null && IsSettledByCaller(caller, depth + 1))
                return true;
        }

        return false;
    }

    // A handler that completes its messages itself has told the framework not to: what it does not complete comes back.
    private bool SettlesByHand() => _way.Steps.Any(step => step.Facts.Of(ApiMeaning.SettleAck).Any());

    // BasicConsume(queue, autoAck: true, consumer) stands where the handler is subscribed.
    private bool IsSettledOnDelivery()
    {
        ISymbol subscriber = _way.Steps[0].Method;
        while (subscriber is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            subscriber = subscriber.ContainingSymbol;
        var bodies = Operations.SameSymbol(_way.Steps[0].Method, subscriber) ? subscriber.ContainingType.GetMembers().OfType<IMethodSymbol>() : [(IMethodSymbol)subscriber];
        return _way.Root.PerRecord && bodies.Any(body => _engine.FactsOf(body)?.Of(ApiMeaning.AutoSettles).Any() == true);
    }

    // A file in a folder stays until somebody removes it, and what is removed inside the try was no failure.
    private bool RemovesRecord(IOperation attempt) =>
        _node.Facts.Of(ApiMeaning.Removes).Any(f =>
            Operations.Encloses(_scope.Body, f.Site) && !Operations.Encloses(attempt, f.Site) && _scope.Uses(f.Site));

    // await queue.DequeueAsync() of the project's own: where success is told to the queue, it keeps what was not told.
    private bool IsOwnQueueThatKeeps(RecordLoopFact source, IOperation attempt) =>
        source is { Api: null, Loop: IWhileLoopOperation or IForLoopOperation } && attempt is ITryOperation { Body: var body } && body.Descendants().OfType<IInvocationOperation>().Any(call => DoneMarks.TellsDone(call, _engine.Catalog.Names));

    // Rows that the next run asks for again are not lost, unless the question moves on with the time, or nobody asks again: a job with its input.
    private bool IsAskedAgain(RecordLoopFact source, IOperation attempt)
    {
        if (_way.Root is { PerRecord: true, OnReturn: Outcome.Settled })
            return false;
        if (!Questions.MoveOn(source.Source, _engine.Catalog))
            return true;
        return Questions.AskForOpenWork(source.Source, _engine.Catalog) || attempt is not ITryOperation { Body: var body } || !FailureHandling.WorksForSure(body, _node, _scope, _engine);
    }

    private static bool IsReader(RecordLoopFact loop) => loop.Source is IInvocationOperation { Instance.Type.Name: var name } && name.EndsWith("Reader", StringComparison.Ordinal);

    // SELECT … WHERE processed = 0: what failed is still open and is read again next time.
    private bool ReadsOpenRows()
    {
        foreach (var sql in _node.Facts.Sql.Concat(_node.Callers.SelectMany(c => c.Caller.Facts.Sql)))
        {
            if (sql.Texts.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Select
                && s.Conditions.Any(c => _engine.Catalog.Names.IsAny(c.Column, NameMeaning.Status, NameMeaning.DueTime) || c.Value.Kind == SqlValueKind.Null || c.Operator == "IS"))))
                return true;
        }

        return false;
    }
}
