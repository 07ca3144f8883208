using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a method does to sinks, itself or through what it calls here.</summary>
internal sealed class EffectSummary
{
    public List<SqlStatement> Statements { get; } = [];

    public HashSet<ApiMeaning> Meanings { get; } = [];

    public bool HasThrow { get; set; }

    /// <summary>It calls through an interface that nothing here implements and that the catalogue does not know.</summary>
    public bool HasUnknownCall { get; set; }

    /// <summary>It assigns to a field, a property or an element.</summary>
    public bool AssignsState { get; set; }
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
        _known.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, m => Sum((IMethodSymbol)m));

    private EffectSummary Sum(IMethodSymbol method)
    {
        var summary = new EffectSummary();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var work = new Queue<(IMethodSymbol Method, int Depth)>();
        Enqueue(method, 0);
        while (work.Count > 0)
        {
            var (current, depth) = work.Dequeue();
            if (_engine.FactsOf(current) is not { } facts)
                continue;
            foreach (var sql in facts.Sql)
            {
                foreach (var text in sql.Texts)
                    summary.Statements.AddRange(text.Script.Statements);
            }

            foreach (var api in facts.Apis)
                summary.Meanings.Add(api.Api.Meaning);
            summary.HasThrow |= facts.HasThrow;
            summary.AssignsState |= facts.AssignsState;
            foreach (var call in facts.Calls)
                Enqueue(call.Target, depth + 1);
        }

        return summary;

        void Enqueue(IMethodSymbol target, int depth)
        {
            if (depth > MaxDepth || seen.Count > MaxMethods)
                return;
            var bodies = _engine.Implementations.Of(target);
            if (bodies.IsEmpty && target.IsAbstract && _engine.Catalog.Find(target).IsEmpty && !FailureHandling.IsTalk(target, _engine))
                summary.HasUnknownCall = true;
            foreach (var body in bodies)
            {
                if (seen.Add(body))
                    work.Enqueue((body, depth));
            }
        }
    }
}
