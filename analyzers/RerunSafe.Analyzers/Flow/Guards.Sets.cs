using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The guards of typed sets (a DbSet, a collection of documents): the kind of thing in the set takes the table's place.</summary>
internal sealed partial class Guards
{
    /// <summary>The violation of a unique key is handled, at the call or where the unit of work is saved.</summary>
    public bool HandlesDuplicates(BodyFacts facts, IOperation site) =>
        HandlesUniqueViolation(site) || facts.Of(ApiMeaning.SaveChanges).Any(save => HandlesUniqueViolation(save.Site));

    /// <summary>The same for a catch that takes what may be such a violation and goes on.</summary>
    public bool MayHandleDuplicates(BodyFacts facts, IOperation site) =>
        MayHandleUniqueViolation(site) || facts.Of(ApiMeaning.SaveChanges).Any(save => MayHandleUniqueViolation(save.Site));

    /// <summary>An inbox or processed-message entity is stored in the body, by the type of what is handed over.</summary>
    public bool RecordsInput(BodyFacts facts) =>
        facts.Of(ApiMeaning.Append).Any(append => WrittenIdentities.ArgumentOf(append) is { } argument && Operations.Unwrap(argument).Type is { } type
            && _names.Is(KeyMembers.NounOf(type.Name), NameMeaning.GuardTable));

    /// <summary>
    /// The kinds of things that are stored together with a write: by its own body or by a helper that this calls. Who asks
    /// for one of them before (a file's row by its hash, the events already copied) asks about all that is saved with it.
    /// </summary>
    public IReadOnlyCollection<string> StoredWith(BodyFacts facts)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        AddStored(facts, kinds);
        foreach (var call in facts.Calls)
        {
            if (!_engine.Relevance.LeadsToWrite(call.Target))
                continue;
            foreach (var body in _engine.Implementations.Of(call.Target))
            {
                if (_engine.FactsOf(body) is { } called)
                    AddStored(called, kinds);
            }
        }

        return kinds;
    }

    /// <summary>The call or write at a site runs only if a look-up of one of these kinds says so.</summary>
    public bool IsDecidedByAny(ReachNode node, IOperation site, IReadOnlyCollection<string> kinds) =>
        kinds.Count > 0 && kinds.Any(kind => IsDecidedByLookUp(node, site, kind));

    private static void AddStored(BodyFacts facts, HashSet<string> kinds)
    {
        foreach (var append in facts.Of(ApiMeaning.Append))
        {
            if (SetKinds.Of(append.Site) is { } kind)
                kinds.Add(kind);
        }
    }

    /// <summary>Somebody asks for things of the kind in this body or in what it calls, whether or not the answer decides.</summary>
    public bool LooksAt(BodyFacts facts, string kind)
    {
        foreach (var api in facts.Apis)
        {
            if (SetKinds.AskedBy(api) is { } asked && TableNames.MayBeSame(asked, kind))
                return true;
        }

        foreach (var call in facts.Calls)
        {
            if (LooksAt(call.Target, kind) || (IsBeyondSight(call.Target) && _names.Is(call.Target.Name, NameMeaning.LookUp) && SetKinds.ReturnedBy(call.Target) is { } returned && TableNames.MayBeSame(returned, kind)))
                return true;
        }

        return false;
    }

    /// <summary>
    /// What was processed before decides: an inbox set is asked, or a set that the same body puts something into, or a member
    /// of another assembly whose name says so.
    /// </summary>
    public bool IsDecidedByInbox(ReachNode node, IOperation site)
    {
        foreach (var condition in DecidersBefore(node, site))
        {
            foreach (var source in DecisionSources.Of(condition, node))
            {
                if (source is IInvocationOperation call && IsInbox(call, node))
                    return true;
            }
        }

        return node.Facts.Of(ApiMeaning.Append).Any(a => _names.Is(SetKinds.Of(a.Site), NameMeaning.GuardTable));
    }

    /// <summary>The call that asks the store itself for the table, and whose answer decides about a write.</summary>
    public IInvocationOperation? StoreAskedBefore(ReachNode node, IOperation site, string table) =>
        CallsDeciding(node, site).FirstOrDefault(call => StatementsOf(call, node).Any(s => s.Kind == SqlStatementKind.Select && s.Sources.Any(t => SameTable(t.Name, table)))
            || (_engine.Catalog.Means(call.TargetMethod, ApiMeaning.LookUp) && SetKinds.HeldBy(call)?.Name is { } set && TableNames.MayBeSame(set, table))
            || (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } receiver && IsQueryOf(Operations.Unwrap(receiver), table)
            || _engine.Effects.Of(call.TargetMethod).LookedUp.Any(kind => TableNames.MayBeSame(kind, table)));

    /// <summary>A table or set that tells what was processed before is asked, and decides.</summary>
    public bool AsksInbox(ReachNode node, IOperation site) =>
        CallsDeciding(node, site).Any(call => StatementsOf(call, node).Any(s => s.Sources.Any(t => _names.Is(t.Name, NameMeaning.GuardTable)))
            || _names.Is(SetKinds.Of(call), NameMeaning.GuardTable)
            || _engine.Effects.Of(call.TargetMethod).LookedUp.Any(kind => _names.Is(kind, NameMeaning.GuardTable)));

    private static IEnumerable<IInvocationOperation> CallsDeciding(ReachNode node, IOperation site) =>
        DecidersBefore(node, site).Where(condition => !IsOwnConditionOfLoop(condition))
            .SelectMany(condition => DecisionSources.Of(condition, node).OfType<IInvocationOperation>());

    private bool IsInbox(IInvocationOperation call, ReachNode node)
    {
        if (StatementsOf(call, node).Any(s => s.Sources.Any(t => _names.Is(t.Name, NameMeaning.GuardTable))))
            return true;
        var method = call.TargetMethod;
        if (!_engine.Catalog.Means(method, ApiMeaning.LookUp))
        {
            return IsBeyondSight(method)
                ? !FailureHandling.IsFrameworkHelper(method) && _names.Is(method.Name, NameMeaning.LookUp) && ReturnsAnswer(method)
                : _engine.Effects.Of(method).LookedUp.Any(IsGuardOrFilledHere);
        }

        return SetKinds.Of(call) is { } asked && IsGuardOrFilledHere(asked);

        bool IsGuardOrFilledHere(string kind) =>
            _names.Is(kind, NameMeaning.GuardTable) || node.Facts.Of(ApiMeaning.Append).Any(a => SetKinds.Of(a.Site) == kind);
    }

    private static bool ReturnsAnswer(IMethodSymbol method) =>
        method.ReturnType is { SpecialType: SpecialType.System_Boolean } or INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_Boolean }] };

    private bool LooksAt(IMethodSymbol method, string kind)
    {
        foreach (var asked in _engine.Effects.Of(method).LookedUp)
        {
            if (kind.Length == 0 || TableNames.MayBeSame(asked, kind) || _names.Is(asked, NameMeaning.GuardTable))
                return true;
        }

        return kind.Length > 0 && ClosesOver(method, kind) && _engine.Effects.Of(method).Meanings.Contains(ApiMeaning.LookUp);
    }

    // repository.FindAsync(predicate) of IRepository<Order>: the body asks a set of T, and what T is shows at the call.
    private static bool ClosesOver(IMethodSymbol method, string kind) =>
        method.TypeArguments.Concat(method.ContainingType.TypeArguments).OfType<INamedTypeSymbol>().Any(argument => TableNames.MayBeSame(argument.Name, kind));

    private bool IsLookUp(IInvocationOperation call, ReachNode node, string table)
    {
        var method = call.TargetMethod;
        if (_engine.Catalog.Means(method, ApiMeaning.LookUp))
            return SetKinds.HeldBy(call)?.Name is not { } set || table.Length == 0 || TableNames.MayBeSame(set, table) || _names.Is(set, NameMeaning.GuardTable);
        if (!IsBeyondSight(method))
            return LooksAt(method, table);

        // What is taken out of the message itself (its headers, its fields) is the same on every run.
        if (Operations.ReceiverOf(call) is { } receiver && new InputRecords(_engine).IsOfInput(receiver, node))
            return false;

        // Another assembly's or an injected store's "is it there?" can only be judged by its name, or by what it hands out.
        return !FailureHandling.IsFrameworkHelper(method) && method.Parameters.Length > 0 && !IsOfOtherKind(call, table)
            && (_names.Is(method.Name, NameMeaning.LookUp) || (method.IsAbstract && SetKinds.ReturnedBy(method) is { } returned && (table.Length == 0 ? _names.Is(method.Name, NameMeaning.FetchMember) : TableNames.MayBeSame(returned, table))));
    }

    // configurations.FindAsync(tenant): IRepository<Configuration> knows nothing of orders.
    private bool IsOfOtherKind(IInvocationOperation call, string table) =>
        table.Length > 0 && (SetKinds.HeldBy(call)?.Name ?? SetKinds.ReturnedBy(call.TargetMethod)) is { } kind && !TableNames.MayBeSame(kind, table) && !_names.Is(kind, NameMeaning.GuardTable);

    private bool IsBeyondSight(IMethodSymbol method) => _engine.Catalog.Find(method).IsEmpty && _engine.Implementations.Of(method).IsEmpty;

    // known = db.Orders.Select(…).ToHashSet(): whatever operators there are, the query is over the set.
    private static bool IsQueryOf(IOperation source, string table) =>
        table.Length > 0 && SetKinds.QueriedBy(source.Type) is { } kind && TableNames.MayBeSame(kind, table);

    // if (db.Entry(order).State == EntityState.Detached) db.Add(order): found things are attached.
    private bool AsksForState(IBinaryOperation comparison) =>
        comparison.Descendants().Any(o => o is IPropertyReferenceOperation property && _engine.Catalog.Means(property.Property, ApiMeaning.LookUp));

    // db.Orders.RemoveRange(old); db.Orders.AddRange(new): things of the kind go before.
    private bool IsSetClearedBefore(ReachNode node, IOperation site, string table)
    {
        foreach (var api in node.Facts.Removals())
        {
            if (Precedes(api.Site, site) && SetKinds.Of(api.Site) is { } kind && TableNames.MayBeSame(kind, table))
                return true;
        }

        foreach (var call in node.Facts.Calls)
        {
            if (call.Site == site || !Precedes(call.Site, site))
                continue;
            foreach (var kind in _engine.Effects.Of(call.Target).Cleared)
            {
                if (TableNames.MayBeSame(kind, table))
                    return true;
            }
        }

        return false;
    }
}
