using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Rows and pages that a call hands over which shows no more than its name: foreach (var order in await orders.GetOpenAsync()).
/// A run that asks again is handed them again, unless something says otherwise.
/// </summary>
internal static class FetchedRows
{
    private const int MaxSteps = 16;
    private const int MaxCallers = 4;
    private const int MaxSites = 8;

    /// <summary>The loop over fetched rows that a foreach or a lambda run per row is; null where it is none. Asked only where something fails in it.</summary>
    public static RecordLoopFact? Of(IOperation loop, ReachNode node, Engine engine)
    {
        var rows = loop is IForEachLoopOperation each ? each.Collection : PerRecordCalls.RecordsFor(loop, engine.Catalog);
        return rows is not null && SourceOf(rows, node, engine, 0) is { } source
            ? new RecordLoopFact(loop, (loop as IForEachLoopOperation)?.Locals.FirstOrDefault(), source, null) { IsFetched = true }
            : null;
    }

    /// <summary>Whether a loop goes over fetched rows, by each of them or by their number.</summary>
    public static bool IsLoopOver(ILoopOperation loop, ReachNode node, Engine engine)
    {
        var rows = loop switch
        {
            IForEachLoopOperation each => each.Collection,
            IForLoopOperation { Condition: IBinaryOperation { RightOperand: var limit } } when Operations.Unwrap(limit) is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } counted } => counted,
            _ => null,
        };
        return rows is not null && SourceOf(rows, node, engine, 0) is not null;
    }

    private static IOperation? SourceOf(IOperation value, ReachNode node, Engine engine, int callers)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            value = Operations.Unwrap(value);
            switch (value)
            {
                case IInvocationOperation call:
                    if (!Operations.IsInSystem(call.TargetMethod) && (engine.Catalog.Names.Is(call.TargetMethod.Name, NameMeaning.FetchMember) || YieldsRows(call, engine.Catalog.Names)))
                        return Fetches(call.TargetMethod, engine) ? call : null;
                    if (Operations.ReceiverOf(call) is not { } receiver)
                        return null;
                    value = receiver;
                    break;
                case ILocalReferenceOperation local when Locals.OnlyValueOf(local) is { } only:
                    value = only;
                    break;
                case IPropertyReferenceOperation { Instance: { } instance }:
                    value = instance;
                    break;
                case ICoalesceOperation { Value: var present }:
                    value = present;
                    break;
                case IParameterReferenceOperation parameter when callers < MaxCallers:
                    return node.Callers.Take(MaxSites).Select(c => Operations.ArgumentNamed(c.Site, parameter.Parameter.Name) is { } argument ? SourceOf(argument, c.Caller, engine, callers + 1) : null)
                        .FirstOrDefault(source => source is not null);
                default:
                    return null;
            }
        }

        return null;
    }

    // await outbox.UnsentAsync(100): several things that somebody was waited for, whatever the call is named, unless it has made them.
    private static bool YieldsRows(IInvocationOperation call, NameCatalog names) =>
        call.Parent is IAwaitOperation && call.Type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var rows] } && RecordLoops.IsSequence(rows)
        && !names.IsAny(call.TargetMethod.Name, NameMeaning.AppendMember, NameMeaning.SaveMember) && !names.Is(call.TargetMethod.Name, NameMeaning.HandlerMember);

    // What can be looked into must read from somewhere: GetDefaults() { return new[] { "a", "b" }; } fetches nothing.
    private static bool Fetches(IMethodSymbol method, Engine engine)
    {
        if (engine.Implementations.Of(method).IsEmpty)
            return true;
        var effects = engine.Effects.Of(method);
        return effects.HasUnknownCall || effects.Statements.Any(s => s.Kind == SqlStatementKind.Select)
            || effects.Meanings.Any(m => m is ApiMeaning.RecordSource or ApiMeaning.ReadRecord or ApiMeaning.ReadsFile);
    }
}
