using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2001: a catch on a record path after which the record is settled or skipped, and nobody has it any more.</summary>
internal sealed class SwallowedRecord : Rule
{
    public const string Id = "RERUN2001";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Failed record is only logged",
        "A record that fails here is {0}{1}; write it to the dead letters (payload, reason, position) before going on, or rethrow",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A catch that logs (or ignores) a failure and goes on loses the record: it is in no sink and in no dead letter, and no rerun brings it back.");

    public override void Check(RuleContext context)
    {
        var scopes = new RecordScopes(context.Engine);
        foreach (var continuation in context.Facts.Of(ApiMeaning.HandlesFault))
        {
            if (continuation.Site is IInvocationOperation call && scopes.Of(context.Node, call) is { } scope)
                CheckContinuation(context, call, scope);
            else if (continuation.Site is IPropertyReferenceOperation { Parent: ISimpleAssignmentOperation given } property && given.Target == property)
                CheckCallback(context, given);
        }

        foreach (var call in context.Facts.Calls)
        {
            if (call.Site is IInvocationOperation told && ToldFailures.Of(told, context) is { } end && scopes.Of(context.Node, told) is { } scope)
                CheckToldFailure(context, told, end, scope);
        }

        foreach (var clause in context.Facts.Catches)
        {
            if (clause.Parent is not ITryOperation attempt)
                continue;
            if (scopes.Of(context.Node, attempt) is { } scope)
                Check(context, clause, attempt, scope);
            else if (EndedRuns.LooksDone(clause, attempt, context.Node, context.Engine) && context.Way() is { } path)
                context.Report(Info, Place(clause), path, clause, isHint: true, null, "only logged, and the program ends as if all had been done (exit code 0)", path.Way);
        }
    }

    private void Check(RuleContext context, ICatchClauseOperation clause, ITryOperation attempt, RecordScope scope)
    {
        if (IsHarmless(context, clause, scope) || !FailureHandling.WorksOnRecord(attempt.Body, context.Node, scope, context.Engine)
            || IsAfterthought(context, attempt, scope) || WritesDeadLetter(context, attempt))
            return;
        var handling = new FailureHandling(context.Engine, context.Node, clause, scope);
        var ends = new CatchPaths(handling.Accounts, context.Guards.AsksForUniqueViolation, condition => FailureHandling.IsOption(condition, context.Names)).Ends(clause);
        if (attempt.Finally is { } last && last.Operations.Any(o => !DoneMarks.Is(o, context.Node, scope, context.Engine) && o.DescendantsAndSelf().Any(handling.Accounts)))
            return;
        if ((ends & CatchEnd.Returns) != 0 && scope.Loop is not null && HandedLambdas.IsLeftByReturn(clause, scope.Body))
            ends = (ends & ~CatchEnd.Returns) | CatchEnd.FallsThrough;
        if (scope.Attempts is { } attempts)
            ends = AfterLastAttempt(ends, clause, attempts, scope, handling);
        var lost = scope.Loop is null
            ? (ends & (CatchEnd.Returns | CatchEnd.FallsThrough)) != 0
            : (ends & (CatchEnd.Continues | CatchEnd.FallsThrough)) != 0;
        if (!lost || ((ends & CatchEnd.FallsThrough) != 0 && (GoesOnWithRecord(context, attempt, scope, handling) || TellsByResult(context, attempt, scope)))
            || context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)))
            return;
        var fate = new RecordFate(context.Engine, context.Node, scope, path);
        var settles = fate.IsSettled(attempt, clause, ends, handling.Accounts) || IsMarkedBehind(context, attempt, scope, ends);
        if (!fate.IsGone(attempt, settles))
            return;
        context.Report(
            Info, Place(clause), path, clause, isHint: scope.Source is { IsLikely: true }, null,
            Loss(clause, scope, settles, path), path.Way);
    }

    // for (var attempt = 0; attempt < 3; attempt++) …: each failure but the last is tried again; then the loop is left.
    private static CatchEnd AfterLastAttempt(CatchEnd ends, ICatchClauseOperation clause, ILoopOperation attempts, RecordScope scope, FailureHandling handling)
    {
        // catch (Exception) when (attempt < 3): the last failure goes by.
        if (clause.Filter is { } filter && filter.Descendants().Any(o => o is ILocalReferenceOperation or IParameterReferenceOperation && o.Type is { SpecialType: SpecialType.System_Int32 }))
            return CatchEnd.Accounted;
        if ((ends & (CatchEnd.FallsThrough | CatchEnd.Continues)) == 0)
            return ends & ~CatchEnd.Breaks;
        return ScopeStatements.Behind(attempts, scope).Any(statement => statement.DescendantsAndSelf().Any(o => o is IThrowOperation || handling.Accounts(o))) ? CatchEnd.Accounted : CatchEnd.FallsThrough;
    }

    // bool ok = false; try { …; ok = true; } catch { … } return ok; tells the caller by what was not done.
    private static bool TellsByResult(RuleContext context, ITryOperation attempt, RecordScope scope) =>
        scope is { Loop: null, IsResultRead: true }
        && ScopeStatements.Behind(scope.Attempts ?? (IOperation)attempt, scope).OfType<IReturnOperation>().FirstOrDefault() is { ReturnedValue: { } value }
        && Operations.Unwrap(value).ConstantValue is not { HasValue: true, Value: not (null or false) };

    private static bool IsMarkedBehind(RuleContext context, ITryOperation attempt, RecordScope scope, CatchEnd ends)
    {
        if (attempt.Finally is { } last && last.Operations.Any(o => DoneMarks.Is(o, context.Node, scope, context.Engine)))
            return true;
        return (ends & CatchEnd.FallsThrough) != 0 && ScopeStatements.Behind(attempt, scope).Any(statement => DoneMarks.Is(statement, context.Node, scope, context.Engine));
    }

    // store.SaveAsync(order).ContinueWith(t => Log(t.Exception), OnlyOnFaulted): a catch in other words.
    private void CheckContinuation(RuleContext context, IInvocationOperation call, RecordScope scope)
    {
        if (call.Instance is not { } task || !FailureHandling.WorksOnRecord(task, context.Node, scope, context.Engine)
            || call.Arguments.Select(a => Operations.Unwrap(a.Value)).OfType<IDelegateCreationOperation>().FirstOrDefault()?.Target is not IAnonymousFunctionOperation lambda
            || !lambda.Body.Descendants().All(o => OnlyTells(o, context.Engine))
            || context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)) || !new RecordFate(context.Engine, context.Node, scope, path).IsGone(call, settles: false)
            || !context.Claim(Operations.Unwrap(task)))
            return;
        var place = call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } ? access.Name.GetLocation() : call.Syntax.GetLocation();
        context.Report(Info, place, path, call, isHint: false, null, Loss("only logged", scope, settles: false, path), path.Way);
    }

    // ReadingExceptionOccurred = args => { log.LogWarning(…); return false; }: the reader goes on with the next row.
    private void CheckCallback(RuleContext context, ISimpleAssignmentOperation given)
    {
        if (Operations.Unwrap(given.Value) is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda }
            || !lambda.Body.Descendants().All(o => OnlyTells(o, context.Engine) && o is not IReturnOperation { ReturnedValue.ConstantValue: { HasValue: true, Value: true } } && !IsWriter(o))
            || context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)) || !context.Claim(given))
            return;
        context.Report(
            Info, given.Target.Syntax.GetLocation(), path, given, isHint: false, null,
            $"{(lambda.Body.Descendants().OfType<IInvocationOperation>().Any() ? "only logged" : "dropped without a word")} and skipped, and is still missing when {path.RootName} {path.Root.RunsAgain}", path.Way);
    }

    // rejects.WriteLine(args.RawRecord)
    private static bool IsWriter(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod.ContainingType.Name: "TextWriter" or "StreamWriter" or "CsvWriter" } call && !FailureHandling.IsConsole(call);

    // var done = await handler.HandleAsync(order); if (!done) log.LogError(…): the failure came back as a result, and ends in the log.
    private void CheckToldFailure(RuleContext context, IInvocationOperation call, IOperation end, RecordScope scope)
    {
        if (Operations.Enclosing<ICatchClauseOperation>(call) is not null || !scope.Uses(call) || !FailureHandling.WorksOnRecord(call, context.Node, scope, context.Engine)
            || context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)))
            return;
        var fate = new RecordFate(context.Engine, context.Node, scope, path);
        var settles = fate.IsSettledBehind(end);
        if (!fate.IsGone(end, settles) || !context.Claim(call))
            return;
        var place = call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } ? access.Name.GetLocation() : call.Syntax.GetLocation();
        context.Report(Info, place, path, call, isHint: false, null, Loss("told by a result that is only logged", scope, settles, path), path.Way);
    }

    private static bool OnlyTells(IOperation operation, Engine engine) => operation switch
    {
        IInvocationOperation call => FailureHandling.IsTalk(call.TargetMethod, engine)
            || (FailureHandling.IsFrameworkHelper(call.TargetMethod) && !call.TargetMethod.ReturnsVoid && engine.Catalog.Find(call.TargetMethod).IsEmpty),
        IThrowOperation or IAssignmentOperation or IIncrementOrDecrementOperation or IEventReferenceOperation => false,
        _ => true,
    };

    private static string Loss(ICatchClauseOperation clause, RecordScope scope, bool settles, RerunPath path) =>
        Loss(clause.Handler.Operations.IsEmpty ? "dropped without a word" : "only logged", scope, settles, path);

    private static string Loss(string how, RecordScope scope, bool settles, RerunPath path)
    {
        if (settles)
            return $"{how} and then settled, so that it does not come back to {path.RootName}";
        return scope.Source is null
            ? $"{how}, and its message counts as done when {path.RootName} returns"
            : $"{how} and skipped, and is still missing when {path.RootName} {path.Root.RunsAgain}";
    }

    // LogResponseAsync(order) { try { await client.PostAsync("logs", …); } catch (Exception e) { … } }: telling is all it does.
    private static bool IsPartOfLog(RuleContext context) =>
        context.Node.Root is null && (context.Names.Is(context.Facts.Method.Name, NameMeaning.LogMember) || context.Names.Is(context.Facts.Method.ContainingType?.Name, NameMeaning.LogMember));

    // catch (NothingToDoException) { } catch (Exception e) { log.LogError(e); }: of several failures of one's own, the one that is passed over in silence is none.
    private static bool IsLeftAlone(RuleContext context, ICatchClauseOperation clause) =>
        clause.Handler.Operations.IsEmpty && clause.ExceptionType is { } type && context.Engine.IsDeclaredHere(type)
        && clause.Parent is ITryOperation attempt && attempt.Catches.Any(other => other != clause && !other.Handler.Operations.IsEmpty);

    // Cancellation, a row that is already there, and the client's own connection errors lose no record.
    private static bool IsHarmless(RuleContext context, ICatchClauseOperation clause, RecordScope scope)
    {
        var type = clause.ExceptionType;
        if (type is not null && context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Cancellation))
            return true;
        if (context.Guards.IsOnlyForUniqueViolation(clause) || IsPartOfLog(context) || IsLeftAlone(context, clause))
            return true;
        if (type is not null && !context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Malformed)
            && scope.Source?.Source is IInvocationOperation { TargetMethod: var read } && read.ContainingAssembly is { } assembly
            && Operations.SameSymbol(type.ContainingAssembly, assembly) && !Operations.IsInSystem(type))
            return true;
        return clause.Filter is { } filter && filter.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" });
    }

    // The record is stored before the try, and nothing that is known to store or read one stands in it: a mail, a call elsewhere.
    private static bool IsAfterthought(RuleContext context, ITryOperation attempt, RecordScope scope) =>
        !FailureHandling.WorksForSure(attempt.Body, context.Node, scope, context.Engine)
        && ScopeStatements.Before(attempt, scope)
            .Any(statement => statement is IExpressionStatementOperation { Operation: not IAssignmentOperation } && FailureHandling.WorksOnRecord(statement, context.Node, scope, context.Engine));

    // A handler of a failure writes the dead letter and may fail itself: RERUN2008's question.
    private static bool WritesDeadLetter(RuleContext context, ITryOperation attempt) =>
        (Operations.Enclosing<ICatchClauseOperation>(attempt) is not null || DeadLetterCalls.IsMadeFor(context.Facts.Method, context.Names))
        && attempt.Body.Descendants().Any(o => o is IInvocationOperation call && DeadLetterCalls.Writes(call, context.Engine));

    // Behind the try the record is written all the same: the catch stood in for a part of it.
    private static bool GoesOnWithRecord(RuleContext context, ITryOperation attempt, RecordScope scope, FailureHandling handling)
    {
        foreach (var statement in ScopeStatements.Behind(attempt, scope))
        {
            // What follows a mark stores the mark.
            if (DoneMarks.Is(statement, context.Node, scope, context.Engine) && statement is IExpressionStatementOperation { Operation: IAssignmentOperation })
                return false;
            if (DoneMarks.Is(statement, context.Node, scope, context.Engine) || context.Facts.Of(ApiMeaning.SettleAck).Any(f => Operations.Encloses(statement, f.Site)))
                continue;
            if (statement.DescendantsAndSelf().Any(handling.Accounts)
                || FailureHandling.WorksOnRecord(statement, context.Node, scope, context.Engine))
                return true;
        }

        return false;
    }

    private static Location Place(ICatchClauseOperation clause)
    {
        if (clause.Syntax is not CatchClauseSyntax syntax)
            return clause.Syntax.GetLocation();
        var end = syntax.Filter?.Span.End ?? syntax.Declaration?.Span.End ?? syntax.CatchKeyword.Span.End;
        return Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.CatchKeyword.SpanStart, end));
    }
}
