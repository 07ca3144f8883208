using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2006: a record that could not be parsed, or that a validator refused, is left out, and nobody has it any more.</summary>
internal sealed class SilentlySkippedRecord : Rule
{
    public const string Id = "RERUN2006";

    // Of a longer condition the message shows the beginning.
    private const int MaxCondition = 80;

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Bad record is skipped",
        "A record that {0} is {1}{2}; write it to the dead letters (payload, reason, position) before going on, or throw",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A record that cannot be parsed or breaks the contract is left out with a continue or a return: it is in no sink and in no dead letter, and its number is missing from every count.");

    public override void Check(RuleContext context)
    {
        var scopes = new RecordScopes(context.Engine);
        var asked = new HashSet<IOperation>(ReferenceComparer.Instance);
        foreach (var check in FailedChecks.In(context.Facts, context.Engine.Catalog))
        {
            if (check.WhenFailed is not null && asked.Add(check.Choice) && IsAboutRecord(context, check) && scopes.Of(context.Node, check.Choice) is { } scope
                && scope.Uses(check.Call) && !IsAboutPart(context, scopes, scope) && !IsTried(check))
                Check(context, check.Choice, check.WhenFailed, scope, check.Place, Finding(check), isHint: check.Kind != CheckKind.Malformed);
        }

        foreach (var choice in RefusedContent.In(context.Facts, context.Engine.Catalog))
        {
            if (!asked.Contains(choice) && scopes.Of(context.Node, choice) is { } scope && new RefusedContent(scope, context.Engine.Catalog) is var refused
                && (refused.IsAskedBy(choice.Condition) || refused.IsCalledError(choice, context.Facts) || refused.IsWithoutNeeded(choice, context.Facts)) && !IsAboutPart(context, scopes, scope))
                Check(context, choice, choice.WhenTrue, scope, choice.Condition, $"'{SourceWords.OneLine(choice.Condition.Syntax.ToString(), MaxCondition)}' refuses", isHint: true);
        }
    }

    private void Check(RuleContext context, IConditionalOperation choice, IOperation branch, RecordScope scope, IOperation place, string finding, bool isHint)
    {
        // What a handler of a failure does is RERUN2001's question.
        if (Operations.Enclosing<ICatchClauseOperation>(choice) is not null
            || !IsLeftOut(context, choice, branch, scope) || context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)))
            return;
        var fate = new RecordFate(context.Engine, context.Node, scope, path);
        var settles = fate.IsSettled(branch);
        if (!fate.IsGone(choice, settles))
            return;
        var loss = settles ? $"skipped and then settled, so that it does not come back to {path.RootName}"
            : scope.Source is null
            ? $"skipped, and its message counts as done when {path.RootName} returns"
            : $"skipped, and is still missing when {path.RootName} {path.Root.RunsAgain}";
        context.Report(Info, place.Syntax.GetLocation(), path, choice, isHint || scope.Source is { IsLikely: true }, null, finding, loss, path.Way);
    }

    // The branch ends the work on the record; or the work stands in the other branch, and none behind both.
    private static bool IsLeftOut(RuleContext context, IConditionalOperation choice, IOperation branch, RecordScope scope)
    {
        var handling = new FailureHandling(context.Engine, context.Node, branch, scope);
        var ends = new CatchPaths(handling.Accounts, context.Guards.AsksForUniqueViolation).Ends(branch);
        var behind = ScopeStatements.Behind(choice, scope);
        if (ends == (scope.Loop is null ? CatchEnd.Returns : CatchEnd.Continues))
            return behind.Any(Works);
        return ends == CatchEnd.FallsThrough && (branch == choice.WhenTrue ? choice.WhenFalse : choice.WhenTrue) is { } other && Works(other)
            && !behind.Any(statement => Works(statement) || statement.DescendantsAndSelf().Any(handling.Accounts));

        bool Works(IOperation statement) => FailureHandling.WorksOnRecord(statement, context.Node, scope, context.Engine);
    }

    private static string Finding(FailedCheck check) => check.Kind switch
    {
        CheckKind.Malformed => $"'{check.Call.TargetMethod.Name}' cannot read",
        CheckKind.Empty => $"'{check.Call.TargetMethod.Name}' makes nothing of",
        _ => $"'{check.Call.TargetMethod.Name}' finds wrong",
    };

    // Order? order = null; try { order = Parse(line); } catch (FormatException e) { … } if (order is null) continue;: the handler has dealt with it, or RERUN2001 says that it has not.
    private static bool IsTried(FailedCheck check) =>
        Operations.Enclosing<ITryOperation>(check.Call) is { Catches.IsEmpty: false } attempt && Operations.Encloses(attempt.Body, check.Call) && !Operations.Encloses(attempt.Body, check.Choice);

    // IsValidForExport(order) chooses among good records; a validator finds bad ones.
    private static bool IsAboutRecord(RuleContext context, FailedCheck check)
    {
        if (check.Kind != CheckKind.Invalid || context.Engine.Catalog.Means(check.Call.TargetMethod, ApiMeaning.Validates) || TellsProblem(context, check))
            return true;
        return check.Call.TargetMethod.ContainingType.Name.IndexOf("Validat", StringComparison.Ordinal) >= 0;
    }

    // if (!checks.IsValid(order)) { log.LogWarning(…); continue; }: what is chosen by design is no problem to anybody.
    private static bool TellsProblem(RuleContext context, FailedCheck check) =>
        check.WhenFailed is { } branch && context.Facts.Of(ApiMeaning.Log).Any(log => context.Names.Is(log.Member.Name, NameMeaning.ProblemLogMember) && Operations.Encloses(branch, log.Site));

    // foreach (var word in line.Split(' ')): a part that is left out is not the record.
    private static bool IsAboutPart(RuleContext context, RecordScopes scopes, RecordScope scope) =>
        scope.Loop is { Loop: IForEachLoopOperation inner } && scopes.Of(context.Node, inner) is { } outer && outer.Uses(inner.Collection)
        && !(outer.Loop is null && IsBatch(inner.Collection));

    // foreach (var e in events), foreach (var record in evt.Records): the message is a batch of records.
    private static bool IsBatch(IOperation collection)
    {
        var value = Operations.Unwrap(collection);
        while (value is IPropertyReferenceOperation { Instance: { } instance })
            value = Operations.Unwrap(instance);
        return value is IParameterReferenceOperation;
    }
}
