using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A queue that is made in a body.</summary>
/// <param name="Fact">The call or creation that makes it.</param>
/// <param name="Facts">The body.</param>
internal sealed record DeclaredQueue(ApiFact Fact, BodyFacts Facts);

/// <summary>What the queues of a compilation do with records that fail: found when a rule first asks, over all bodies that set one up.</summary>
internal sealed class QueueSettings
{
    private readonly Engine _engine;
    private readonly NameCatalog _names;
    private readonly Lazy<ImmutableArray<BodyFacts>> _bodies;

    public QueueSettings(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
        _bodies = new Lazy<ImmutableArray<BodyFacts>>(FindBodies);
    }

    /// <summary>Every queue that this compilation makes and that may outlive its consumer.</summary>
    public IEnumerable<DeclaredQueue> Declared => _bodies.Value.SelectMany(facts => facts.Of(ApiMeaning.DeclaresQueue).Select(fact => new DeclaredQueue(fact, facts)));

    /// <summary>Somewhere in the compilation queues of the library get settings that do not show where they are made.</summary>
    public bool AreConfiguredElsewhere(string library) => _bodies.Value.Any(facts => facts.Of(ApiMeaning.ConfiguresQueue).Any(f => f.Api.Library == library));

    /// <summary>Redelivery ends somewhere: by a consumer's setting, or by a queue that counts and has a dead-letter target.</summary>
    public bool LimitDelivery(string library) =>
        _bodies.Value.Any(facts => facts.Of(ApiMeaning.LimitsDelivery).Any(f => f.Api.Library == library))
        || Declared.Any(queue => queue.Fact.Api.Library == library && SettingsOf(queue) is { } settings && settings.Any(CountsDeliveries) && settings.Any(IsDeadLetterTarget));

    /// <summary>The texts and names in what a queue is given; null where something in it is not to be seen.</summary>
    public IReadOnlyList<string>? SettingsOf(DeclaredQueue queue)
    {
        var names = new List<string>();
        return queue.Fact.Api.Argument.Length > 0
            ? Operations.ArgumentNamed(queue.Fact.Site, queue.Fact.Api.Argument) is not { } value || AddSettings(value, queue.Fact.Site, names) ? names : null
            : queue.Fact.Site is not IObjectCreationOperation creation || AddMade(creation, names) ? names : null;
    }

    public bool IsDeadLetterTarget(string setting) => _names.Is(setting, NameMeaning.DeadLetterArgument) && !CountsDeliveries(setting);

    // "x-delivery-limit", or a quorum queue, which has a limit of its own.
    private static bool CountsDeliveries(string setting) => setting is "x-delivery-limit" or "quorum";

    // False where a part of the settings comes from elsewhere.
    private static bool AddSettings(IOperation value, IOperation site, List<string> names)
    {
        value = Operations.Unwrap(value);
        switch (value)
        {
            case { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation:
                return true;
            case IObjectCreationOperation creation:
                return AddMade(creation, names);
            case IConditionalOperation { WhenFalse: { } other } choice:
                return AddSettings(choice.WhenTrue, site, names) & AddSettings(other, site, names);
            case ILocalReferenceOperation local:
                return AddLocal(local, site, names);
            default:
                return false;
        }
    }

    private static bool AddLocal(ILocalReferenceOperation local, IOperation site, List<string> names)
    {
        var isSeen = true;
        foreach (var operation in BodyIndex.Of(local).Touching(local.Local))
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer()?.Value is { } initial:
                    isSeen &= AddSettings(initial, site, names);
                    break;
                case ISimpleAssignmentOperation assignment when Operations.SameSymbol(BodyIndex.SymbolOf(assignment.Target), local.Local):
                    // settings = settings.Count == 0 ? null : settings
                    if (!assignment.Value.Descendants().Any(o => o is ILocalReferenceOperation same && Operations.SameSymbol(same.Local, local.Local)))
                        isSeen &= AddSettings(assignment.Value, site, names);
                    break;
                case ISimpleAssignmentOperation or IInvocationOperation:
                    AddNames(operation, names);
                    break;
                case IArgumentOperation { Parent: { } handed } when handed != site && Operations.MemberOf(handed)?.Name != Operations.MemberOf(site)?.Name:
                    isSeen = false;
                    break;
            }
        }

        return isSeen;
    }

    // new CreateQueueRequest { Attributes = … } is given the rest where the local that holds it is touched.
    private static bool AddMade(IObjectCreationOperation creation, List<string> names)
    {
        AddNames(creation, names);
        var isSeen = creation.Arguments.All(a => a.Value.Type?.SpecialType is SpecialType.System_String or SpecialType.System_Int32 || a.ArgumentKind == ArgumentKind.DefaultValue)
            && !creation.Descendants().Any(o => o is ISimpleAssignmentOperation { Value: var given } && Operations.Unwrap(given) is IInvocationOperation or IParameterReferenceOperation or IFieldReferenceOperation or ILocalReferenceOperation && RecordLoops.IsSequence(Operations.Unwrap(given).Type));
        if (Locals.HolderOf(creation) is { } holder)
        {
            foreach (var operation in BodyIndex.Of(creation).Touching(holder))
            {
                if (operation is ISimpleAssignmentOperation or IInvocationOperation)
                    AddNames(operation, names);
            }

            // request.Attributes["RedrivePolicy"] = …
            foreach (var part in Operations.RootOf(creation).Descendants())
            {
                if (part is IPropertyReferenceOperation { Arguments: { IsEmpty: false } keys, Instance: { } owner } && owner.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation l && Operations.SameSymbol(l.Local, holder)))
                    AddNames(keys[0].Value, names);
            }
        }

        return isSeen;
    }

    private static void AddNames(IOperation operation, List<string> names)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part.ConstantValue is { HasValue: true, Value: string text })
                names.Add(text);
            else if (part is IMemberReferenceOperation member)
                names.Add(member.Member.Name);
            else if (part is IInvocationOperation call)
                names.Add(call.TargetMethod.Name);
        }
    }

    private ImmutableArray<BodyFacts> FindBodies()
    {
        var bodies = ImmutableArray.CreateBuilder<BodyFacts>();
        foreach (var member in _engine.Relevance.Members)
        {
            if ((_engine.Relevance.TraitsOf(member) & SketchTraits.ConfiguresQueues) != 0 && _engine.MethodOf(member) is { } method && _engine.FactsOf(method) is { } facts)
                bodies.AddRange(facts.WithRootLambdas());
        }

        return bodies.ToImmutable();
    }
}
