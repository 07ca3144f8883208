using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>How sure it is that a call does the work that a record came for.</summary>
internal enum WorkKind
{
    None,

    /// <summary>The record is sent or published by something that is not known; whether anybody needs it is not to be seen.</summary>
    Sent,

    /// <summary>The record is handed to something whose name says that it handles or stores it; what that does is not to be seen.</summary>
    Handed,

    /// <summary>A sink is changed, here or in what is called.</summary>
    Known,
}

/// <summary>A call that does work for a record.</summary>
/// <param name="Call">The call.</param>
/// <param name="Place">Where it stands among the statements of the body: a call inside a lambda happens where the lambda is handed over.</param>
/// <param name="Kind">How sure it is.</param>
internal sealed record WorkSite(IInvocationOperation Call, IOperation Place, WorkKind Kind)
{
    public string Name => Call.TargetMethod.MethodKind == MethodKind.DelegateInvoke && BodyIndex.SymbolOf(Call.Instance!) is { } called ? called.Name : Call.TargetMethod.Name;
}

/// <summary>
/// Which calls do the work that a record came for: what is lost if the record counts as done and they do not happen.
/// Reading, checking, converting, logging and settling are none.
/// </summary>
internal sealed class RecordWork
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly RecordScope _scope;
    private readonly NameCatalog _names;
    private readonly ILookup<IOperation, ApiFact> _apis;
    private readonly ILookup<IOperation, CallFact> _calls;
    private readonly HashSet<IMethodSymbol> _lookedInto = new(SymbolEqualityComparer.Default);

    public RecordWork(Engine engine, ReachNode node, RecordScope scope)
    {
        _engine = engine;
        _node = node;
        _scope = scope;
        _names = engine.Catalog.Names;
        _apis = node.Facts.Apis.ToLookup(a => a.Site);
        _calls = node.Facts.Calls.ToLookup(c => c.Site);
    }

    /// <summary>The calls in an operation that do work, in the order of the source. What a local function does counts where it is called.</summary>
    public IEnumerable<WorkSite> In(IOperation body)
    {
        var work = new Stack<IOperation>();
        work.Push(body);
        while (work.Count > 0)
        {
            var operation = work.Pop();
            if (operation is ILocalFunctionOperation && operation != body)
                continue;
            if (operation is IInvocationOperation call && Of(call) is var kind and not WorkKind.None)
                yield return new WorkSite(call, PlaceOf(call, body), kind);
            foreach (var child in operation.ChildOperations.Reverse())
                work.Push(child);
        }
    }

    private static IOperation PlaceOf(IOperation call, IOperation body)
    {
        var place = call;
        for (var parent = call.Parent; parent is not null && parent != body; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation { Parent: { } holder } && holder != body)
                place = holder;
        }

        return place;
    }

    private WorkKind Of(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (FailureHandling.IsTalk(method, _engine) || IsForPeople(call))
            return WorkKind.None;
        if (method.MethodKind == MethodKind.LocalFunction)
            return OfLocalFunction(method);
        if (_node.Facts.Sql.FirstOrDefault(f => f.Site == call) is { } sql)
            return sql.Texts.Any(t => t.Script.Statements.Any(IsWork)) ? WorkKind.Known : WorkKind.None;
        if (_apis.Contains(call))
            return _apis[call].Any(IsWork) ? WorkKind.Known : WorkKind.None;

        var seen = _calls[call].Where(f => !_engine.Implementations.Of(f.Target).IsEmpty).Select(f => OfTarget(f.Target)).ToList();
        var kind = seen.Count > 0 ? seen.Max() : _engine.Catalog.Find(method).IsEmpty ? WorkKind.Handed : WorkKind.None;
        return kind == WorkKind.Handed ? _scope.Uses(call) ? ByName(call) : WorkKind.None : kind;
    }

    private WorkKind OfLocalFunction(IMethodSymbol method)
    {
        var kind = WorkKind.None;

        // One that calls itself, or another that calls it, does nothing new the second time.
        if (!_lookedInto.Add(method))
            return kind;
        foreach (var operation in Operations.RootOf(_node.Facts.Root).Descendants())
        {
            if (operation is ILocalFunctionOperation { Body: { } body } function && Operations.SameSymbol(function.Symbol, method)
                && !Operations.Encloses(function, _scope.Body))
                kind = In(body).Select(w => w.Kind).DefaultIfEmpty(WorkKind.None).Max();
        }

        _lookedInto.Remove(method);
        return kind;
    }

    private WorkKind OfTarget(IMethodSymbol target)
    {
        var effects = _engine.Effects.Of(target);
        if (effects.Statements.Any(IsWork) || effects.Meanings.Any(IsWork))
            return WorkKind.Known;
        return effects.HasUnknownCall || (effects.Meanings.Contains(ApiMeaning.Effect) && !IsForPeople(target)) ? WorkKind.Handed : WorkKind.None;
    }

    private bool IsWork(ApiFact fact)
    {
        // What is only tracked is written by the save that follows.
        if (IsWork(fact.Api.Meaning))
            return fact.Api.Result is not ("tracked" or "tracked-replaces") && !(fact.Site is IInvocationOperation call && _names.Is(SetKinds.HeldBy(call)?.Name, NameMeaning.LogTable));
        if (fact.Api.Meaning != ApiMeaning.Effect)
            return false;
        var effects = new EffectCalls(_engine);
        return effects.ChangesSomething(fact, _node)
            && (!effects.MayComeTwice(fact, _node) || (fact.Site is IInvocationOperation sent && DeadLetterCalls.Names(sent, _names)));
    }

    private static bool IsWork(ApiMeaning meaning) =>
        FailureHandling.IsWrite(meaning) || meaning is ApiMeaning.BulkAppend or ApiMeaning.Overwrite or ApiMeaning.OverwritesFile or ApiMeaning.DeadLetter;

    private bool IsWork(Sql.SqlStatement statement) =>
        statement.Kind is Sql.SqlStatementKind.Insert or Sql.SqlStatementKind.Update or Sql.SqlStatementKind.Delete or Sql.SqlStatementKind.Merge or Sql.SqlStatementKind.Call or Sql.SqlStatementKind.Copy
        && !_names.Is(statement.Target?.Name, NameMeaning.LogTable);

    // handler.HandleAsync(order), store.SaveAsync(order), action(order); not mapper.Map(order), cache.Set(order), metrics.Record(order).
    private WorkKind ByName(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return call.Type is { SpecialType: SpecialType.System_Void } || Awaits.IsTask(call.Type) ? WorkKind.Handed : WorkKind.None;
        var name = method.Name;
        if (Operations.IsInSystem(method))
            return WorkKind.None;
        if (_names.IsAny(name, NameMeaning.HandlerMember, NameMeaning.AppendMember)
            || (_names.Is(name, NameMeaning.SaveMember) && !name.StartsWith("Set", StringComparison.Ordinal) && !name.StartsWith("Record", StringComparison.Ordinal) && !name.StartsWith("Write", StringComparison.Ordinal)))
            return WorkKind.Handed;
        return _names.Is(name, NameMeaning.DispatchMember) ? WorkKind.Sent : WorkKind.None;
    }

    // Telling people, monitors and caches: told twice or not at all, no record is lost. A dead letter is another matter.
    private bool IsForPeople(IInvocationOperation call) =>
        (IsForPeople(call.TargetMethod) || (call.Instance is { } receiver && _names.Is(BodyIndex.SymbolOf(receiver)?.Name, NameMeaning.Alert))) && !DeadLetterCalls.Names(call, _names);

    private bool IsForPeople(IMethodSymbol method) =>
        _names.Is(method.Name, NameMeaning.Alert) || _names.Is(method.ContainingType?.Name, NameMeaning.Alert);
}
