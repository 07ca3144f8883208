using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What bodies, and the members they call, remove from sinks and load into them.</summary>
internal sealed class SliceWrites
{
    private const int MaxDepth = 2;
    private const int MaxMethods = 60;

    private readonly Engine _engine;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<SliceWrite>> _known = new(SymbolEqualityComparer.Default);

    public SliceWrites(Engine engine) => _engine = engine;

    /// <summary>The steps of a body in the order of its source, with those of what it calls at their calls.</summary>
    public IReadOnlyList<SliceWrite> Of(ReachNode node)
    {
        var writes = new List<SliceWrite>();
        AddOwn(node, writes);
        foreach (var call in node.Facts.Calls)
        {
            var called = CalledBy(call.Target);
            foreach (var write in called)
            {
                // What a callee both removes and loads is its own affair, and judged there.
                if (write.Step is SliceStep.Saves || !HasOther(called, write))
                    writes.Add(write with { Site = call.Site });
            }
        }

        return writes;
    }

    /// <summary>Whether a body or something that it calls may remove anything from a sink, going by names.</summary>
    public bool MayRemove(IMethodSymbol method) => _engine.Relevance.LeadsToClearing(method) || _engine.Relevance.LeadsToSql(method);

    private static bool HasOther(ImmutableArray<SliceWrite> writes, SliceWrite write)
    {
        foreach (var other in writes)
        {
            if (IsOther(other.Step, write.Step) && IsSameTarget(other, write))
                return true;
        }

        return false;
    }

    /// <summary>Two steps are about the same table.</summary>
    public static bool IsSameTarget(SliceWrite a, SliceWrite b)
    {
        if (a.Target is not { Name.Length: > 0 } first || b.Target is not { Name.Length: > 0 } second)
            return false;
        if (first.Name.IndexOf(SqlText.Hole) >= 0 || second.Name.IndexOf(SqlText.Hole) >= 0)
            return false;
        if (a.Sql is not null && b.Sql is not null)
            return Guards.SameTable(first.Name, second.Name) && (first.Schema.Length == 0 || second.Schema.Length == 0 || Guards.SameTable(first.Schema, second.Schema));
        if (a.Store is not null && b.Store is not null)
            return a.IsDirect && b.IsDirect && a.Store == b.Store;
        if (a.Sql is not null || b.Sql is not null)
            return TableNames.IsSame(first.Name, second.Name);
        return first.Name == second.Name && !(a.IsDirect && b.IsDirect && MembersOf(a.Origin) is { } one && MembersOf(b.Origin) is { } other && !Operations.SameSymbol(one, other));
    }

    private static bool IsOther(SliceStep a, SliceStep b) => (a == SliceStep.Loads) != (b == SliceStep.Loads);

    private ImmutableArray<SliceWrite> CalledBy(IMethodSymbol method) => _known.GetOrAdd(method, m => Find((IMethodSymbol)m));

    private ImmutableArray<SliceWrite> Find(IMethodSymbol method)
    {
        var writes = new List<SliceWrite>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var work = new Queue<(IMethodSymbol Method, int Depth)>();
        Enqueue(method, 0);
        while (work.Count > 0)
        {
            var (current, depth) = work.Dequeue();
            if (_engine.FactsOf(current) is not { } facts)
                continue;
            if (facts.Of(ApiMeaning.BeginTransaction).Any())
            {
                // A unit of work of its own: what it removes, it removes for itself.
                continue;
            }

            AddOwn(new ReachNode(current, facts), writes);
            foreach (var call in facts.Calls)
                Enqueue(call.Target, depth + 1);
        }

        return writes.ToImmutableArray();

        void Enqueue(IMethodSymbol target, int depth)
        {
            if (depth > MaxDepth || seen.Count > MaxMethods)
                return;
            foreach (var body in _engine.Implementations.Of(target))
            {
                // An entry point that is called is judged by itself.
                if ((_engine.Relevance.Leads(body) || _engine.Catalog.Means(body, ApiMeaning.SaveChanges)) && seen.Add(body))
                    work.Enqueue((body, depth));
            }
        }
    }

    private void AddOwn(ReachNode node, List<SliceWrite> writes)
    {
        foreach (var sql in node.Facts.Sql)
        {
            foreach (var text in sql.Texts)
            {
                foreach (var statement in text.Script.Statements)
                {
                    if (StepOf(text, statement) is { } step)
                        writes.Add(new SliceWrite(step, statement.Target, sql.Site, sql.Site, (text, statement)));
                }
            }
        }

        foreach (var fact in node.Facts.Apis)
        {
            switch (fact.Api.Meaning)
            {
                case ApiMeaning.Overwrite when SliceFilters.RemovesSlice(fact.Site, node) && (EntityOf(fact) ?? StoreOf(fact)) is { } cleared:
                    writes.Add(Step(SliceStep.Clears, fact, cleared));
                    break;
                case ApiMeaning.MarksRemoval when SetKinds.ElementOf(Operations.ArgumentNamed(fact.Site, fact.Api.Argument)?.Type) is not null && EntityOf(fact) is { } marked:
                    writes.Add(Step(SliceStep.Marks, fact, marked));
                    break;
                case ApiMeaning.Append when EntityOf(fact) is { } loaded:
                    writes.Add(Step(SliceStep.Loads, fact, loaded));
                    break;
                case ApiMeaning.SaveChanges:
                    writes.Add(new SliceWrite(SliceStep.Saves, null, fact.Site, fact.Site, null));
                    break;
                case ApiMeaning.BulkAppend:
                    foreach (var target in new LoadTargets(_engine, node).Of(fact))
                    {
                        if (target.Caller is null)
                            writes.Add(new SliceWrite(SliceStep.Loads, target.Name, fact.Site, fact.Site, null));
                    }

                    break;
            }
        }
    }

    private static SliceStep? StepOf(ResolvedSql text, SqlStatement statement)
    {
        if (statement.Target is not { Name.Length: > 0 })
            return null;
        if (statement.Kind is SqlStatementKind.Truncate or SqlStatementKind.Delete)
            return SliceFilters.RemovesSlice(text, statement) ? SliceStep.Clears : null;
        return statement.Kind is SqlStatementKind.Insert or SqlStatementKind.Copy && statement.Convergence is Convergence.None or Convergence.SliceReplaced ? SliceStep.Loads : null;
    }

    private static SliceWrite Step(SliceStep step, ApiFact fact, string entity) =>
        new(step, new SqlName("", entity, default, IsTemporary: false), fact.Site, fact.Site, null) { Store = StoreOf(fact) };

    // orders.DeleteAll() on a repository of another project: what it holds shows in its name only.
    private static string? StoreOf(ApiFact fact) =>
        fact is { Api.Result: StoreCalls.Elsewhere, Site: IInvocationOperation call } ? StoreCalls.NameOf(call) : null;

    // By what the call is made on, or by what it is handed: set.AddRange(rows), db.AddRange(rows), db.Add(row).
    private static string? EntityOf(ApiFact fact)
    {
        if (fact.Site is not IInvocationOperation call)
            return null;
        if (SetKinds.HeldBy(call)?.Name is { } set)
            return set;
        if (fact.Api.Argument.Length == 0 || Operations.ArgumentNamed(call, fact.Api.Argument) is not { } argument)
            return null;
        var type = Operations.Unwrap(argument).Type;
        return SetKinds.ElementOf(type)?.Name ?? (type is INamedTypeSymbol { SpecialType: SpecialType.None, TypeKind: TypeKind.Class } entity && !Operations.IsInSystem(entity) ? entity.Name : null);
    }

    // The field or property that a chain of calls starts at: db.Orders.Where(…).ExecuteDelete() at Orders.
    private static ISymbol? MembersOf(IOperation site)
    {
        var current = site;
        while (Operations.Unwrap(current) is IInvocationOperation call)
        {
            if (Operations.ReceiverOf(call) is not { } receiver)
                return null;
            current = receiver;
        }

        return Operations.Unwrap(current) is IMemberReferenceOperation { Type: INamedTypeSymbol { TypeArguments.Length: 1 } } member ? member.Member : null;
    }
}
