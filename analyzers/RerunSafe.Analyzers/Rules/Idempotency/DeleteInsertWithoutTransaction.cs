using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1009: a slice is removed and loaded anew in two transactions, so that a run that breaks off between them leaves a hole.</summary>
internal sealed class DeleteInsertWithoutTransaction : Rule
{
    public const string Id = "RERUN1009";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A slice is deleted and loaded in two transactions",
        "{0} commits before {1} loads {2} again; a run that breaks off between them leaves a hole in {2} until {3} {4}{5}; {6}",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "Deleting a slice and loading it anew converges only if both happen or neither does. Without one transaction around the two, readers see the hole, and a run that breaks off leaves it there.");

    public override void Check(RuleContext context)
    {
        if (context.Facts.Sql.Count + context.Facts.Apis.Count + context.Facts.Calls.Count == 0 || !context.Engine.Slices.MayRemove(context.Node.Method))
            return;
        var writes = context.Engine.Slices.Of(context.Node);
        if (!writes.Any(w => w.Step is SliceStep.Clears or SliceStep.Marks))
            return;
        foreach (var load in writes)
        {
            if (load.Step != SliceStep.Loads)
                continue;
            foreach (var clear in writes)
            {
                if (!IsPair(clear, load))
                    continue;
                ClaimBoth(context, clear, load);
                if (!IsIgnored(clear) && !IsIgnored(load) && Check(context, writes, clear, load))
                    break;
            }
        }
    }

    private static bool IsIgnored(SliceWrite write) => write.Sql is { } sql && RuleContext.IsIgnored(Id, sql.Text, sql.Statement);

    private static bool IsPair(SliceWrite clear, SliceWrite load)
    {
        if (clear.Step is not (SliceStep.Clears or SliceStep.Marks) || !SliceWrites.IsSameTarget(clear, load) || !ComesBefore(clear, load))
            return false;
        return clear.Statement is not { } delete || load.Statement is not { } insert || !SliceFilters.TakesOthers(delete, insert, load.Target!.Name);
    }

    private static bool ComesBefore(SliceWrite clear, SliceWrite load)
    {
        if (clear.Site != load.Site)
            return SourceOrder.GoesOn(clear.Site, load.Site);
        return clear.Sql is { } first && load.Sql is { } second && ReferenceEquals(first.Text, second.Text) && first.Statement.Span.Start < second.Statement.Span.Start;
    }

    // The delete and its load are this rule's, whether they are safe or not.
    private static void ClaimBoth(RuleContext context, SliceWrite clear, SliceWrite load)
    {
        foreach (var write in new[] { clear, load })
        {
            if (write.Statement is { } statement)
                context.Claim(statement);
            else if (write.IsDirect)
                context.Claim(write.Origin);
        }
    }

    private bool Check(RuleContext context, IReadOnlyList<SliceWrite> writes, SliceWrite clear, SliceWrite load)
    {
        var target = load.Target!;
        var provider = context.Engine.ProviderFactsOf(clear.Site);
        if (clear.Sql is { } sql)
            provider |= context.Engine.Catalog.ProviderFactsOf(sql.Text.Script.Text.Dialect);
        var commitsItself = clear.Statement is { Kind: SqlStatementKind.Truncate } && (provider & ProviderFacts.TruncateCommits) != 0;
        if (SinkNames.IsExempt(target, context.Names) || (load.Store is { } store && SinkNames.IsExempt(new SqlName("", store, default, IsTemporary: false), context.Names)) || (!commitsItself && IsTogether(context, writes, clear, load, provider)))
            return false;
        var path = commitsItself ? context.Way() : RerunPaths.WayTo(context.Node, (caller, site) => context.Transactions.CoversCall(caller.Facts, site));
        if (path is null || StagedRows.AreMovedOn(context.Engine, path, load.Site, target.Name, isClearedAnyway: true))
            return false;
        var place = load is { IsDirect: true, Sql: { } text } ? text.Text.Source.LocationOf(text.Statement.HeadSpan) : load.Site.Syntax.GetLocation();
        context.Report(
            Info, place, path, load.Site, isHint: clear.Store is not null, null,
            NameOf(clear), NameOf(load), target.Name, path.RootName, path.Root.RunsAgain, path.Way,
            commitsItself
                ? "TRUNCATE commits by itself in this database, so delete the rows instead, or load a staging table and swap it in"
                : "put both into one transaction, or load a staging table and swap it in");
        return true;
    }

    private static bool IsTogether(RuleContext context, IReadOnlyList<SliceWrite> writes, SliceWrite clear, SliceWrite load, ProviderFacts provider)
    {
        // What is only marked is removed when the unit of work is saved: together with what is added before that.
        if (clear.Step == SliceStep.Marks && !writes.Any(w => w.Step == SliceStep.Saves && SourceOrder.GoesOn(clear.Site, w.Site) && SourceOrder.GoesOn(w.Site, load.Site)))
            return true;
        if (clear.Site == load.Site)
        {
            var (first, second) = (clear.Statement!, load.Statement!);
            if (first.Transaction >= 0 || second.Transaction >= 0)
                return first.Transaction == second.Transaction;
            return (provider & ProviderFacts.CommitsEachStatement) == 0 || context.Transactions.CoversCall(context.Facts, load.Site);
        }

        return context.Transactions.AreTogether(context.Facts, clear.Site, load.Site, provider);
    }

    private static string NameOf(SliceWrite write)
    {
        if (write.Sql is { } sql)
            return SqlWords.Head(sql.Text.Script, sql.Statement);
        return write.Origin is IInvocationOperation call ? call.TargetMethod.Name : write.Origin.Syntax.ToString();
    }
}
