using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>An append that nothing guards on some way.</summary>
/// <param name="Append">The append.</param>
/// <param name="Path">The way on which nothing guards it.</param>
/// <param name="Identity">Where its identity comes from.</param>
/// <param name="Key">The members of the key, as far as they show.</param>
/// <param name="IsSure">Everything that makes a rerun repeat it is in sight.</param>
internal sealed record AppendVerdict(AppendFact Append, RerunPath Path, AppendIdentity Identity, ImmutableArray<string> Key, bool IsSure);

/// <summary>Judges the typed appends of a body: those that something on every way guards are left out.</summary>
internal sealed class AppendVerdicts
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly Guards _guards;

    private AppendVerdicts(Engine engine, ReachNode node)
    {
        _engine = engine;
        _node = node;
        _guards = new Guards(engine);
    }

    private NameCatalog Names => _engine.Catalog.Names;

    /// <summary>Judged once per body, whichever rule asks first.</summary>
    public static ImmutableArray<AppendVerdict> Of(Engine engine, ReachNode node)
    {
        if (node.AppendVerdicts.IsDefault)
            node.AppendVerdicts = new AppendVerdicts(engine, node).Judge();
        return node.AppendVerdicts;
    }

    private ImmutableArray<AppendVerdict> Judge()
    {
        var verdicts = ImmutableArray.CreateBuilder<AppendVerdict>();
        foreach (var append in new Appends(_engine, _node).Find())
        {
            if (Judge(append) is { } verdict)
                verdicts.Add(verdict);
        }

        return verdicts.ToImmutable();
    }

    /// <summary>What logs, guards, stages or holds dead letters grows with each run by design.</summary>
    public static bool IsExempt(Engine engine, ReachNode node, AppendFact append) =>
        new AppendVerdicts(engine, node) is var verdicts && (verdicts.IsExempt(append) || IsKeptInMemory(append) || verdicts.RecordsInput(append) || verdicts.RecordsRun(append));

    private AppendVerdict? Judge(AppendFact append)
    {
        if (IsExempt(append) || _guards.HandlesDuplicates(_node.Facts, append.Site) || IsGuarded(_node, append.Site, append.Set) || IsKeptInMemory(append) || RecordsInput(append) || RecordsRun(append))
            return null;
        var together = append.NeedsSave ? _guards.StoredWith(_node.Facts) : [];
        if (_guards.IsDecidedByAny(_node, append.Site, together)
            || RerunPaths.WayTo(_node, (caller, site) => IsGuarded(caller, site, append.Set) || _guards.IsDecidedByAny(caller, site, together)) is not { } path || path.Steps.Any(IsMigration))
            return null;
        var isSaved = !append.NeedsSave || UnitOfWork.IsSavedOn(path, _engine);
        if ((!isSaved && !IsInjected(append.Site)) || StateFlips.Decide(_engine, path, append.Site))
            return null;
        var (identity, key) = new Identities(_engine, _node).Of(append);
        var mayBeHandled = _guards.MayHandleDuplicates(_node.Facts, append.Site);
        if (mayBeHandled && identity == AppendIdentity.FromInput)
            return null;
        if (append.Replaces && identity is not (AppendIdentity.MadeHere or AppendIdentity.MadeByStore))
            return null;
        if (append.IsElsewhere && (mayBeHandled || !IsSeenToRepeat(append, path, identity)))
            return null;
        var isSure = isSaved && !append.IsElsewhere && !mayBeHandled && identity is AppendIdentity.MadeHere or AppendIdentity.MadeByStore
            && !IsSample(append) && !path.Steps.Any(step => _guards.LooksAt(step.Facts, append.Set)) && !IsDecidedByStatus(path, append.Site);
        return new AppendVerdict(append, path, identity, key, isSure);
    }

    // What a repository of another project asks and refuses is out of sight: it speaks only where the run itself makes the
    // thing anew from its input, and neither asks the repository nor goes by a state.
    private bool IsSeenToRepeat(AppendFact append, RerunPath path, AppendIdentity identity) =>
        identity is AppendIdentity.MadeHere or AppendIdentity.MadeByStore && append.Site is IInvocationOperation call
        && !(IsSample(append) && !new InputRecords(_engine).IsPerRecord(path, append.Site)) && !IsDecidedByStatus(path, append.Site) && !path.Steps.Any(step => _guards.LooksAt(step.Facts, append.Set))
        && !new StoreCalls(_engine).IsAskedBefore(path, call) && CarriesInput(append);

    private bool CarriesInput(AppendFact append) => new Identities(_engine, _node).CreationsOf(append).Any(creation =>
        DecisionSources.Of(creation, _node).Any(source => source is IParameterReferenceOperation
            || (source is ILocalReferenceOperation local && BodyIndex.Of(local).Touching(local.Local).Any(o => o is IForEachLoopOperation))
            || (source is IInvocationOperation read && _engine.Catalog.Means(read.TargetMethod, ApiMeaning.ReadRecord))));

    private bool IsGuarded(ReachNode node, IOperation site, string set) =>
        _guards.IsGuarded(node, site, set) || _guards.HoldsChosen(node, site, set);

    private bool IsExempt(AppendFact append)
    {
        if (Names.Is(_node.Method.Name, NameMeaning.LogMember) || (append.Entity is { } entity && (IsExempt(entity.Name) || IsLogByItsMembers(entity))))
            return true;
        if (append.Site is not IInvocationOperation call)
            return false;
        if (append.IsUnkeyed && append.Api.Argument.Length > 0 && append.Value is { } key)
            return key.DescendantsAndSelf().Any(part => IsExempt(part.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(part)?.Name));
        return Operations.ReceiverOf(call) is { } receiver && BodyIndex.SymbolOf(receiver) is { } symbol && IsExempt(symbol.Name);
    }

    // AppEvent (Severity, Message, …) is a log under another name.
    private bool IsLogByItsMembers(INamedTypeSymbol entity) =>
        EntityKeys.PropertiesOf(entity).Count(property => Names.Is(property.Name, NameMeaning.LogColumn)) >= 2;

    // new ImportRun { Status = InProgress }: one row per run, by design. In a loop it would be one per record.
    private bool RecordsRun(AppendFact append) =>
        Operations.Enclosing<ILoopOperation>(append.Site) is null
        && new Identities(_engine, _node).CreationsOf(append).Any(creation => creation.Descendants().OfType<ISimpleAssignmentOperation>().Any(assignment =>
            assignment.Target is IPropertyReferenceOperation { Property.Name: var member } && Names.Is(member, NameMeaning.Status) && Names.Is(NameOf(assignment.Value), NameMeaning.RunState)));

    private static string? NameOf(IOperation value) => Operations.Unwrap(value) switch
    {
        IFieldReferenceOperation { Field.Name: var name } => name,
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        _ => null,
    };

    // An inbox row is stored beside it.
    private bool RecordsInput(AppendFact append) =>
        _node.Facts.Of(ApiMeaning.Append).Any(a => a.Site != append.Site && Names.Is(SetKinds.Of(a.Site), NameMeaning.GuardTable));

    private bool IsExempt(string? name) =>
        Names.Is(name, NameMeaning.LogTable) || Names.Is(name, NameMeaning.GuardTable) || Names.Is(name, NameMeaning.Checkpoint) || Names.Is(name, NameMeaning.DeadLetter) || Names.Is(name, NameMeaning.StagingTable);

    private bool IsMigration(ReachNode step) =>
        Names.Is(step.Method.Name, NameMeaning.MigrationMember) || Names.Is(step.Method.ContainingType?.Name, NameMeaning.MigrationMember);

    // A context that this body makes and never saves keeps nothing.
    private static bool IsInjected(IOperation site)
    {
        var receiver = site is IInvocationOperation call ? call.Instance : null;
        while (receiver is not null && Operations.Unwrap(receiver) is IMemberReferenceOperation { Instance: { } owner } && owner is not IInstanceReferenceOperation)
            receiver = owner;
        return receiver is null || Operations.Unwrap(receiver) is not ILocalReferenceOperation;
    }

    // var list = new List<Order>() behind a property has no store.
    private static bool IsKeptInMemory(AppendFact append) =>
        append.Site is IInvocationOperation { Instance: { } instance } && Operations.Unwrap(instance).Type is { } type && Operations.IsInSystem(type) && !append.NeedsSave;

    // A reading of now is another one on each run, and is meant to be.
    private bool IsSample(AppendFact append)
    {
        var clocks = _node.Facts.Of(ApiMeaning.Clock).Select(c => c.Site).ToList();
        foreach (var creation in new Identities(_engine, _node).CreationsOf(append))
        {
            foreach (var part in creation.Descendants())
            {
                if (part is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } assignment && !Names.Is(name, NameMeaning.AuditTime)
                    && DecisionSources.Of(assignment.Value, _node).Any(clocks.Contains))
                    return true;
            }
        }

        return false;
    }

    // if (order.Status == Done) return: whether the run sets it may be out of sight.
    private bool IsDecidedByStatus(RerunPath path, IOperation write)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            foreach (var decider in path.Steps[i].Facts.Flow.Deciders(path.SiteAt(i, write)))
            {
                if (decider.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation property && Names.Is(property.Property.Name, NameMeaning.Status)))
                    return true;
            }
        }

        return false;
    }
}
