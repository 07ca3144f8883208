using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What a method does to sinks, itself or through what it calls here. The statements, which most questions are about,
/// are looked for only where SQL can be; the rest is found when somebody asks.
/// </summary>
internal sealed class EffectSummary
{
    private readonly Lazy<IReadOnlyList<SqlStatement>> _statements;
    private readonly Lazy<Rest> _rest;

    public EffectSummary(Func<IReadOnlyList<SqlStatement>> statements, Func<Rest> rest)
    {
        _statements = new Lazy<IReadOnlyList<SqlStatement>>(statements);
        _rest = new Lazy<Rest>(rest);
    }

    public IReadOnlyList<SqlStatement> Statements => _statements.Value;

    public IReadOnlyCollection<ApiMeaning> Meanings => _rest.Value.Meanings;

    public bool HasThrow => _rest.Value.HasThrow;

    /// <summary>It calls through an interface that nothing here implements and that the catalogue does not know.</summary>
    public bool HasUnknownCall => _rest.Value.HasUnknownCall;

    /// <summary>It assigns to a field, a property or an element.</summary>
    public bool AssignsState => _rest.Value.AssignsState;

    /// <summary>All but the statements.</summary>
    internal sealed class Rest
    {
        public HashSet<ApiMeaning> Meanings { get; } = [];

        public bool HasThrow { get; set; }

        public bool HasUnknownCall { get; set; }

        public bool AssignsState { get; set; }
    }
}

/// <summary>Summaries of methods, each made once: what a method reaches within a few calls.</summary>
internal sealed class EffectSummaries
{
    private const int MaxDepth = 5;
    private const int MaxMethods = 300;

    private readonly Engine _engine;
    private readonly ConcurrentDictionary<IMethodSymbol, EffectSummary> _known = new(SymbolEqualityComparer.Default);

    public EffectSummaries(Engine engine) => _engine = engine;

    /// <summary>The effects of what a call to the method may run within this compilation.</summary>
    public EffectSummary Of(IMethodSymbol method) =>
        _known.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, m => new EffectSummary(() => FindStatements((IMethodSymbol)m), () => FindRest((IMethodSymbol)m)));

    private IReadOnlyList<SqlStatement> FindStatements(IMethodSymbol method)
    {
        List<SqlStatement>? statements = null;
        Walk(method, _engine.Relevance.LeadsToSql, facts =>
        {
            foreach (var sql in facts.Sql)
            {
                foreach (var text in sql.Texts)
                    (statements ??= []).AddRange(text.Script.Statements);
            }
        });
        return (IReadOnlyList<SqlStatement>?)statements ?? [];
    }

    private EffectSummary.Rest FindRest(IMethodSymbol method)
    {
        var rest = new EffectSummary.Rest();
        rest.HasUnknownCall = Walk(method, static _ => true, facts =>
        {
            foreach (var api in facts.Apis)
                rest.Meanings.Add(api.Api.Meaning);
            rest.HasThrow |= facts.HasThrow;
            rest.AssignsState |= facts.AssignsState;
        });
        return rest;
    }

    // True where a call leads to code that cannot be seen.
    private bool Walk(IMethodSymbol method, Func<IMethodSymbol, bool> follow, Action<BodyFacts> visit)
    {
        var isUnknown = false;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var work = new Queue<(IMethodSymbol Method, int Depth)>();
        Enqueue(method, 0);
        while (work.Count > 0)
        {
            var (current, depth) = work.Dequeue();
            if (_engine.FactsOf(current) is not { } facts)
                continue;
            visit(facts);
            foreach (var call in facts.Calls)
                Enqueue(call.Target, depth + 1);
        }

        return isUnknown;

        void Enqueue(IMethodSymbol target, int depth)
        {
            if (depth > MaxDepth || seen.Count > MaxMethods)
                return;
            var bodies = _engine.Implementations.Of(target);
            if (bodies.IsEmpty && target.IsAbstract && _engine.Catalog.Find(target).IsEmpty && !FailureHandling.IsTalk(target, _engine))
                isUnknown = true;
            foreach (var body in bodies)
            {
                if (follow(body) && seen.Add(body))
                    work.Enqueue((body, depth));
            }
        }
    }
}
