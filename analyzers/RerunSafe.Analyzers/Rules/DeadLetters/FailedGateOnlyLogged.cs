using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2009: a check of the data failed, somebody is told, and the load goes on as if it had passed.</summary>
internal sealed class FailedGateOnlyLogged : Rule
{
    public const string Id = "RERUN2009";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Failed check does not stop the load",
        "What '{0}' finds wrong is only logged, and is loaded all the same when {1} runs{2}; throw, return a failure, or send it to the quarantine",
        Categories.DeadLetters,
        DiagnosticSeverity.Warning,
        "A quality gate that only warns lets bad data through: whoever reads the target next takes it for good.");

    public override void Check(RuleContext context)
    {
        foreach (var check in FailedChecks.In(context.Facts, context.Engine.Catalog))
        {
            if (check is not { Kind: CheckKind.Invalid, WhenFailed: { } branch })
                continue;
            var subjects = Subjects(check.Call).ToList();
            if (subjects.Count > 0 || IsGate(check.Call, context.Names))
                Check(context, check, branch, RecordScopes.OfValues(context.Node, subjects));
        }
    }

    private void Check(RuleContext context, FailedCheck check, IOperation branch, RecordScope scope)
    {
        var handling = new FailureHandling(context.Engine, context.Node, branch, scope);
        if (!Tells(branch, context.Engine) || new CatchPaths(handling.Accounts, context.Guards.AsksForUniqueViolation).Ends(branch) != CatchEnd.FallsThrough
            || !BehindInFunction(check.Choice, scope).Any(statement => scope.Values.Count > 0 ? Loads(context, statement, scope) : Promotes(context, statement))
            || context.Way() is not { } path)
            return;
        context.Report(Info, check.Place.Syntax.GetLocation(), path, check.Choice, isHint: false, null, check.Call.TargetMethod.Name, path.RootName, path.Way);
    }

    private static bool Tells(IOperation branch, Engine engine) => branch.DescendantsAndSelf().Any(o => o is IInvocationOperation call && FailureHandling.IsTalk(call.TargetMethod, engine));

    // What is checked: the variables that the check is handed, other than services.
    private static IEnumerable<ISymbol> Subjects(IInvocationOperation check)
    {
        foreach (var argument in check.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.Explicit && argument.Value.Type?.Name != "CancellationToken" && OwnerOf(argument.Value) is ILocalSymbol or IParameterSymbol)
                yield return OwnerOf(argument.Value)!;
        }
    }

    // context.Message is of the context.
    private static ISymbol? OwnerOf(IOperation value)
    {
        value = Operations.Unwrap(value);
        while (value is IPropertyReferenceOperation { Instance: { } owner })
            value = Operations.Unwrap(owner);
        return BodyIndex.SymbolOf(value);
    }

    // The same data is written behind the check, and no further question stands between.
    private static bool Loads(RuleContext context, IOperation statement, RecordScope scope)
    {
        if (statement is IConditionalOperation { Type: null } or ISwitchOperation)
            return false;
        foreach (var operation in statement.Descendants())
        {
            if (operation is IInvocationOperation call && scope.Uses(call) && Stores(context, call))
                return true;
        }

        return false;
    }

    // checks.RunAsync("staging.orders") of a type for checks of quality: a gate for a whole table.
    private static bool IsGate(IInvocationOperation check, NameCatalog names) => names.Is(check.TargetMethod.ContainingType?.Name, NameMeaning.ValidateMember);

    // await loader.PromoteAsync("staging.orders"): on to the next layer, with no further question.
    private static bool Promotes(RuleContext context, IOperation statement) =>
        statement is IExpressionStatementOperation && statement.Descendants().OfType<IInvocationOperation>().Any(call =>
            !Operations.IsInSystem(call.TargetMethod) && !FailureHandling.IsTalk(call.TargetMethod, context.Engine)
            && (context.Names.IsAny(call.TargetMethod.Name, NameMeaning.ForwardMember, NameMeaning.SaveMember) || Stores(context, call)));

    private static bool Stores(RuleContext context, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (context.Facts.Apis.Any(f => f.Site == call && (FailureHandling.IsWrite(f.Api.Meaning) || f.Api.Meaning == ApiMeaning.BulkAppend))
            || context.Facts.Sql.Any(f => f.Site == call && f.Texts.Any(FailureHandling.Writes)))
            return true;
        return !Operations.IsInSystem(method) && !FailureHandling.IsTalk(method, context.Engine)
            && (context.Names.Is(method.Name, NameMeaning.AppendMember) || context.Names.Is(method.Name, NameMeaning.CommitMember) || method.Name.StartsWith("Save", StringComparison.Ordinal) || method.Name.StartsWith("Upsert", StringComparison.Ordinal));
    }

    private static IEnumerable<IOperation> BehindInFunction(IOperation choice, RecordScope scope)
    {
        var loop = Operations.Enclosing<ILoopOperation>(choice);
        foreach (var statement in ScopeStatements.Behind(choice, scope))
        {
            if (loop is null || Operations.Encloses(loop, statement))
                yield return statement;
        }
    }
}
