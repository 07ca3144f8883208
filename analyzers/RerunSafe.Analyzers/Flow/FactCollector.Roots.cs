using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The code that a body hands to an event or a scheduler, which is an entry point of its own.</summary>
internal sealed partial class FactCollector
{
    private void VisitEvent(IEventAssignmentOperation assignment, BodyFacts facts)
    {
        if (!assignment.Adds || assignment.EventReference is not IEventReferenceOperation { Event: var symbol }
            || (_catalog.FindEventRoot(symbol) ?? SubscribedBy(symbol)) is not { } entry)
            return;
        foreach (var inner in assignment.HandlerValue.DescendantsAndSelf())
        {
            if (inner is IMethodReferenceOperation reference)
                facts.Roots.Add(new RootFact(entry, reference.Method.OriginalDefinition, null, assignment));
        }
    }

    private RootEntry? SubscribedBy(IEventSymbol symbol) => Subscribes(symbol) ? HandlerConvention.Subscribed : null;

    private bool Subscribes(ISymbol member) => _catalog.Names.Is(member.Name, NameMeaning.SubscribeMember);

    // A subscriber, a listener or a consumer is handed what handles messages, whatever these are called.
    private bool TakesMessage(IMethodSymbol handler, IInvocationOperation call) =>
        HandlerConvention.TakesMessage(handler, _catalog.Names)
        || (_catalog.Names.Is(call.TargetMethod.ContainingType?.Name, NameMeaning.HandlerType) && handler.Parameters is [{ Type: { TypeKind: TypeKind.Class, SpecialType: SpecialType.None } message }] && !Operations.IsInSystem(message));

    // events.Subscribe<OrderPlaced>(OnPlaced)
    private void AddSubscribed(IInvocationOperation call, BodyFacts facts)
    {
        foreach (var argument in call.Arguments)
        {
            if (Operations.Unwrap(argument.Value) is IDelegateCreationOperation { Target: IMethodReferenceOperation { Method: var handler } } && TakesMessage(handler, call))
                facts.Roots.Add(new RootFact(HandlerConvention.Subscribed, handler.OriginalDefinition, null, call));
        }
    }

    private static bool IsRootHandler(IMethodReferenceOperation reference, BodyFacts facts) =>
        facts.Roots.Any(root => Operations.SameSymbol(root.Target, reference.Method.OriginalDefinition) && Operations.Encloses(root.Site, reference));

    private RootFact? RootOf(IAnonymousFunctionOperation lambda)
    {
        for (var parent = lambda.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IParenthesizedOperation:
                    continue;
                case IInvocationOperation invocation when _catalog.Find(invocation.TargetMethod, ApiMeaning.Schedule) is { } entry:
                    return new RootFact(ScheduledBy(entry), null, lambda, invocation);
                case IObjectCreationOperation { Constructor: { } constructor } creation when _catalog.Find(constructor, ApiMeaning.Schedule) is { } entry:
                    return new RootFact(ScheduledBy(entry), null, lambda, creation);
                case IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: var symbol } } assignment
                    when (_catalog.FindEventRoot(symbol) ?? SubscribedBy(symbol)) is { } entry:
                    return new RootFact(entry, null, lambda, assignment);
                case IInvocationOperation invocation when Subscribes(invocation.TargetMethod) && TakesMessage(lambda.Symbol, invocation):
                    return new RootFact(HandlerConvention.Subscribed, null, lambda, invocation);
                default:
                    return null;
            }
        }

        return null;
    }

    private static RootEntry ScheduledBy(ApiEntry entry) => new()
    {
        Id = entry.Id,
        Kind = RootKind.Member,
        RunsAgain = "is run again by its scheduler",
        PerRecord = entry.Result == "settled",
        OnReturn = entry.Result == "settled" ? Outcome.Settled : Outcome.Unknown,
        OnThrow = Outcome.Unknown,
        Library = entry.Library,
        Source = entry.Source,
    };
}
