using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Duplicates;

/// <summary>RERUN3002: what was processed is remembered in memory only, and forgotten when the process starts again.</summary>
internal sealed class SeenSetInMemory : Rule
{
    public const string Id = "RERUN3002";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "What was processed is remembered in memory only",
        "'{0}' alone decides whether {1} runs when {2} {3}{4}; it is empty after a restart and in every other instance, so keep the processed keys in the sink, in the same transaction",
        Categories.Duplicates,
        DiagnosticSeverity.Info,
        "A set in memory tells duplicates within one life of the process. Redeliveries come after a crash, a deployment or a rebalance, when the set is empty.");

    public override void Check(RuleContext context)
    {
        if (!RerunPaths.AnyAbove(context.Node, facts => facts.AsksSet))
            return;
        var sets = new SeenSets(context.Engine);
        var guards = new Guards(context.Engine) { IgnoresSets = true };
        foreach (var (fact, text, statement) in context.Facts.Statements())
        {
            if (statement.Effect is RerunEffect.Repeats or RerunEffect.Relative && statement.Target is { } target && !SinkNames.IsExempt(target, context.Names)
                && Find(context, sets, guards, fact.Site, target.Name) is { } found && context.Claim(statement) && !RuleContext.IsIgnored(Id, text, statement))
                Report(context, found, fact.Site, SqlWords.Head(text.Script, statement));
        }

        foreach (var fact in context.Facts.Apis)
        {
            if (fact.Api.Meaning is ApiMeaning.Append or ApiMeaning.Relative or ApiMeaning.Effect && Find(context, sets, guards, fact.Site, "") is { } found && context.Claim(fact.Site))
                Report(context, found, fact.Site, fact.Name);
        }
    }

    private void Report(RuleContext context, (IInvocationOperation Asked, RerunPath Path) found, IOperation site, string write) =>
        context.Report(
            Info, found.Asked.Syntax.GetLocation(), found.Path, site, isHint: false, null,
            found.Asked.Syntax.ToString(), write, found.Path.RootName, found.Path.Root.RunsAgain, found.Path.Way);

    // Only where records are redelivered: within one run over a file the set does what it is for.
    private static (IInvocationOperation Asked, RerunPath Path)? Find(RuleContext context, SeenSets sets, Guards guards, IOperation write, string table)
    {
        if (context.Node.Facts.Root is null || guards.IsGuarded(context.Node, write, table)
            || RerunPaths.WayTo(context.Node, (caller, site) => guards.IsGuarded(caller, site, table)) is not { } path)
            return null;
        var isRedelivered = path.Root.PerRecord;
        IInvocationOperation? asked = null;
        for (var i = path.Steps.Count - 1; i >= 0; i--)
        {
            var site = path.SiteAt(i, write);
            asked ??= sets.DeciderOf(path.Steps[i], site);
            isRedelivered |= path.Steps[i].Facts.RecordLoops.Any(loop => Operations.Encloses(loop.Body, site)
                && loop.Api is { Meaning: ApiMeaning.ReadRecord } && Operations.MemberOf(loop.Source) is { } member && !Operations.IsInSystem(member));
        }

        return asked is not null && isRedelivered ? (asked, path) : null;
    }
}
