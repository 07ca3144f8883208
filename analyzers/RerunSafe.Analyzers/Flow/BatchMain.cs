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
    private const int MaxSteps = 16;
    private const int MaxCallers = 4;

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
        || (paths.Nodes.Any(n => n.Facts.Loops.Any(loop => IsOverFetched(loop, n, engine) && Writes(loop, n, engine))) && !paths.Nodes.Any(AsksOperator));

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

    // foreach (var order in await orders.GetOpenAsync()): fetched by something that shows no more than its name.
    private static bool IsOverFetched(ILoopOperation loop, ReachNode node, Engine engine)
    {
        var rows = loop switch
        {
            IForEachLoopOperation each => each.Collection,
            IForLoopOperation { Condition: IBinaryOperation { RightOperand: var limit } } when Operations.Unwrap(limit) is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } counted } => counted,
            _ => null,
        };
        return rows is not null && IsFetched(rows, node, engine, 0);
    }

    private static bool IsFetched(IOperation value, ReachNode node, Engine engine, int callers)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            value = Operations.Unwrap(value);
            switch (value)
            {
                case IInvocationOperation call:
                    if (!Operations.IsInSystem(call.TargetMethod) && engine.Catalog.Names.Is(call.TargetMethod.Name, NameMeaning.FetchMember))
                        return Fetches(call.TargetMethod, engine);
                    if (Operations.ReceiverOf(call) is not { } receiver)
                        return false;
                    value = receiver;
                    break;
                case ILocalReferenceOperation local when Locals.OnlyValueOf(local) is { } only:
                    value = only;
                    break;
                case IPropertyReferenceOperation { Instance: { } instance }:
                    value = instance;
                    break;
                case IParameterReferenceOperation parameter when callers < MaxCallers:
                    return node.Callers.Any(c => Operations.ArgumentNamed(c.Site, parameter.Parameter.Name) is { } argument && IsFetched(argument, c.Caller, engine, callers + 1));
                default:
                    return false;
            }
        }

        return false;
    }

    // What can be looked into must read from somewhere: GetDefaults() { return new[] { "a", "b" }; } fetches nothing.
    private static bool Fetches(IMethodSymbol method, Engine engine)
    {
        if (engine.Implementations.Of(method).IsEmpty)
            return true;
        var effects = engine.Effects.Of(method);
        return effects.HasUnknownCall || effects.Statements.Any(s => s.Kind == SqlStatementKind.Select)
            || effects.Meanings.Any(m => m is ApiMeaning.RecordSource or ApiMeaning.ReadRecord or ApiMeaning.ReadsFile);
    }

    private static bool Writes(ILoopOperation loop, ReachNode node, Engine engine) =>
        node.Facts.Sql.Any(f => f.Texts.Any(FailureHandling.Writes) && Operations.Encloses(loop.Body, f.Site))
        || node.Facts.Apis.Any(f => FailureHandling.IsWrite(f.Api.Meaning) && Operations.Encloses(loop.Body, f.Site))
        || node.Facts.Calls.Any(c => Operations.Encloses(loop.Body, c.Site) && engine.Effects.Of(c.Target) is var effects
            && (effects.Statements.Any(s => s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Call)
                || effects.Meanings.Any(FailureHandling.IsWrite)));

    // var choice = Console.ReadLine(): somebody sits there. A last ReadKey() that keeps the window open says nothing.
    private static bool AsksOperator(ReachNode node) =>
        node.Facts.Of(ApiMeaning.AsksOperator).Any(f => f.Site.Parent is not IExpressionStatementOperation);
}
