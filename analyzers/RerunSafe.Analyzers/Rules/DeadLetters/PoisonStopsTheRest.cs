using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2002: one record that cannot be parsed ends the consumer, takes up its place, or ends the run in the middle of its records.</summary>
internal sealed class PoisonStopsTheRest : Rule
{
    public const string Id = "RERUN2002";

    private const int MaxCallers = 3;

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "One bad record stops the rest",
        "A record that {0} {1}{2}; catch it per record and write it to the dead letters",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A record that cannot be parsed throws out of the loop: the records behind it are not reached, and after a restart it is the first one again.");

    public override void Check(RuleContext context)
    {
        RecordScopes? scopes = null;
        var seen = new HashSet<IOperation>(ReferenceComparer.Instance);
        foreach (var parse in context.Facts.Of(ApiMeaning.Parse))
        {
            scopes ??= new RecordScopes(context.Engine);
            if (scopes.Of(context.Node, parse.Site) is not { } scope || !IsOfRecord(parse, scope) || !seen.Add(scope.Body))
                continue;
            if (scope.Source is not { } source)
                CheckHandler(context, parse, scope);
            else if (IsEndless(source))
                CheckConsumer(context, parse, scope, source);
            else if (scope.Loop is { } loop && loop.Api is { Result: "", Meaning: ApiMeaning.RecordSource or ApiMeaning.ReadRecord })
                CheckRun(context, parse, loop, scope);
            else if (source is { Loop: IAnonymousFunctionOperation function, Source: IObjectCreationOperation } && !IsCaught(parse.Site, function))
                Report(context, parse, isHint: true, path => $"ends the block, and {path.RootName} with it: those behind it are not reached");
        }

        foreach (var clause in context.Facts.Catches)
        {
            if (clause.Parent is ITryOperation attempt && context.Node.Root is { PerRecord: true, OnThrow: Outcome.Stalls })
                CheckUnsettled(context, clause, attempt, (scopes ??= new RecordScopes(context.Engine)).OfBody(context.Node));
        }
    }

    // In the loop's body; or the source parses by itself: foreach (var row in csv.GetRecords<Row>()).
    private static bool IsOfRecord(ApiFact parse, RecordScope scope) =>
        (Operations.Encloses(scope.Body, parse.Site) && scope.Uses(parse.Site)) || scope.Loop?.Source == parse.Site;

    // while (true) { var result = consumer.Consume(); Deserialize(result.Message.Value); … }
    private void CheckConsumer(RuleContext context, ApiFact parse, RecordScope scope, RecordLoopFact source)
    {
        if (!IsCaught(parse.Site, scope.Body) && (scope.Loop is not null || !IsCaughtByCaller(context.Node, source, 0)))
            Report(context, parse, isHint: false, path => $"ends {path.RootName}, and is the first one again when it starts anew");
    }

    // A handler whose framework neither takes a failed record back nor dead-letters it, and a batch of which a throw leaves the rest behind.
    private void CheckHandler(RuleContext context, ApiFact parse, RecordScope scope)
    {
        if (IsCaught(parse.Site, scope.Body) || (scope.Loop is { } batch && IsCaught(batch.Loop, context.Facts.Root)) || IsCaughtAbove(context.Node, 0) || context.Way() is not { } path)
            return;
        if (path.Root.OnThrow == Outcome.Stalls && !IsSettledFirst(context.Facts, parse.Site) && !new RecordFate(context.Engine, context.Node, scope, path).IsSettledOnDelivery())
            Report(context, parse, isHint: false, way => $"is never settled: it takes up a place of {way.RootName} until the channel closes, and is then the first one again");
        else if (path.Root.OnThrow is Outcome.Settled or Outcome.Passed && scope.Loop is not null)
            Report(context, parse, isHint: false, way => $"takes the rest of its batch with it, which does not come back to {way.RootName}");
    }

    // Acknowledged before it is read, or in a finally: whether rightly is RERUN2004's question.
    private static bool IsSettledFirst(BodyFacts facts, IOperation parse) =>
        facts.Of(ApiMeaning.SettleAck).Any(f => f.Site.Syntax.SpanStart < parse.Syntax.SpanStart || Operations.Enclosing<ITryOperation>(f.Site) is { Finally: { } last } && Operations.Encloses(last, f.Site));

    // Some records are stored, one cannot be read, and those behind it are not reached.
    private void CheckRun(RuleContext context, ApiFact parse, RecordLoopFact loop, RecordScope scope)
    {
        if (IsCaught(parse.Site, loop.Body) || (loop.Source == parse.Site && context.Facts.Of(ApiMeaning.HandlesFault).Any())
            || (StoredIn(loop.Body, context) ?? HandedIn(scope, context)) is not { } write || context.Transactions.CoversCall(context.Facts, write))
            return;
        Report(context, parse, isHint: true, path => $"stops {path.RootName} in the middle: those before it are stored, those behind it are not reached");
    }

    // try { …; Ack(); } catch (Exception e) { Log(e); }: neither yes nor no.
    private void CheckUnsettled(RuleContext context, ICatchClauseOperation clause, ITryOperation attempt, RecordScope scope)
    {
        if (!context.Facts.Of(ApiMeaning.SettleAck).Any(f => Operations.Encloses(attempt.Body, f.Site)) || clause.Filter is not null
            || clause.ExceptionType is { } type && context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Cancellation))
            return;
        var handling = new FailureHandling(context.Engine, context.Node, clause, scope);
        var ends = new CatchPaths(handling.Accounts, static _ => false).Ends(clause);
        if ((ends & (CatchEnd.FallsThrough | CatchEnd.Returns)) == 0 || (ends & CatchEnd.Accounted) != 0 || context.Way() is not { } path)
            return;
        var fate = new RecordFate(context.Engine, context.Node, scope, path);
        if (fate.IsSettledOnDelivery() || fate.IsSettled(attempt, clause, ends, handling.Accounts) || !context.Claim(clause))
            return;
        context.Report(
            Info, HeadOf(clause), path, clause, isHint: false, null,
            "fails here", $"is neither acknowledged nor rejected: it takes up a place of {path.RootName} until the channel closes", path.Way);
    }

    private void Report(RuleContext context, ApiFact parse, bool isHint, Func<RerunPath, string> loss)
    {
        if (context.Way() is { } path)
            context.Report(Info, parse.Site.Syntax.GetLocation(), path, parse.Site, isHint, null, $"'{parse.Name}' cannot read", loss(path), path.Way);
    }

    private static bool IsEndless(RecordLoopFact source) => source is { Api.Result: "endless", Loop: IWhileLoopOperation or IForLoopOperation };

    // A try around the loop sees the exception when the loop is over.
    private static bool IsCaught(IOperation site, IOperation body)
    {
        for (var parent = site.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is ICatchClauseOperation or IAnonymousFunctionOperation || (parent is ITryOperation { Catches.IsEmpty: false } attempt && Operations.Encloses(attempt.Body, site)))
                return true;
        }

        return false;
    }

    private static bool IsCaughtByCaller(ReachNode node, RecordLoopFact source, int depth) =>
        depth >= MaxCallers || node.Callers.Any(c => IsCaught(c.Site, Operations.Encloses(source.Loop, c.Site) ? source.Body : c.Caller.Facts.Root)
            || (!Operations.Encloses(source.Loop, c.Site) && IsCaughtByCaller(c.Caller, source, depth + 1)));

    private static bool IsCaughtAbove(ReachNode node, int depth) =>
        node.Root is null && (depth >= MaxCallers || node.Callers.Any(c => IsCaught(c.Site, c.Caller.Facts.Root) || IsCaughtAbove(c.Caller, depth + 1)));

    // A write that is done when the next record is taken: not one that a save behind the loop does for all.
    private static IOperation? StoredIn(IOperation body, RuleContext context)
    {
        foreach (var sql in context.Facts.Sql)
        {
            if (Operations.Encloses(body, sql.Site) && sql.Texts.Any(t => t.Script.Statements.Any(s => s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Merge)))
                return sql.Site;
        }

        foreach (var api in context.Facts.Apis)
        {
            if (FailureHandling.IsWrite(api.Api.Meaning) && api.Api.Result is not ("tracked" or "tracked-replaces") && Operations.Encloses(body, api.Site)
                && api.Api.Meaning is not (ApiMeaning.WritesFile or ApiMeaning.AppendsFile))
                return api.Site;
        }

        return null;
    }

    // await store.SaveAsync(order): what stands behind the store is not to be seen.
    private static IOperation? HandedIn(RecordScope scope, RuleContext context)
    {
        foreach (var work in new RecordWork(context.Engine, context.Node, scope).In(scope.Body))
        {
            if (work.Kind == WorkKind.Known || (work.Kind == WorkKind.Handed && context.Names.IsAny(work.Call.TargetMethod.Name, NameMeaning.AppendMember, NameMeaning.SaveMember) && Awaits.IsTask(work.Call.Type)))
                return work.Call;
        }

        return null;
    }

    private static Location HeadOf(ICatchClauseOperation clause) => clause.Syntax is CatchClauseSyntax syntax
        ? Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.CatchKeyword.SpanStart, syntax.Declaration?.Span.End ?? syntax.CatchKeyword.Span.End))
        : clause.Syntax.GetLocation();
}
