using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A call that tells the source that a record is done.</summary>
internal sealed record Settlement(IInvocationOperation Call, RecordScope Scope);

/// <summary>Something that lets the source count each record as done when it hands it over.</summary>
/// <param name="Fact">The setting or call.</param>
/// <param name="IsSaid">It says so itself, as opposed to settings that leave it at that.</param>
/// <param name="Scope">Where the records are worked on.</param>
/// <param name="Setting">What says so, where that is no code: a setting in a file.</param>
internal sealed record AutoSettling(ApiFact Fact, bool IsSaid, RecordScope Scope, string? Setting = null);

/// <summary>Finds what settles the records that a body works on: calls in it, helpers that do nothing else, and settings of its consumer.</summary>
internal sealed class Settlements
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly RecordScopes _scopes;

    public Settlements(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
        _scopes = new RecordScopes(engine);
    }

    public IEnumerable<Settlement> Calls()
    {
        foreach (var fact in _node.Facts.Of(ApiMeaning.SettleAck))
        {
            if (fact.Site is IInvocationOperation call && ScopeOf(call) is { } scope)
                yield return new Settlement(call, scope);
        }

        foreach (var fact in _node.Facts.Calls)
        {
            if (fact.Site is not IInvocationOperation call)
                continue;
            if (OnlySettles(fact.Target) && ScopeOf(call) is { } scope)
                yield return new Settlement(call, scope);
            else if (FetchesAndSettles(fact.Target) && Locals.HolderOf(call) is { } record)
                yield return new Settlement(call, RecordScopes.Fetched(_node, record, call));
        }
    }

    /// <summary>What settles the records that this body takes from its source or is handed, by itself.</summary>
    public IEnumerable<AutoSettling> Automatic()
    {
        if (SourceOf() is not ({ Length: > 0 } library, var scope))
        {
            foreach (var fact in _node.Facts.Of(ApiMeaning.AutoSettles))
            {
                // var message = channel.BasicGet(queue, autoAck: true), once per tick of a timer.
                if (_engine.Catalog.Means(fact.Member, ApiMeaning.ReadRecord) && Locals.HolderOf(fact.Site) is { } record)
                    yield return new AutoSettling(fact, IsSaid: true, RecordScopes.Fetched(_node, record, fact.Site));
            }

            yield break;
        }

        var bodies = BodiesAround().ToList();
        foreach (var facts in bodies)
        {
            foreach (var fact in facts.Of(ApiMeaning.AutoSettles))
            {
                if (fact.Api.Library == library && !IsDecidedOtherwise(facts, fact))
                    yield return new AutoSettling(fact, IsSaid: true, scope);
            }
        }

        if (bodies.Any(b => b.Apis.Any(a => a.Api.Meaning == ApiMeaning.DecidesSettling && a.Api.Library == library)))
            yield break;
        if (new BoundConsumers(_engine, library).In(bodies, _node) is { } bound)
        {
            if (bound.Settling is { } isSaid)
                yield return new AutoSettling(bound.Fact, isSaid, scope, bound.Setting);
            yield break;
        }

        foreach (var facts in bodies)
        {
            foreach (var fact in facts.Of(ApiMeaning.ConfiguresConsumer))
            {
                if (fact.Api.Library == library && fact.Site is IObjectCreationOperation { Arguments.IsEmpty: true } creation && !IsFilledElsewhere(creation))
                    yield return new AutoSettling(fact, IsSaid: false, scope);
            }
        }
    }

    // The library that hands the records over, and where they are worked on.
    private (string Library, RecordScope Scope)? SourceOf()
    {
        if (_node.Root is { PerRecord: true } root)
            return (root.Library, _scopes.OfBody(_node));
        return _node.Facts.RecordLoops.FirstOrDefault(IsFromConsumer) is { Api: { } api, Body: IOperation { } body } loop
            && loop.Loop is ILoopOperation && body.ChildOperations.FirstOrDefault() is { } first && ScopeOf(first) is { } scope
            ? (api.Library, scope)
            : null;
    }

    /// <summary>Where a handler that is called per record works on it.</summary>
    public RecordScope OfHandler() => _scopes.OfBody(_node);

    // A call inside a lambda happens when the lambda is run.
    private RecordScope? ScopeOf(IOperation site) => _scopes.Of(_node, site);

    // await AckAsync(args): a helper that settles and does no work itself. One that also says no decides between the two.
    private bool OnlySettles(IMethodSymbol target) =>
        EffectsOfSettler(target) is { } effects && !effects.Meanings.Any(m => m is ApiMeaning.ReadRecord or ApiMeaning.RecordSource);

    // var order = await DequeueAsync(): it receives a message, deletes it, and returns what was in it.
    private bool FetchesAndSettles(IMethodSymbol target) =>
        target.ReturnType is INamedTypeSymbol { TypeArguments: [_] } or { SpecialType: SpecialType.System_String } && EffectsOfSettler(target) is not null
        && _engine.Implementations.Of(target) is [var body] && _engine.FactsOf(body) is { RecordLoops.Count: 0 } facts
        && facts.Of(ApiMeaning.ReadRecord).Any() && facts.Of(ApiMeaning.SettleAck).Any();

    private EffectSummary? EffectsOfSettler(IMethodSymbol target)
    {
        if (_engine.Implementations.Of(target).IsEmpty || !_engine.Relevance.LeadsToSettling(target))
            return null;
        var effects = _engine.Effects.Of(target);
        return effects.Meanings.Contains(ApiMeaning.SettleAck) && !effects.HasUnknownCall && effects.Statements.Count == 0
            && !effects.Meanings.Any(m => FailureHandling.IsWrite(m) || m is ApiMeaning.SettleNack or ApiMeaning.DeadLetter or ApiMeaning.Effect)
                ? effects
                : null;
    }

    private static bool IsFromConsumer(RecordLoopFact loop) => loop.Api is { Meaning: ApiMeaning.ReadRecord or ApiMeaning.RecordSource, Library.Length: > 0 };

    // Where the consumer is made: in the same type, or in what calls this body.
    private IEnumerable<BodyFacts> BodiesAround()
    {
        var seen = new HashSet<BodyFacts> { _node.Facts };
        foreach (var facts in FromType().Concat(_node.Callers.Select(c => c.Caller.Facts)))
            seen.Add(facts);
        return seen;
    }

    private IEnumerable<BodyFacts> FromType()
    {
        foreach (var member in _node.Method.ContainingType.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor } method && _engine.FactsOf(method) is { } facts)
            {
                foreach (var body in facts.WithRootLambdas())
                    yield return body;
            }
            else if (member is IFieldSymbol { Type: INamedTypeSymbol type } && type.InstanceConstructors.Any(c => _engine.Catalog.Means(c, ApiMeaning.ConfiguresConsumer))
                && _engine.InitializerOf(member) is { } made && _node.Method.ContainingType.InstanceConstructors.FirstOrDefault() is { } constructor)
            {
                // private readonly ConsumerConfig _config = new() { … }
                yield return new FactCollector(_engine).Collect(constructor, made, _engine.ModelFor(made.Syntax.SyntaxTree), CancellationToken.None);
            }
        }
    }

    // EnableAutoCommit = true with EnableAutoOffsetStore = false: what is committed is what the program has stored.
    private static bool IsDecidedOtherwise(BodyFacts facts, ApiFact automatic) =>
        facts.Of(ApiMeaning.DecidesSettling).Any(f => f.Site != automatic.Site && f.Api.Library == automatic.Api.Library
            && !(f.Site.Parent is ISimpleAssignmentOperation assignment && Operations.Unwrap(assignment.Value).ConstantValue is { HasValue: true, Value: true }));

    // section.Bind(config), new ConsumerConfig(settings): what is set there does not show.
    private static bool IsFilledElsewhere(IObjectCreationOperation creation)
    {
        IOperation made = creation;
        while (made.Parent is IConversionOperation or IParenthesizedOperation)
            made = made.Parent;
        return made.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
                BodyIndex.Of(creation).Touching(declarator.Symbol).Any(o => o is IArgumentOperation { Parent: not IObjectCreationOperation } or IInvocationOperation),
            IArgumentOperation { Parent: IObjectCreationOperation } => false,
            ISimpleAssignmentOperation or IFieldInitializerOperation or null => false,
            _ => true,
        };
    }
}
