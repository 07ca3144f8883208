using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2002: one record that cannot be parsed ends the consumer, or the run in the middle of its records.</summary>
internal sealed class PoisonStopsTheRest : Rule
{
    public const string Id = "RERUN2002";

    private const int MaxCallers = 3;

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "One bad record stops the rest",
        "A record that '{0}' cannot read {1}{2}; catch it per record and write it to the dead letters",
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
            if (scopes.Of(context.Node, parse.Site) is not { Source: { } source } scope || !Operations.Encloses(scope.Body, parse.Site) || !scope.Uses(parse.Site) || !seen.Add(scope.Body))
                continue;
            if (IsEndless(source))
                CheckConsumer(context, parse, scope, source);
            else if (scope.Loop is { } loop && loop.Api is { Result: "", Meaning: ApiMeaning.RecordSource or ApiMeaning.ReadRecord })
                CheckRun(context, parse, loop);
        }
    }

    // while (true) { var result = consumer.Consume(); Deserialize(result.Message.Value); … }
    private void CheckConsumer(RuleContext context, ApiFact parse, RecordScope scope, RecordLoopFact source)
    {
        if (IsCaught(parse.Site, scope.Body) || (scope.Loop is null && IsCaughtByCaller(context.Node, source, 0)) || context.Way() is not { } path)
            return;
        context.Report(
            Info, parse.Site.Syntax.GetLocation(), path, parse.Site, isHint: false, null,
            parse.Name, $"ends {path.RootName}, and is the first one again when it starts anew", path.Way);
    }

    // Some records are stored, one cannot be read, and those behind it are not reached.
    private void CheckRun(RuleContext context, ApiFact parse, RecordLoopFact loop)
    {
        if (IsCaught(parse.Site, loop.Body) || StoredIn(loop.Body, context) is not { } write || context.Transactions.CoversCall(context.Facts, write) || context.Way() is not { } path)
            return;
        context.Report(
            Info, parse.Site.Syntax.GetLocation(), path, parse.Site, isHint: true, null,
            parse.Name, $"stops {path.RootName} in the middle: those before it are stored, those behind it are not reached", path.Way);
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
}
