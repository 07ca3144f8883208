using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2008: a dead letter of which nobody knows whether it was written when its record is settled.</summary>
internal sealed class DeadLetterNotAwaited : Rule
{
    public const string Id = "RERUN2008";

    /// <summary>Diagnostic property: the statement can await the call as it stands.</summary>
    public const string AwaitProperty = "await";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A dead letter may not have been written",
        "'{0}' {1}: when it fails, the record is in no sink and in no dead letter either; {2}",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A dead letter is the last copy of a record that is about to be settled. Written without waiting for it, or with its failure swallowed, it is lost just when the place where it should go is in trouble.");

    public override void Check(RuleContext context)
    {
        foreach (var call in DeadLettersIn(context))
        {
            if (Awaits.IsDropped(call))
                Report(context, call.Syntax.GetLocation(), call, call, "is not awaited", "await it before the record is settled", CanAwait(call));
            else if (IsBuffered(context, call))
                Report(context, call.Syntax.GetLocation(), call, call, "only puts it into the producer's buffer before the record is settled", "wait for its delivery, or flush, before settling");
            else if (SwallowedBy(context, call) is { } clause)
                Report(context, HeadOf(clause), clause, call, "fails here without anybody knowing, and the record is settled all the same", "let the failure through, so that the record is not settled");
        }
    }

    private void Report(RuleContext context, Location place, IOperation claimed, IInvocationOperation call, string what, string cure, bool canAwait = false)
    {
        var properties = canAwait ? ImmutableDictionary<string, string?>.Empty.Add(AwaitProperty, "") : ImmutableDictionary<string, string?>.Empty;
        if (context.Claim(claimed))
            context.Report(Info, place, call, isHint: false, properties, call.TargetMethod.Name, what, cure);
    }

    // SendAsync(…); or _ = SendAsync(…); in an asynchronous function, and in no lock.
    private static bool CanAwait(IInvocationOperation call)
    {
        var statement = call.Parent is ISimpleAssignmentOperation { Target: IDiscardOperation } discarded ? discarded.Parent : call.Parent;
        if (statement is not IExpressionStatementOperation || Operations.Enclosing<ILockOperation>(call) is not null)
            return false;
        var function = call.Syntax.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax);
        return function switch
        {
            AnonymousFunctionExpressionSyntax lambda => !lambda.AsyncKeyword.IsKind(SyntaxKind.None),
            LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };
    }

    private static IEnumerable<IInvocationOperation> DeadLettersIn(RuleContext context)
    {
        foreach (var operation in context.Facts.Root.Descendants())
        {
            if (operation is IInvocationOperation call && DeadLetterCalls.Writes(call, context.Engine) && !IsInOtherBody(call, context.Facts))
                yield return call;
        }
    }

    // A lambda that is a root has facts of its own.
    private static bool IsInOtherBody(IOperation call, BodyFacts facts) => facts.RootLambdas.Any(l => Operations.Encloses(l.Facts.Root, call));

    // producer.Produce("orders.dlq", …); consumer.Commit(result): sent some time later, if at all.
    private static bool IsBuffered(RuleContext context, IInvocationOperation call) =>
        context.Facts.Apis.Any(a => a.Site == call && a.Api.Meaning == ApiMeaning.QueuesInMemory)
        && context.Facts.Of(ApiMeaning.SettleAck).FirstOrDefault(settle => IsReachedBehind(call, settle.Site)) is { } settled
        && !context.Facts.Of(ApiMeaning.Flushes).Any(flush => IsReachedBehind(call, flush.Site) && flush.Site.Syntax.SpanStart < settled.Site.Syntax.SpanStart);

    // catch (Exception) { try { await deadLetters.SendAsync(…); } catch (Exception e) { Log(e); } }, and then the record is settled.
    private static ICatchClauseOperation? SwallowedBy(RuleContext context, IInvocationOperation call)
    {
        if (Operations.Enclosing<ITryOperation>(call) is not { } attempt || !Operations.Encloses(attempt.Body, call) || !IsFirstOf(attempt, call, context) || !IsSettled(context, attempt))
            return null;
        return attempt.Catches.FirstOrDefault(clause => !IsCancellation(clause, context) && clause.Handler.Operations.All(o => OnlyTells(o, context.Engine)));
    }

    // Where the work stands in the same try, the catch is about the work.
    private static bool IsFirstOf(ITryOperation attempt, IInvocationOperation deadLetter, RuleContext context) =>
        !attempt.Body.Descendants().Any(o => o is IInvocationOperation other && other != deadLetter && !Operations.Encloses(deadLetter, other)
            && !FailureHandling.IsTalk(other.TargetMethod, context.Engine) && !FailureHandling.IsFrameworkHelper(other.TargetMethod)
            && !DeadLetterCalls.Writes(other, context.Engine) && Awaits.IsTask(other.Type));

    // Behind the try by a call, by the handler that returns, or by whoever calls a member that says that it writes dead letters and tells nothing else.
    private static bool IsSettled(RuleContext context, ITryOperation attempt) =>
        context.Facts.Of(ApiMeaning.SettleAck).Any(settle => IsReachedBehind(attempt, settle.Site))
        || context.Engine.Catalog.FindRoot(context.Facts.Method) is { PerRecord: true, OnReturn: Outcome.Settled }
        || (DeadLetterCalls.IsMadeFor(context.Facts.Method, context.Names) && context.Facts.Method.ReturnType is { SpecialType: SpecialType.System_Void } or INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true });

    // The catch in which a dead letter is written ends before the statement that settles for all ways.
    private static bool IsReachedBehind(IOperation deadLetter, IOperation settle)
    {
        if (deadLetter.Syntax.SpanStart >= settle.Syntax.SpanStart)
            return false;
        if (SourceOrder.GoesOn(deadLetter, settle))
            return true;
        return Operations.Enclosing<ICatchClauseOperation>(deadLetter) is { Parent: ITryOperation outer } clause
            && !clause.Handler.Descendants().Any(o => o is IThrowOperation or IReturnOperation { Kind: OperationKind.Return } or IBranchOperation && o.Syntax.SpanStart >= deadLetter.Syntax.Span.End)
            && SourceOrder.GoesOn(outer, settle);
    }

    private static bool IsCancellation(ICatchClauseOperation clause, RuleContext context) =>
        clause.Filter?.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" }) == true
        || clause.ExceptionType is { } type && context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Cancellation);

    private static bool OnlyTells(IOperation statement, Engine engine) =>
        statement is IExpressionStatementOperation { Operation: var told } && Operations.Unwrap(told) is IInvocationOperation call && FailureHandling.IsTalk(call.TargetMethod, engine);

    private static Location HeadOf(ICatchClauseOperation clause) => clause.Syntax is CatchClauseSyntax syntax
        ? Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.CatchKeyword.SpanStart, syntax.Declaration?.Span.End ?? syntax.CatchKeyword.Span.End))
        : clause.Syntax.GetLocation();
}
