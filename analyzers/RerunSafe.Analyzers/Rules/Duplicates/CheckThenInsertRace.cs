using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.Rules.Duplicates;

/// <summary>RERUN3003: only a look-up keeps a message from being written twice, and two workers may look at the same time.</summary>
internal sealed class CheckThenInsertRace : Rule
{
    public const string Id = "RERUN3003";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Two runs may look before either writes",
        "'{0}' looks before {1} writes, but two runs of {2} at the same time{3} both find nothing and both write; put a unique key on what is looked up and handle its violation, or upsert",
        Categories.Duplicates,
        DiagnosticSeverity.Warning,
        "A look-up before the write stops a rerun that comes later. It stops none that runs at the same time: a redelivery to another worker, or a retry while the first attempt still runs. Only the store's unique key does.",
        isEnabledByDefault: false);

    public override void Check(RuleContext context)
    {
        if (context.Way() is not { Root.PerRecord: true } path)
            return;
        foreach (var (fact, text, statement) in context.Statements(Id))
        {
            if (!InsertWithoutKeyGuard.IsRepeated(statement, context) || RepeatedInserts.GrowsByDesign(statement, context.Names)
                || context.Transactions.KnownKey(statement) is not null
                || Find(context, path, fact.Site, statement.Target!.Name) is not { } asked || context.Transactions.HasGuard(path, fact.Site, statement) || !context.Claim(statement))
                continue;
            Report(context, text.Source.LocationOf(statement.HeadSpan), path, asked, fact.Site, SqlWords.Head(text.Script, statement));
        }

        foreach (var append in new Appends(context.Engine, context.Node).Find())
        {
            if (append.Set.Length == 0 || append.Replaces || AppendVerdicts.IsExempt(context.Engine, context.Node, append)
                || Find(context, path, append.Site, append.Set) is not { } asked
                || (append.NeedsSave && !UnitOfWork.IsSavedOn(path, context.Engine)) || StateFlips.Decide(context.Engine, path, append.Site)
                || new Identities(context.Engine, context.Node).Of(append).Identity is not (AppendIdentity.MadeHere or AppendIdentity.MadeByStore) || !context.Claim(append.Site))
                continue;
            Report(context, append.Site.Syntax.GetLocation(), path, asked, append.Site, AppendWords.Head(append));
        }
    }

    private void Report(RuleContext context, Location place, RerunPath path, IInvocationOperation asked, IOperation site, string write) =>
        context.Report(
            Info, place, path, site, isHint: false, null,
            SourceWords.OneLine(asked.Syntax.ToString()), write, path.RootName, path.Way);

    // Where something else guards the write too, or nothing does on some way, other rules have spoken or been content.
    private static IInvocationOperation? Find(RuleContext context, RerunPath path, IOperation write, string table)
    {
        if (!context.Guards.IsGuarded(context.Node, write, table) && context.UnguardedWay(table) is not null)
            return null;
        IInvocationOperation? asked = null;
        for (var i = path.Steps.Count - 1; i >= 0; i--)
        {
            var (step, site) = (path.Steps[i], path.SiteAt(i, write));
            if (context.Guards.HandlesDuplicates(step.Facts, site) || context.Guards.MayHandleDuplicates(step.Facts, site)
                || context.Guards.IsClearedBefore(step, site, table) || context.Guards.AsksInbox(step, site))
                return null;
            asked ??= context.Guards.StoreAskedBefore(step, site, table);
        }

        return asked is null || SerialRuns.KeepApart(path, write, context.Engine) ? null : asked;
    }
}
