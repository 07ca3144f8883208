using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2004: the source is told that a record is done before the work that it came for has happened.</summary>
internal sealed class SettledBeforeDone : Rule
{
    public const string Id = "RERUN2004";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A record counts as done before it is",
        "'{0}' settles the record {1}: if that fails or the process stops, the record is in no sink and does not come back to {2}{3}; {4}",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A message that is acknowledged, committed, completed or deleted is not delivered again. Settled before its work, it is lost whenever the work fails; settled behind it, it is delivered once more, which an idempotent write makes harmless.");

    public override void Check(RuleContext context)
    {
        var settlements = new Settlements(context.Engine, context.Node);
        foreach (var settlement in settlements.Calls())
            CheckCall(context, settlement.Call, settlement.Scope);
        foreach (var automatic in settlements.Automatic())
            CheckAutomatic(context, automatic);
        if (context.Node.Root is { PerRecord: true, OnReturn: Outcome.Settled } root && root != HandlerConvention.Subscribed && !context.Facts.Of(ApiMeaning.SettleAck).Any())
            CheckReturn(context, settlements.OfHandler());
    }

    private void CheckCall(RuleContext context, IInvocationOperation settle, RecordScope scope)
    {
        var work = new RecordWork(context.Engine, context.Node, scope).In(scope.Body).Where(w => !Operations.Encloses(w.Call, settle)).ToList();
        if (FinallyAround(settle, scope) is { } attempt)
        {
            if (work.FirstOrDefault(w => Operations.Encloses(attempt.Body, w.Call) && !IsCaughtBefore(w.Call, attempt) && !IsCaughtBefore(w.Place, attempt)) is { } failing && !IsDecided(settle, attempt))
                Report(context, settle, failing, $"also where {failing.Name} has failed", "settle where it has succeeded");
            return;
        }

        var before = work.Where(w => SourceOrder.GoesOn(w.Place, settle)).ToList();
        if (before.Any(w => !Awaits.IsDropped(w.Call, settle) && !IsBuffered(w.Call, settle, context.Facts)))
            return;
        if (before.FirstOrDefault(w => !DeadLetterCalls.Writes(w.Call, context.Engine)) is { } running)
            Report(context, settle, running, $"while {running.Name} is still {(Awaits.IsDropped(running.Call) ? "running" : "waiting in the buffer of its client")}", "wait for it first");
        else if (before.Count == 0 && work.FirstOrDefault(w => IsBehind(settle, w.Place)) is { } behind)
            Report(context, settle, behind, $"before {behind.Name}", "settle behind it");
        else if (before.Count == 0 && MemoryQueues.PutBefore(settle, scope, context.Facts) is { } put)
            ReportInMemory(context, settle, put);
    }

    private void CheckAutomatic(RuleContext context, AutoSettling automatic)
    {
        var work = new RecordWork(context.Engine, context.Node, automatic.Scope).In(automatic.Scope.Body).ToList();
        if ((work.FirstOrDefault(w => w.Kind == WorkKind.Known) ?? work.FirstOrDefault()) is not { } first)
            return;
        var (place, name) = PlaceOf(automatic.Fact);
        var site = context.IsLive && automatic.Fact.Site.Syntax.SyntaxTree != context.Facts.Root.Syntax.SyntaxTree ? first.Call : automatic.Fact.Site;
        var when = automatic.IsSaid ? $"when it is handed over, before {first.Name}" : $"when it is handed over, before {first.Name}, because nothing switches off what is on by default";
        var isSetting = !automatic.IsSaid || automatic.Setting is not null || automatic.Fact.Api.When.Length > 0;
        Report(
            context, place, site, automatic.Setting ?? name, when, isSetting ? "switch that off and settle behind the work" : "keep it at its source until the work is done",
            isHint: !automatic.IsSaid || !isSetting || first.Kind != WorkKind.Known);
    }

    // The framework settles when the handler returns: what it has only begun, or put into a queue of the process, is not done by then.
    private void CheckReturn(RuleContext context, RecordScope scope)
    {
        var work = new RecordWork(context.Engine, context.Node, scope).In(scope.Body).ToList();
        var (name, place) = (context.Node.RootName, work.FirstOrDefault());
        if (place is not null && work.All(w => Awaits.IsDropped(w.Call) && !DeadLetterCalls.Writes(w.Call, context.Engine)))
            Report(context, place.Call.Syntax.GetLocation(), place.Call, name, $"when it returns, while {place.Name} is still running", "await it", isHint: place.Kind != WorkKind.Known);
        else if (place is null && MemoryQueues.PutLast(scope, context.Facts) is { } put)
            Report(
                context, put.Syntax.GetLocation(), put, name, $"when it returns, while it is only in memory{MemoryQueues.In(put)} and what takes it from there has not stored it",
                "return where that is done", isHint: !MemoryQueues.IsStoredFrom(put, context.Engine));
    }

    private void ReportInMemory(RuleContext context, IInvocationOperation settle, IInvocationOperation put)
    {
        Report(
            context, settle.Syntax.GetLocation(), settle, settle.TargetMethod.Name, $"while it is only in memory{MemoryQueues.In(put)} and what takes it from there has not stored it",
            "settle where that is done", isHint: !MemoryQueues.IsStoredFrom(put, context.Engine));
    }

    private void Report(RuleContext context, IInvocationOperation settle, WorkSite work, string when, string cure) =>
        Report(context, settle.Syntax.GetLocation(), settle, settle.TargetMethod.Name, when, cure, isHint: work.Kind == WorkKind.Sent);

    private void Report(RuleContext context, Location place, IOperation site, string name, string when, string cure, bool isHint)
    {
        if (context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)) || !context.Claim(site))
            return;
        context.Report(Info, place, path, site, isHint, null, name, when, path.RootName, path.Way, cure);
    }

    // producer.Produce(…); consumer.Commit(result), with no Flush between the two.
    private static bool IsBuffered(IInvocationOperation sent, IInvocationOperation settle, BodyFacts facts) =>
        facts.Apis.Any(a => a.Site == sent && a.Api.Meaning == ApiMeaning.QueuesInMemory)
        && !facts.Of(ApiMeaning.Flushes).Any(f => SourceOrder.GoesOn(sent, f.Site) && f.Site.Syntax.SpanStart < settle.Syntax.SpanStart);

    // The work follows on the same way, and no question decides about settling alone.
    private static bool IsBehind(IInvocationOperation settle, IOperation work)
    {
        if (!SourceOrder.GoesOn(settle, work) || IsOfLastRound(settle, work))
            return false;
        for (var parent = settle.Parent; parent is not null && !Operations.Encloses(parent, work); parent = parent.Parent)
        {
            if (parent is IConditionalOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICoalesceOperation)
                return false;
        }

        return true;
    }

    // while (…) { Commit(last); Save(result); last = result; }: what is settled was stored in the round before.
    private static bool IsOfLastRound(IInvocationOperation settle, IOperation work) =>
        settle.Arguments.SelectMany(a => a.Value.DescendantsAndSelf()).OfType<ILocalReferenceOperation>().Any(local =>
            BodyIndex.Of(local).Touching(local.Local).Any(o => o is IAssignmentOperation && o.Syntax.SpanStart > work.Syntax.SpanStart));

    private static ITryOperation? FinallyAround(IOperation settle, RecordScope scope)
    {
        for (var current = settle; current.Parent is { } parent && current != scope.Body; current = parent)
        {
            if (parent is ITryOperation attempt && attempt.Finally == current)
                return attempt;
        }

        return null;
    }

    // A handler that takes every failure without passing it on decides about the record; whether rightly is RERUN2001's question.
    private static bool IsCaughtBefore(IOperation work, ITryOperation outermost)
    {
        for (var attempt = Operations.Enclosing<ITryOperation>(work); attempt is not null; attempt = Operations.Enclosing<ITryOperation>(attempt))
        {
            if (Operations.Encloses(attempt.Body, work) && attempt.Catches.Any(c =>
                c.Filter is null && c.ExceptionType is null or { Name: "Exception" or "Object", ContainingNamespace.Name: "System" } && !c.Handler.Descendants().Any(o => o is IThrowOperation)))
                return true;
            if (attempt == outermost)
                return false;
        }

        return false;
    }

    // finally { if (isDone) Ack(); }
    private static bool IsDecided(IOperation settle, ITryOperation attempt)
    {
        for (var parent = settle.Parent; parent is not null && parent != attempt.Finally; parent = parent.Parent)
        {
            if (parent is IConditionalOperation choice && choice.Condition.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation or IFieldReferenceOperation))
                return true;
        }

        return false;
    }

    private static (Location Place, string Name) PlaceOf(ApiFact fact)
    {
        switch (fact.Site)
        {
            case IInvocationOperation call when call.Arguments.FirstOrDefault(a => a.Parameter?.Name == fact.Api.When.Split('=')[0] && a.ArgumentKind == ArgumentKind.Explicit) is { } argument:
                return (argument.Syntax.GetLocation(), $"{call.TargetMethod.Name}({argument.Parameter!.Name}: {argument.Value.Syntax})");
            case IInvocationOperation call when fact.Api.When.Length == 0:
                return (call.Syntax.GetLocation(), call.TargetMethod.Name);
            case IObjectCreationOperation creation:
                var type = creation.Syntax is ObjectCreationExpressionSyntax { Type: { } written } ? written : creation.Syntax;
                return (type.GetLocation(), fact.Name);
            default:
                var setting = fact.Site.Parent is ISimpleAssignmentOperation assignment && assignment.Target == fact.Site ? assignment.Syntax : fact.Site.Syntax;
                return (setting.GetLocation(), setting.ToString());
        }
    }
}
