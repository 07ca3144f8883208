using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1012: a retry around a write that adds another copy each time it goes through.</summary>
internal sealed class RetriedAppend : Rule
{
    public const string Id = "RERUN1012";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A retry repeats the write",
        "{0} runs again when {1} retries it{2}, though the failed attempt may have done it; {3}",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A time-out does not say that nothing happened: the server may have finished the work when the answer was lost, and what came before the failure is done. A retry is safe around a write that converges, carries an idempotency key, or rolls back as a whole.");

    public override void Check(RuleContext context)
    {
        foreach (var region in new RetryRegions(context.Engine).Of(context.Facts))
        {
            var reported = new HashSet<IOperation>(ReferenceComparer.Instance);
            foreach (var body in RetriedBodies.Of(region, context.Node, context.Engine))
            {
                CheckSql(context, region, body, reported);
                CheckCalls(context, region, body, reported);
            }
        }
    }

    private void CheckSql(RuleContext context, RetryRegion region, RetriedBody body, HashSet<IOperation> reported)
    {
        foreach (var (fact, text, statement) in body.Node.Facts.Statements())
        {
            if (!body.Holds(fact.Site) || !Repeats(context, fact, body, statement))
                continue;
            var isIgnored = RuleContext.IsIgnored(Id, text, statement);
            if (!isIgnored && !reported.Add(body.Call ?? fact.Site))
                continue;
            ClaimInOwnFile(context, fact.Site, statement);
            if (isIgnored)
                continue;
            var place = body.Call is null ? text.Source.LocationOf(statement.HeadSpan) : body.Call.Syntax.GetLocation();
            Report(context, region, body, place, fact.Site, SqlWords.Head(text.Script, statement), "make it converge (an upsert), or retry a whole transaction", isHint: false);
        }
    }

    private static bool Repeats(RuleContext context, SqlFact fact, RetriedBody body, SqlStatement statement)
    {
        var isRelative = RelativeUpdate.RelativeColumn(statement, context.Names) is not null;
        if (!isRelative && !InsertWithoutKeyGuard.IsRepeated(statement, context))
            return false;
        if ((isRelative && context.IsOnPath) || statement.Target is not { Name.Length: > 0 } target || statement.HasOpenClause
            || RepeatedInserts.GrowsByDesign(statement, context.Names)
            || context.Transactions.KnownKey(statement) is not null || HasGivenIdentity(statement) || statement.Transaction >= 0
            || context.Guards.IsGuarded(body.Node, fact.Site, target.Name) || IsGuardedOnTheWay(context, body, target.Name))
            return false;
        return !(isRelative && statement.Conditions.Any(c => context.Names.IsAny(c.Column, NameMeaning.Version, NameMeaning.Status)))
            && context.Transactions.SharedWith(body.Path, fact.Site) is null;
    }

    private static bool IsGuardedOnTheWay(RuleContext context, RetriedBody body, string table)
    {
        for (var i = 0; i < body.Path.Sites.Count; i++)
        {
            if (context.Guards.IsGuarded(body.Path.Steps[i], body.Path.Sites[i], table))
                return true;
        }

        return false;
    }

    // INSERT INTO t (id, …) VALUES (@id, …): the second attempt is refused, and adds nothing.
    private static bool HasGivenIdentity(SqlStatement insert) => insert.Kind == SqlStatementKind.Insert && insert.Assignments.Any(a =>
        a.Value.Kind is SqlValueKind.Parameter or SqlValueKind.Hole
        && (a.Column.Equals("id", StringComparison.OrdinalIgnoreCase) || a.Column.Equals(insert.Target!.Name.TrimEnd('s') + "id", StringComparison.OrdinalIgnoreCase)
            || a.Column.Equals(insert.Target.Name.TrimEnd('s') + "_id", StringComparison.OrdinalIgnoreCase)));

    private void CheckCalls(RuleContext context, RetryRegion region, RetriedBody body, HashSet<IOperation> reported)
    {
        var writes = new RetriedCalls(body, context);
        foreach (var fact in body.Node.Facts.Apis)
        {
            if (!body.Holds(fact.Site) || writes.Judge(fact) is not { } verdict || !reported.Add(body.Call ?? fact.Site))
                continue;
            ClaimInOwnFile(context, fact.Site, null);
            Report(context, region, body, (body.Call ?? fact.Site).Syntax.GetLocation(), fact.Site, fact.Name, verdict.Advice, verdict.IsHint);
        }
    }

    // What stands in another file may have been judged there already.
    private static void ClaimInOwnFile(RuleContext context, IOperation site, SqlStatement? statement)
    {
        if (site.Syntax.SyntaxTree != context.Facts.Root.Syntax.SyntaxTree)
            return;
        if (statement is not null)
            context.Claim(statement);
        else
            context.Claim(site);
    }

    private void Report(RuleContext context, RetryRegion region, RetriedBody body, Location place, IOperation site, string what, string advice, bool isHint) =>
        context.Report(Info, place, body.Call ?? site, isHint || !region.IsCertain, what, region.Name, body.Path.Way, advice);
}
