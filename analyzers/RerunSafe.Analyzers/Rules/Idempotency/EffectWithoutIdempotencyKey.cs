using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1011: a message, mail or POST per record that the other side cannot tell from its repetition.</summary>
internal sealed class EffectWithoutIdempotencyKey : Rule
{
    public const string Id = "RERUN1011";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "An effect carries no key by which a repetition is told",
        "{0} runs again when {1} {2}{3} and nothing tells the other side that it is the same one; give it a key made from the record (an Idempotency-Key header, a message id), send it through an outbox, or record that it is done",
        Categories.Idempotency,
        DiagnosticSeverity.Info,
        "A mail, a payment or a message cannot be taken back. What runs again does it again, unless the receiver can tell by a key that it has had this one, or the sender has recorded that it is done.");

    public override void Check(RuleContext context)
    {
        var effects = new EffectCalls(context.Engine);
        var inputs = new InputRecords(context.Engine);
        foreach (var fact in context.Facts.Of(ApiMeaning.Effect).Concat(context.Facts.EffectsElsewhere))
        {
            if (!effects.ChangesSomething(fact, context.Node) || effects.CarriesKey(fact, context.Node) || effects.MayComeTwice(fact, context.Node)
                || WayTo(context, effects, fact) is not { } path || !inputs.IsPerRecord(path, fact.Site) || IsRecorded(context, path, fact) || !context.Claim(fact.Site))
                continue;
            context.Report(
                Info, fact.Site.Syntax.GetLocation(), path, fact.Site, isHint: false, null,
                fact.Name, path.RootName, path.Root.RunsAgain, path.Way);
        }
    }

    private static RerunPath? WayTo(RuleContext context, EffectCalls effects, ApiFact fact) =>
        IsDecided(context, context.Node, fact.Site) ? null : RerunPaths.WayTo(context.Node, (caller, site) =>
            IsDecided(context, caller, site) || Operations.Enclosing<ICatchClauseOperation>(site) is not null
            || context.Names.IsAny(caller.Method.Name, NameMeaning.Alert, NameMeaning.DeadLetter));

    // if (order.MailSent) continue; a look-up; what a reservation reported. What the message itself says is the same on every delivery.
    private static bool IsDecided(RuleContext context, ReachNode node, IOperation site) =>
        context.Guards.IsGuarded(node, site, "")
        || node.Facts.Flow.Deciders(site).Any(condition => DecisionSources.Of(condition, node).Any(part =>
            part is IMemberReferenceOperation { Member.Name: var name } && context.Names.IsAny(name, NameMeaning.Status, NameMeaning.AuditTime)
            && !new InputRecords(context.Engine).IsOfInput(part, node)));

    // Sent = true beside it, a processed-message row, an outbox of the bus or of the project.
    private static bool IsRecorded(RuleContext context, RerunPath path, ApiFact fact)
    {
        if (IsBus(fact) && context.Engine.Relevance.HasAny(SketchTraits.ConfiguresOutbox))
            return true;
        foreach (var step in path.Steps)
        {
            if (step.Facts.Of(ApiMeaning.BeginTransaction).Any(begin => TakesPublisher(begin, fact))
                || context.Guards.RecordsInput(step.Facts)
                || step.Facts.Sql.Any(sql => sql.Texts.Any(text => text.Script.Statements.Any(s => Records(context, s))))
                || step.Facts.Root.Descendants().Any(o => o is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name, Instance: not IInstanceReferenceOperation } } assignment
                    && assignment.Parent is not IObjectOrCollectionInitializerOperation
                    && (context.Names.Is(name, NameMeaning.Status) || context.Names.Is(name, NameMeaning.AuditTime)))
                || step.Facts.Calls.Any(call => context.Engine.Effects.Of(call.Target).Statements.Any(s => Records(context, s))))
                return true;
        }

        return false;
    }

    private static bool Records(RuleContext context, SqlStatement statement) => statement.Kind switch
    {
        SqlStatementKind.Update => statement.Assignments.Any(a => context.Names.Is(a.Column, NameMeaning.Status) || context.Names.Is(a.Column, NameMeaning.AuditTime)),
        SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Delete => statement.Target is { } target && context.Names.Is(target.Name, NameMeaning.GuardTable),
        _ => false,
    };

    private static bool IsBus(ApiFact fact) => fact.Api.Argument is "message" or "eventMessage" or "commandMessage" or "contentObj";

    // connection.BeginTransaction(publisher): what is published goes into the transaction.
    private static bool TakesPublisher(ApiFact begin, ApiFact fact) =>
        begin.Site is IInvocationOperation call && call.Arguments.Any(a => a.Parameter?.Type is { } type && Operations.SameSymbol(type, fact.Member.ContainingType));
}
