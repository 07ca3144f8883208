using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

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
        _known.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, m => new EffectSummary(
            () => FindStatements((IMethodSymbol)m),
            () => FindKinds((IMethodSymbol)m, _engine.Relevance.LeadsToLookUp, SetKinds.AskedBy, new StoreCalls(_engine).AskedBy),
            () => FindKinds((IMethodSymbol)m, _engine.Relevance.LeadsToClearing, static api => api.Api.Meaning is ApiMeaning.Overwrite or ApiMeaning.MarksRemoval ? SetKinds.Of(api.Site) : null),
            () => FindRest((IMethodSymbol)m)));

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

    private IReadOnlyCollection<string> FindKinds(IMethodSymbol method, Func<IMethodSymbol, bool> follow, Func<ApiFact, string?> kindOf, Func<CallFact, string?>? kindOfCall = null)
    {
        HashSet<string>? kinds = null;
        Walk(method, follow, facts =>
        {
            foreach (var api in facts.Apis)
            {
                if (kindOf(api) is { } kind)
                    (kinds ??= new(StringComparer.Ordinal)).Add(kind);
            }

            foreach (var call in facts.Calls)
            {
                if (kindOfCall?.Invoke(call) is { } kind)
                    (kinds ??= new(StringComparer.Ordinal)).Add(kind);
            }
        });
        return (IReadOnlyCollection<string>?)kinds ?? [];
    }

    private EffectSummary.Rest FindRest(IMethodSymbol method)
    {
        var rest = new EffectSummary.Rest();
        rest.HasUnknownCall = Walk(method, static _ => true, facts =>
        {
            foreach (var api in facts.Apis)
                rest.Meanings.Add(api.Api.Meaning);
            foreach (var change in facts.Changes)
            {
                if (!change.IsRelative && !change.IsOfNewObject)
                    rest.Changed.Add(change.Property);
            }

            rest.HasThrow |= facts.HasThrow;
            rest.AssignsState |= facts.AssignsState;
            rest.HandsOut |= facts.HandsOut;
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
