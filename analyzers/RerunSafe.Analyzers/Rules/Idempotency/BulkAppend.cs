using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1003: a bulk load straight into its target, which a rerun loads once more.</summary>
internal sealed class BulkAppend : Rule
{
    public const string Id = "RERUN1003";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Bulk load is repeated by a rerun",
        "{0} into {1} runs again when {2} {3}{4} and {5}; load into a staging table and merge from there, or delete the slice first in the same transaction",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A bulk load has no conflict clause: the same input loaded twice is there twice, or fails on the unique key after the first batch. What converges is a load into a staging table that is merged, or one that replaces its slice.");

    public override void Check(RuleContext context)
    {
        foreach (var fact in context.Facts.Of(ApiMeaning.BulkAppend))
        {
            foreach (var target in new LoadTargets(context.Engine, context.Node).Of(fact))
            {
                if (Check(context, fact, target))
                    break;
            }
        }
    }

    private bool Check(RuleContext context, ApiFact fact, LoadTarget target)
    {
        var table = target.Name.Name;
        if (SinkNames.IsExempt(target.Name, context.Names) || IsGuarded(context, fact.Site, table) || WayTo(context, target) is not { } path
            || StagedRows.AreMovedOn(context.Engine, path, fact.Site, table)
            || context.Transactions.HasGuard(path, fact.Site, new SqlStatement { Kind = SqlStatementKind.Copy, Target = target.Name }))
            return false;
        context.Report(
            Info, fact.Site.Syntax.GetLocation(), path, fact.Site, isHint: false, null,
            fact.Name, table, path.RootName, path.Root.RunsAgain, path.Way, Outcome(context, table));
        return true;
    }

    private static string Outcome(RuleContext context, string table)
    {
        var known = context.Engine.Schema.Find(table);
        var key = known?.UniqueKeys.FirstOrDefault(columns => columns.Length > 0 && !columns.Any(c => known.GeneratedColumns.Contains(c, StringComparer.OrdinalIgnoreCase)));
        return key is { IsDefaultOrEmpty: false } columns ? $"fails on the unique key ({string.Join(", ", columns)})" : "adds the same rows again";
    }

    // The target may be named by one caller only: the way leads through that call.
    private static RerunPath? WayTo(RuleContext context, LoadTarget target) =>
        RerunPaths.WayTo(context.Node, (caller, site) =>
            (target.Caller is { } named && site != named && context.Node.Callers.Any(c => c.Site == site))
            || context.Guards.IsGuarded(caller, site, target.Name.Name));

    private static bool IsGuarded(RuleContext context, IOperation site, string table) =>
        context.Guards.IsGuarded(context.Node, site, table)
        || context.Guards.HoldsChosen(context.Node, site, table)
        || RowCalls(site).Any(call => context.Guards.IsGuarded(context.Node, call, table));

    // writer.StartRow(), appender.CreateRow(): whether a row goes in is decided there, and not where the writer is made.
    private static IEnumerable<IOperation> RowCalls(IOperation site)
    {
        for (var parent = site.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IVariableDeclaratorOperation declarator)
                return BodyIndex.Of(site).Touching(declarator.Symbol).Where(o => o is IInvocationOperation && Operations.Enclosing<ILoopOperation>(o) is not null);
            if (parent is not (IVariableInitializerOperation or IAwaitOperation or IConversionOperation) && parent is not IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
                break;
        }

        return [];
    }
}
