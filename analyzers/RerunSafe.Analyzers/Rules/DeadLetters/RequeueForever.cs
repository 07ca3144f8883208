using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2003: a record that failed is put back, and nothing ends that.</summary>
internal sealed class RequeueForever : Rule
{
    public const string Id = "RERUN2003";

    /// <summary>Diagnostic property: the name of the flag that puts back; the type that says it makes a queue with a dead-letter target.</summary>
    public const string FlagProperty = "flag";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A failing record is put back for ever",
        "'{0}' puts the record back {1}: one that fails every time comes back for ever, and keeps the others from their turn; count its deliveries, and set it aside among the dead letters after a few",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A record that cannot be read fails again on every delivery. Put back without a limit, it is delivered as fast as the broker can, for ever: the load of a busy day, and no progress.");

    public override void Check(RuleContext context)
    {
        foreach (var fact in context.Facts.Of(ApiMeaning.SettleNack))
        {
            if (fact.Site is not IInvocationOperation call || fact.Api.Result == "limited" || !PutsBack(fact.Api, call))
                continue;
            var sources = context.Facts.Flow.Deciders(call).SelectMany(condition => DecisionSources.Of(condition, context.Node)).ToList();
            var clause = Operations.Enclosing<ICatchClauseOperation>(call) ?? FlaggedIn(sources);
            if (clause is null ? !IsToldByHandler(fact.Api, sources, context) : MayPass(clause, context))
                continue;
            if (sources.Any(o => AsksLimit(o, clause, context.Names)) || call.DescendantsAndSelf().Any(o => AsksLimit(o, null, context.Names)) || context.Engine.Queues.LimitDelivery(fact.Api.Library))
                continue;
            var properties = ImmutableDictionary<string, string?>.Empty;
            if (fact.Api.Argument.Length > 0 && MakesDeadLetterTarget(fact.Api.Library, context))
                properties = properties.Add(FlagProperty, fact.Api.Argument);
            context.Report(
                Info, call.Syntax.GetLocation(), call, isHint: clause is null, properties,
                call.TargetMethod.Name, clause is null ? "each time its handler says no" : "whatever has failed");
        }
    }

    private static bool MakesDeadLetterTarget(string library, RuleContext context)
    {
        var queues = context.Engine.Queues;
        return queues.Declared.Any(queue => queue.Fact.Api.Library == library && Operations.SameSymbol(queue.Facts.Method.ContainingType, context.Facts.Method.ContainingType)
            && queues.SettingsOf(queue) is { } settings && settings.Any(queues.IsDeadLetterTarget));
    }

    // requeue: true, or a call that can do nothing else.
    private static bool PutsBack(ApiEntry entry, IInvocationOperation call) =>
        entry.Argument.Length == 0 || Operations.ArgumentNamed(call, entry.Argument) is { ConstantValue: { HasValue: true, Value: true } };

    // if (!await handler.HandleAsync(order)) Nack(requeue: true). A wrapper around the call knows nothing of failures.
    private static bool IsToldByHandler(ApiEntry entry, IReadOnlyList<IOperation> sources, RuleContext context) =>
        entry.Argument.Length > 0 && sources.Any(o => o is IInvocationOperation { TargetMethod: var asked } && !Operations.IsInSystem(asked)
            && (context.Names.IsAny(asked.Name, NameMeaning.HandlerMember, NameMeaning.DispatchMember) || context.Names.Is(asked.Name, NameMeaning.AppendMember)));

    // var ok = true; try { … } catch { ok = false; } if (!ok) Nack(requeue: true)
    private static ICatchClauseOperation? FlaggedIn(IReadOnlyList<IOperation> sources) =>
        sources.Where(o => o.ConstantValue is { HasValue: true, Value: bool } && o.Parent is ISimpleAssignmentOperation)
            .Select(Operations.Enclosing<ICatchClauseOperation>).FirstOrDefault(c => c is not null);

    // Cancellation, a time-out, a filter, a kind of failure of its own: trying again may help, or somebody has thought about it.
    private static bool MayPass(ICatchClauseOperation clause, RuleContext context)
    {
        if (clause.Filter is not null)
            return true;
        if (clause.ExceptionType is not { } type || type is { Name: "Exception" or "SystemException" or "ApplicationException" or "AggregateException" or "Object", ContainingNamespace.Name: "System" })
            return false;
        return !context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Malformed);
    }

    // Redelivered, DeliveryCount, "x-death", attempts; a question about the exception tells kinds of failures apart.
    private static bool AsksLimit(IOperation operation, ICatchClauseOperation? clause, NameCatalog names)
    {
        var name = operation switch
        {
            ILocalReferenceOperation local when clause is not null && clause.Locals.Any(l => Operations.SameSymbol(l, local.Local)) => "transient",
            { ConstantValue: { HasValue: true, Value: string text } } => text,
            IInvocationOperation call => call.TargetMethod.Name,
            _ => BodyIndex.SymbolOf(operation)?.Name,
        };
        return names.IsAny(name, NameMeaning.AttemptCounter, NameMeaning.DeliveryLimit);
    }
}
