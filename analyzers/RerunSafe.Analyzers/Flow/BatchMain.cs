using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A program's Main is a rerun path when it works through records and is no server: a batch that an operator starts
/// again. So is a command of a command-line framework.
/// </summary>
internal static class BatchMain
{
    public static RootEntry Entry { get; } = new()
    {
        Id = "Main",
        Kind = RootKind.Member,
        Batch = true,
        RunsAgain = "is run again",
        OnReturn = Outcome.NextTrigger,
        OnThrow = Outcome.Stops,
        Library = ".NET",
    };

    public static bool WorksThroughRecords(RerunPaths paths, Engine engine) =>
        paths.Nodes.Any(n => n.Facts.RecordLoops.Count > 0)
        || (paths.Nodes.Any(n => n.Facts.Loops.Any(loop => FetchedRows.IsLoopOver(loop, n, engine) && Writes(loop.Body, n, engine))) && !paths.Nodes.Any(AsksOperator));

    /// <summary>The members of a program, other than its start, that set up a command in which no records are worked through.</summary>
    public static HashSet<IMethodSymbol> CommandsWithoutRecords(RerunPaths paths, IMethodSymbol start, Func<IMethodSymbol, bool> worksThroughRecords)
    {
        var idle = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        foreach (var node in paths.Nodes)
        {
            if (!Operations.SameSymbol(node.Method, start) && node.Facts.Of(ApiMeaning.HandlesCommand).Any() && !worksThroughRecords(node.Method))
                idle.Add(node.Method);
        }

        return idle;
    }

    /// <summary>Whether something in a part of a body writes to a sink, here or in what it calls.</summary>
    public static bool Writes(IOperation body, ReachNode node, Engine engine) =>
        node.Facts.Sql.Any(f => f.Texts.Any(FailureHandling.Writes) && Operations.Encloses(body, f.Site))
        || node.Facts.Apis.Any(f => FailureHandling.IsWrite(f.Api.Meaning) && Operations.Encloses(body, f.Site))
        || node.Facts.Calls.Any(c => Operations.Encloses(body, c.Site) && engine.Effects.Of(c.Target) is var effects
            && (effects.Statements.Any(s => s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Call)
                || effects.Meanings.Any(FailureHandling.IsWrite)));

    /// <summary>Whether a body waits for an answer of somebody who sits there.</summary>
    // var choice = Console.ReadLine(). A last ReadKey() that keeps the window open says nothing.
    public static bool AsksOperator(ReachNode node) =>
        node.Facts.Of(ApiMeaning.AsksOperator).Any(f => f.Site.Parent is not IExpressionStatementOperation);
}
