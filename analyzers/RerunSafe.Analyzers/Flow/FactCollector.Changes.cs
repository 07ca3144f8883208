using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a body changes in objects that something else may keep: their properties and collections.</summary>
internal sealed partial class FactCollector
{
    // new Order { Id = … } describes a new object and changes none.
    private static void AddChange(IOperation site, IOperation target, BodyFacts facts)
    {
        if (Operations.Unwrap(target) is IPropertyReferenceOperation { Instance: not null and not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } } property)
            facts.Changes.Add(new ChangeFact(site, property));
    }

    // order.Lines.Add(line)
    private static void AddToCollection(IInvocationOperation call, BodyFacts facts)
    {
        if (call.TargetMethod.Name == "Add" && call.Instance is { } collection
            && Operations.Unwrap(collection) is IPropertyReferenceOperation { Instance: not null and not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } })
            facts.CollectionAdds.Add(call);
    }

    // db.Entry(order).State = EntityState.Added: the call that was handed the order adds it.
    private void VisitProperty(IPropertyReferenceOperation property, BodyFacts facts)
    {
        AddOwnClock(property, property.Property, facts);
        foreach (var entry in EntriesAt(property, property.Property))
        {
            if (entry.Meaning != ApiMeaning.Append)
                facts.Apis.Add(new ApiFact(property, entry, property.Property));
            else if ((property.Instance is ILocalReferenceOperation local ? Locals.OnlyValueOf(local) : property.Instance) is { } owner
                && Operations.Unwrap(owner) is IInvocationOperation { TargetMethod.Parameters: [{ } thing] } call)
                facts.Apis.Add(new ApiFact(call, entry with { Argument = thing.Name }, call.TargetMethod));
        }
    }

    private void AddOwnClock(IOperation site, ISymbol member, BodyFacts facts)
    {
        if (OwnClocks.Is(member, _engine) && !_catalog.Means(member, ApiMeaning.Clock))
            facts.Apis.Add(new ApiFact(site, OwnClocks.Entry, member));
    }

    // orders.AddAsync(order), mails.SendAsync(mail), whose bodies are in another project
    private void AddToStore(IInvocationOperation call, BodyFacts facts)
    {
        var stores = new StoreCalls(_engine);
        if ((stores.AppendAt(call) ?? stores.ChangeAt(call)) is { } change)
            facts.Apis.Add(new ApiFact(call, change, call.TargetMethod));
        else if (stores.EffectAt(call) is { } effect)
            facts.EffectsElsewhere.Add(new ApiFact(call, effect, call.TargetMethod));
    }

    // errors.Keep(order, e) of another assembly: what is handed over may be kept there.
    private void AddHandedOut(IInvocationOperation call, BodyFacts facts)
    {
        if (facts.HandsOut || FailureHandling.IsFrameworkHelper(call.TargetMethod) || _engine.IsDeclaredHere(call.TargetMethod) || FailureHandling.IsTalk(call.TargetMethod, _engine))
            return;
        facts.HandsOut = call.Arguments.Any(a => a.Value.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation));
    }

    private void AddHandedOut(IOperation unbound, BodyFacts facts) => facts.HandsOut |= FailureHandling.MayKeep(unbound, _engine);
}
