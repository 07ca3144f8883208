using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A place where a body saves how far it has come.</summary>
/// <param name="Site">The operation from which on it is saved.</param>
/// <param name="Value">What is saved, where it shows.</param>
/// <param name="Name">The name that says it is a checkpoint.</param>
/// <param name="IsNow">The database gives it its own time (now(), GETDATE()).</param>
internal sealed record CheckpointSave(IOperation Site, IOperation? Value, string Name, bool IsNow = false);

/// <summary>Finds checkpoints (watermarks, offsets, bookmarks, times of the last run) by the names of what holds them.</summary>
internal sealed class Checkpoints
{
    private readonly Engine _engine;
    private readonly NameCatalog _names;

    public Checkpoints(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
    }

    public List<CheckpointSave> SavesIn(BodyFacts facts)
    {
        var saves = new List<CheckpointSave>();
        foreach (var sql in facts.Sql)
        {
            var statement = sql.Texts.SelectMany(t => t.Script.Statements).FirstOrDefault(s => SavedBy(s) is not null);
            if (statement is not null)
            {
                var isNow = statement.Assignments.Any(a => a.Value.Kind == SqlValueKind.Clock && (IsCheckpoint(a.Column) || !_names.Is(a.Column, NameMeaning.AuditTime)));
                saves.Add(new CheckpointSave(sql.Site, sql.Api.Values.Length > 0 ? Operations.ArgumentNamed(sql.Site, sql.Api.Values) : null, SavedBy(statement)!, isNow));
            }
        }

        foreach (var fact in facts.Apis)
        {
            if (fact.Api.Meaning is ApiMeaning.Upsert or ApiMeaning.WritesFile && fact.Site is IInvocationOperation call && fact.Api.Argument.Length > 0
                && Operations.ArgumentNamed(call, fact.Api.Argument) is { } place && NameIn(place) is { } name)
                saves.Add(new CheckpointSave(call, call.Arguments.Length > 1 ? call.Arguments[call.Arguments.Length - 1].Value : null, name));
        }

        foreach (var call in facts.Calls)
        {
            if (call.Site is IInvocationOperation invocation && NameOfSave(invocation) is { } name)
                saves.Add(new CheckpointSave(invocation, invocation.Arguments.Length > 0 ? invocation.Arguments[invocation.Arguments.Length - 1].Value : null, name));
        }

        AddAssigned(facts, saves);
        return saves;
    }

    /// <summary>The body reads the same checkpoint: it decides what the run works on.</summary>
    public bool ReadsIn(BodyFacts facts, CheckpointSave save)
    {
        if (facts.Sql.Any(f => f.Texts.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Select && ReadBy(t, s)))))
            return true;
        foreach (var operation in facts.Root.Descendants())
        {
            switch (operation)
            {
                case IInvocationOperation call when call != save.Site && NameOfSave(call) is null
                    && (IsCheckpoint(call.TargetMethod.Name) || (call.Instance is { } owner && IsCheckpoint(BodyIndex.SymbolOf(owner)?.Name)) || call.Arguments.Any(a => NameIn(a.Value) is not null && a.Value.Type?.SpecialType == SpecialType.System_String))
                    && call.TargetMethod.ReturnType.SpecialType != SpecialType.System_Void && !FailureHandling.IsTalk(call.TargetMethod, _engine):
                case IPropertyReferenceOperation property when IsCheckpoint(property.Property.Name) && !IsTarget(property):
                    return true;
            }
        }

        return false;

        bool ReadBy(ResolvedSql text, SqlStatement select)
        {
            if (select.Sources.Any(s => IsCheckpoint(s.Name)))
                return true;
            var sql = text.Script.Text.Text;
            return sql.IndexOf(save.Name, select.Span.Start, Math.Min(select.Span.Length, sql.Length - select.Span.Start), StringComparison.OrdinalIgnoreCase) >= 0;
        }
    }

    /// <summary>The places in a body where records go into a sink, other than checkpoints, logs and other books.</summary>
    public List<IOperation> LoadsIn(BodyFacts facts, IReadOnlyList<CheckpointSave> saves)
    {
        var loads = new List<IOperation>();
        foreach (var sql in facts.Sql)
        {
            if (sql.Texts.Any(t => t.Script.Statements.Any(IsLoad)))
                loads.Add(sql.Site);
        }

        foreach (var fact in facts.Apis)
        {
            if (fact.Api.Meaning is ApiMeaning.Append or ApiMeaning.BulkAppend or ApiMeaning.Upsert && fact.Site is IInvocationOperation call
                && !(SetKinds.HeldBy(call)?.Name is { } set && (IsCheckpoint(set) || _names.IsAny(set, NameMeaning.LogTable, NameMeaning.GuardTable) || _names.Is(set, NameMeaning.DeadLetter)))
                && Operations.Enclosing<ICatchClauseOperation>(call) is null)
                loads.Add(call);
        }

        foreach (var call in facts.Calls)
        {
            if (!IsCheckpoint(call.Target.Name) && !FailureHandling.IsTalk(call.Target, _engine) && Operations.Enclosing<ICatchClauseOperation>(call.Site) is null
                && _engine.Effects.Of(call.Target) is var effects
                && (effects.Statements.Any(IsLoad) || effects.Meanings.Contains(ApiMeaning.Append) || effects.Meanings.Contains(ApiMeaning.BulkAppend)))
                loads.Add(call.Site);
        }

        loads.RemoveAll(load => saves.Any(save => save.Site == load));
        return loads;
    }

    private bool IsLoad(SqlStatement statement) =>
        statement.Kind is SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Copy
        && statement.Target is { Name.Length: > 0 } target && SavedBy(statement) is null
        && !(target.IsTemporary || _names.IsAny(target.Name, NameMeaning.LogTable, NameMeaning.GuardTable) || _names.IsAny(target.Name, NameMeaning.DeadLetter, NameMeaning.Status));

    // INSERT/UPDATE/MERGE of a table, or UPDATE of a column, whose name says so. With a status it is a mark that a run is under way.
    private string? SavedBy(SqlStatement statement)
    {
        if (statement.Kind is not (SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Merge) || statement.Target is not { } target
            || statement.Assignments.Any(a => _names.Is(a.Column, NameMeaning.Status) || a.Column.StartsWith("start", StringComparison.OrdinalIgnoreCase)))
            return null;
        if (IsCheckpoint(target.Name))
            return target.Name;
        return statement.Kind == SqlStatementKind.Update ? statement.Assignments.FirstOrDefault(a => IsCheckpoint(a.Column))?.Column : null;
    }

    // SaveCheckpoint(position), checkpoints.Save(position). A broker's own acknowledgement is another rule's question.
    private string? NameOfSave(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!_names.Is(method.Name, NameMeaning.SaveMember) || _engine.Catalog.Find(method).Any(e => e.Meaning is ApiMeaning.SettleAck or ApiMeaning.Log))
            return null;
        if (IsCheckpoint(method.Name))
            return method.Name;
        var owner = call.Instance is { } instance ? BodyIndex.SymbolOf(instance)?.Name : null;
        return IsCheckpoint(owner) ? owner : call.Arguments.Select(a => a.Value.Type?.SpecialType == SpecialType.System_String ? NameIn(a.Value) : null).FirstOrDefault(n => n is not null);
    }

    // state.LastSync = now; db.SaveChanges(): saved where the unit of work, or the object itself, is saved next.
    private void AddAssigned(BodyFacts facts, List<CheckpointSave> saves)
    {
        foreach (var change in facts.Changes)
        {
            if (change.Site is ISimpleAssignmentOperation set && (IsCheckpoint(change.Property.Name) ? change.Property.Name : KeyIn(set.Value)) is { } name
                && SavedBehind(facts, set, BodyIndex.SymbolOf(change.Target.Instance!)) is { } saved)
                saves.Add(new CheckpointSave(saved, set.Value, name));
        }
    }

    private IOperation? SavedBehind(BodyFacts facts, IOperation set, ISymbol? owner)
    {
        IOperation? first = null;
        foreach (var site in facts.Of(ApiMeaning.SaveChanges).Select(f => f.Site).Concat(owner is null ? [] : BodyIndex.Of(set).Touching(owner).Where(IsSave)))
        {
            if (SourceOrder.GoesOn(set, site) && (first is null || site.Syntax.SpanStart < first.Syntax.SpanStart))
                first = site;
        }

        return first;

        bool IsSave(IOperation operation) => operation switch
        {
            IInvocationOperation call => _names.Is(call.TargetMethod.Name, NameMeaning.SaveMember),
            IArgumentOperation { Parent: IInvocationOperation call } => _names.Is(call.TargetMethod.Name, NameMeaning.SaveMember),
            _ => false,
        };
    }

    private bool IsCheckpoint(string? name) => _names.Is(name, NameMeaning.Checkpoint);

    // A key, a path or a field that is named so: "orders:watermark", _lastRunFile.
    private string? NameIn(IOperation value)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            var name = part.ConstantValue is { HasValue: true, Value: string text } ? text.Split('/', '\\', ':', '.').FirstOrDefault(IsCheckpoint) : BodyIndex.SymbolOf(part)?.Name;
            if (IsCheckpoint(name))
                return name;
        }

        return null;
    }

    // job.Metadata = new Dictionary<string, string> { ["LastRun"] = … }
    private string? KeyIn(IOperation value) => Operations.Unwrap(value) is not IObjectCreationOperation { Initializer: { } entries } ? null
        : entries.Descendants().Select(part => part.ConstantValue is { HasValue: true, Value: string text } && IsCheckpoint(text) ? text : null).FirstOrDefault(name => name is not null);

    private static bool IsTarget(IOperation reference) => reference.Parent is IAssignmentOperation assignment && assignment.Target == reference;
}
