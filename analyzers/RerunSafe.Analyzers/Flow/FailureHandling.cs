using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Whether an operation in a catch handler accounts for the record that failed: sets it aside, settles it negatively,
/// writes it down somewhere, or tells somebody who acts on it. Logging does not.
/// </summary>
internal sealed partial class FailureHandling
{
    private readonly Engine _engine;
    private readonly ReachNode _node;
    private readonly IOperation _place;
    private readonly RecordScope _scope;

    /// <param name="engine">The compilation's facts.</param>
    /// <param name="node">The body.</param>
    /// <param name="place">Where the failure is dealt with: a catch clause, or the branch of a condition.</param>
    /// <param name="scope">The record.</param>
    public FailureHandling(Engine engine, ReachNode node, IOperation place, RecordScope scope)
    {
        _engine = engine;
        _node = node;
        _place = place;
        _scope = scope;
    }

    private NameCatalog Names => _engine.Catalog.Names;

    public bool Accounts(IOperation operation) => operation switch
    {
        IInvocationOperation call => AccountsByCall(call),
        IObjectCreationOperation { Constructor: { } constructor } => _engine.Catalog.Find(constructor).Any(IsRecorded),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum when sum.Type?.SpecialType != SpecialType.System_String => AccountsByCount(sum.Target),
        IAssignmentOperation assignment => AccountsByState(assignment.Target, assignment.Value),
        IIncrementOrDecrementOperation increment => AccountsByCount(increment.Target),
        IPropertyReferenceOperation property => _engine.Catalog.Means(property.Property, ApiMeaning.ExitsProcess),
        IReturnOperation { ReturnedValue: { } value } => TellsFailure(value),
        IEventReferenceOperation => true,
        IInvalidOperation or IDynamicInvocationOperation => MayKeep(operation, _engine),
        _ => false,
    };

    private bool AccountsByCall(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (IsConsole(call) || IsUnreadResult(call) || IsLogger(method, _engine))
            return IsLogThatIsKept(call);
        if (KeepsText(call))
            return true;
        if (_engine.Catalog.Find(method).Any(entry => IsRecorded(entry) && !IsLogFile(call, entry)) || _node.Facts.Sql.Any(f => f.Site == call && f.Texts.Any(Writes)))
            return true;
        if (IsToldOnly(call))
            return false;
        if (method is { Name: "SetResult" or "TrySetResult", ContainingType.Name: "TaskCompletionSource" } && !call.Arguments.IsEmpty && _place is not ICatchClauseOperation)
            return true;
        if (NamesDeadLetter(call) || Names.Is(method.Name, NameMeaning.FailureRecord))
            return true;
        if (IsTalk(method, _engine) || _engine.Catalog.Find(method).Any(e => e.Meaning is ApiMeaning.SettleAck or ApiMeaning.Removes))
            return false;
        if (call.Instance is { } receiver && AddsToCollection(call, receiver))
            return AccountsByState(receiver, null);
        if (!_engine.Implementations.Of(method).IsEmpty)
            return IsAccountedIn(method);

        // Somebody else's code that is handed the failure may do anything with it; code that is not cannot know of it.
        return !IsFrameworkHelper(method) && (_scope.Uses(call) || UsesException(call)) && !_engine.Catalog.Find(method).Any(e => e.Meaning is ApiMeaning.Waits);
    }

    // writer.WriteLine(line) on a writer of a file, channel.Writer.WriteAsync(line): the record, or what is wrong with it, is kept.
    private bool KeepsText(IInvocationOperation call) =>
        call.TargetMethod.ContainingType is { Name: "TextWriter" or "StreamWriter" or "StringWriter" or "ChannelWriter" or "CsvWriter" }
        && call.TargetMethod.Name.StartsWith("Write", StringComparison.Ordinal) | call.TargetMethod.Name == "TryWrite"
        && (_scope.Uses(call) || UsesException(call))
        && !(call.Instance is { } writer && BodyIndex.SymbolOf(writer) is { } symbol && Names.IsAny(symbol.Name, NameMeaning.LogPath, NameMeaning.LogMember));

    // File.AppendAllText("import.log", …) tells people; whether somebody replays it is not to be seen.
    private bool IsLogFile(IInvocationOperation call, ApiEntry entry)
    {
        if (entry.Meaning is not (ApiMeaning.WritesFile or ApiMeaning.AppendsFile) || Operations.ArgumentNamed(call, entry.Argument) is not { } path)
            return false;
        return path.DescendantsAndSelf().Any(o =>
            Names.Is(o.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(o)?.Name, NameMeaning.LogPath));
    }

    private bool IsAccountedIn(IMethodSymbol method)
    {
        var effects = _engine.Effects.Of(method);
        return effects.HasThrow || effects.HasUnknownCall || effects.HandsOut || effects.AssignsState || effects.Meanings.Any(IsRecorded)
            || effects.Statements.Any(s => s.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Call);
    }

    private static bool IsRecorded(ApiEntry entry) => IsRecorded(entry.Meaning);

    private static bool IsRecorded(ApiMeaning meaning) =>
        meaning is ApiMeaning.DeadLetter or ApiMeaning.SettleNack or ApiMeaning.ExitsProcess || IsWrite(meaning);

    private bool NamesDeadLetter(IInvocationOperation call)
    {
        if (Annotations.IsDeadLetter(call.TargetMethod) || Names.Is(call.TargetMethod.Name, NameMeaning.DeadLetter) || Names.Is(call.TargetMethod.ContainingType?.Name, NameMeaning.DeadLetter))
            return true;
        if (call.Instance is { } receiver && BodyIndex.SymbolOf(receiver) is { } symbol && Names.Is(symbol.Name, NameMeaning.DeadLetter)
            && !(symbol is ILocalSymbol && AddsToCollection(call, receiver)))
            return true;
        foreach (var argument in call.Arguments)
        {
            var value = Operations.Unwrap(argument.Value);
            var text = value.ConstantValue is { HasValue: true, Value: string constant } ? constant : BodyIndex.SymbolOf(value)?.Name;
            if (Names.Is(text, NameMeaning.DeadLetter) && !IsTalk(call.TargetMethod, _engine))
                return true;
        }

        return false;
    }

    // What a handler leaves behind counts if somebody reads it, other than to log it.
    private bool AccountsByState(IOperation target, IOperation? value)
    {
        target = Operations.Unwrap(target);
        switch (target)
        {
            case ILocalReferenceOperation local:
                return IsReadElsewhere(local.Local);
            case IDiscardOperation:
                return false;
            case IParameterReferenceOperation or IArrayElementReferenceOperation:
                return true;
            case IMemberReferenceOperation member when IsOfTelemetry(member):
                return false;
            case IMemberReferenceOperation member:
                return value is null
                    ? !Names.Is(member.Member.Name, NameMeaning.AttemptCounter) && IsSeen(member)
                    : value.ConstantValue is not { HasValue: true, Value: null };
            default:
                return false;
        }
    }

    // operation.Telemetry.Success = false
    private bool IsOfTelemetry(IMemberReferenceOperation member)
    {
        for (IOperation? part = member; part is IMemberReferenceOperation { Member: var inner, Instance: var owner }; part = owner is null ? null : Operations.Unwrap(owner))
        {
            if (Names.Is(inner.ContainingType?.Name, NameMeaning.LogMember))
                return true;
        }

        return false;
    }

    // The number survives, the record does not: a count says something only where it decides the run's own outcome.
    private bool AccountsByCount(IOperation target) => Operations.Unwrap(target) switch
    {
        ILocalReferenceOperation local => UsesElsewhere(local.Local).Any(DecidesOutcome),
        IParameterReferenceOperation or IArrayElementReferenceOperation => true,
        IPropertyReferenceOperation property => _engine.Catalog.Means(property.Property, ApiMeaning.ExitsProcess) || property.Instance is not (null or IInstanceReferenceOperation),
        _ => false,
    };

    // A private counter that nothing but log calls read tells nobody.
    private bool IsSeen(IMemberReferenceOperation member) =>
        member.Member.DeclaredAccessibility != Accessibility.Private || Names.Is(member.Member.Name, NameMeaning.FailureRecord)
        || member.Instance is not IInstanceReferenceOperation;

    private bool IsReadElsewhere(ILocalSymbol local) => UsesElsewhere(local).Any();

    private IEnumerable<ILocalReferenceOperation> UsesElsewhere(ILocalSymbol local, bool inTalk = false)
    {
        foreach (var use in Operations.RootOf(_place).Descendants())
        {
            if (use is ILocalReferenceOperation reference && Operations.SameSymbol(reference.Local, local) && !Operations.Encloses(_place, use)
                && !IsWrittenOnly(reference) && (inTalk || !IsInTalk(reference)))
                yield return reference;
        }
    }

    // return failed == 0 ? 0 : 1; if (failed > 0) throw …; result.Failed = failed where the result is returned.
    private bool DecidesOutcome(ILocalReferenceOperation use)
    {
        for (var parent = use.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            switch (parent)
            {
                case IReturnOperation or IThrowOperation or IConditionalOperation { Type: null } or ILoopOperation:
                    return true;
                case IAssignmentOperation { Target: IPropertyReferenceOperation property }:
                    return _engine.Catalog.Means(property.Property, ApiMeaning.ExitsProcess)
                        || (property.Instance is { } owner && Operations.Unwrap(owner) is ILocalReferenceOperation result && IsReturned(result.Local));
            }
        }

        return false;
    }

    private bool IsReturned(ILocalSymbol local) =>
        Operations.RootOf(_place).Descendants().OfType<IReturnOperation>().Any(r => r.ReturnedValue is { } value
            && Operations.Unwrap(value) is ILocalReferenceOperation reference && Operations.SameSymbol(reference.Local, local));

    private static bool IsWrittenOnly(ILocalReferenceOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference && assignment.Parent is IExpressionStatementOperation,
        IIncrementOrDecrementOperation { Parent: IExpressionStatementOperation } => true,
        IInvocationOperation call => call.Instance == reference && call.Parent is IExpressionStatementOperation && call.TargetMethod.Name is "Add" or "Clear" or "Append" or "AppendLine",
        _ => false,
    };

    private bool IsInTalk(IOperation use)
    {
        for (var parent = use.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation call && IsTalk(call.TargetMethod, _engine))
                return true;

            // if (failed > 0) Log(…): the question is part of the log.
            if (parent is IConditionalOperation { Type: null } choice)
                return !choice.WhenTrue.DescendantsAndSelf().Any(o => o is IThrowOperation or IReturnOperation || (o is IInvocationOperation inner && !IsTalk(inner.TargetMethod, _engine)));
        }

        return false;
    }

    // log.LogWarning("{Errors}", result.ToString()): a value that is made for the log.
    private bool IsToldOnly(IOperation call)
    {
        for (var parent = call.Parent; parent is not null and not IBlockOperation and not IAnonymousFunctionOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation outer && IsTalk(outer.TargetMethod, _engine))
                return true;
        }

        return false;
    }

    // return Result.Fail(e): only made to be returned, and nobody reads it.
    private bool IsUnreadResult(IInvocationOperation call)
    {
        if (!_scope.IsResultIgnored || !call.TargetMethod.IsStatic || Operations.Enclosing<IReturnOperation>(call) is null)
            return false;
        var returned = _node.Method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments: [var inner] } ? inner : _node.Method.ReturnType;
        return Operations.SameSymbol(call.Type?.OriginalDefinition, returned.OriginalDefinition);
    }

    // return false / return Result.Fail(ex) tells the caller, unless nobody looks or the way without a failure ends in the same.
    private bool TellsFailure(IOperation value)
    {
        value = Operations.Unwrap(value);
        if (_scope.IsResultIgnored || value is IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType.Name: "Task" } })
            return false;
        if (value.ConstantValue is { HasValue: true, Value: bool said } && _scope.IsResultRead && _node.Callers.Any(c => SettlesOn(said, c.Caller, c.Site)))
            return false;
        if (value.ConstantValue is { HasValue: true, Value: null or false } failure && IsDroppedByCallers(failure.Value is null ? CheckKind.Empty : CheckKind.Invalid))
            return false;
        var success = _place is ICatchClauseOperation { Parent: ITryOperation attempt } ? SuccessOf(attempt) : SuccessOf(_node.Facts.Root);
        return !value.ConstantValue.HasValue || success is not { ConstantValue: { HasValue: true } constant } || !Equals(constant.Value, value.ConstantValue.Value);
    }

    // var order = Read(line); if (order != null) Save(order);: every caller leaves out what came to nothing, and tells nobody but the log.
    private bool IsDroppedByCallers(CheckKind kind) => _node.Callers.Count > 0 && _node.Callers.All(c => IsDroppedBy(c.Caller, c.Site, kind));

    private bool IsDroppedBy(ReachNode caller, IOperation site, CheckKind kind)
    {
        // What the caller's check is called by, RERUN2006 speaks of; a caller that settles decides by the result.
        if (site is not IInvocationOperation call || call.TargetMethod.Name != _node.Method.Name
            || FailedChecks.KindOf(call, _engine.Catalog) is not null || caller.Facts.Of(ApiMeaning.SettleAck).Any()
            || ToldResults.IsReturnedToo(call) || FailedChecks.DecidedBy(call, kind) is not { } check || new RecordScopes(_engine).Of(caller, check.Choice) is not { } scope || scope is { Loop: null, Source: not null } or { IsFetched: true })
            return false;
        if (check.WhenFailed is not { } branch)
            return !ScopeStatements.Behind(check.Choice, scope).Any(statement => WorksOnRecord(statement, caller, scope, _engine));
        var handling = new FailureHandling(_engine, caller, branch, scope);
        return (new CatchPaths(handling.Accounts, static _ => false).Ends(branch) & CatchEnd.Accounted) == 0;
    }

    // if (await HandleAsync(message)) Complete(message): "true" does not tell of a failure there, whatever else it may mean.
    private static bool SettlesOn(bool said, ReachNode caller, IOperation site)
    {
        var value = site;
        while (value.Parent is IAwaitOperation or IConversionOperation or IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            value = value.Parent;
        if (value.Parent is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
            (value, said) = (not, !said);
        return value.Parent is IConditionalOperation { Type: null } choice && choice.Condition == value && (said ? choice.WhenTrue : choice.WhenFalse) is { } branch
            && caller.Facts.Of(ApiMeaning.SettleAck).Any(f => Operations.Encloses(branch, f.Site));
    }

    // What a body returns at its end, where nothing has failed.
    private static IOperation? SuccessOf(IOperation body) =>
        body.Descendants().OfType<IReturnOperation>().LastOrDefault(r => r.ReturnedValue is not null && Operations.Enclosing<IAnonymousFunctionOperation>(r) is null)?.ReturnedValue is { } value ? Operations.Unwrap(value) : null;

    private static bool AddsToCollection(IInvocationOperation call, IOperation receiver) =>
        call.TargetMethod.Name is "Add" or "AddRange" or "TryAdd" or "Enqueue" or "Push" or "Append" or "AppendLine" or "Insert"
        && receiver.Type is { } type && type.ContainingNamespace?.ToDisplayString() is { } space && space.StartsWith("System", StringComparison.Ordinal);

    private bool UsesException(IOperation operation) =>
        operation.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation local && _place is ICatchClauseOperation clause && clause.Locals.Any(l => Operations.SameSymbol(l, local.Local)));
}
