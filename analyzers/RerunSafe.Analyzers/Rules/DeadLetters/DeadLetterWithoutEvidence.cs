using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2007: a dead letter from which nobody can tell what failed, or why.</summary>
internal sealed class DeadLetterWithoutEvidence : Rule
{
    public const string Id = "RERUN2007";

    // Parameters and values that carry why a record failed.
    private static readonly string[] ReasonWords = ["reason", "error", "exception", "description", "cause", "why"];

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Dead letter lacks its evidence",
        "The dead letter that '{0}' writes lacks {1}{2}; hand over the original payload and the reason, so that it can be replayed after the cause is fixed",
        Categories.DeadLetters,
        DiagnosticSeverity.Info,
        "A dead letter is replayed after its cause is fixed: that takes the record as it came, and what was wrong with it.");

    public override void Check(RuleContext context)
    {
        RecordScopes? scopes = null;
        foreach (var clause in context.Facts.Catches)
        {
            foreach (var operation in clause.Handler.Descendants())
            {
                if (operation is not IInvocationOperation call || !IsMadeForDeadLetters(call, context.Engine))
                    continue;
                scopes ??= new RecordScopes(context.Engine);
                var scope = clause.Parent is ITryOperation attempt ? scopes.Of(context.Node, attempt) : null;
                if (Lacks(call, clause, scope, context.Names) is { } lack && context.Way() is { } path && context.Claim(call))
                    context.Report(Info, call.Syntax.GetLocation(), path, call, isHint: false, null, call.TargetMethod.Name, lack, path.Way);
            }
        }
    }

    // A member for dead letters, or one that is made on the spot. A message that is passed on whole may carry more than shows.
    private static bool IsMadeForDeadLetters(IInvocationOperation call, Engine engine) =>
        DeadLetterCalls.Writes(call, engine)
        && (Annotations.IsDeadLetter(call.TargetMethod) || engine.Catalog.Means(call.TargetMethod, ApiMeaning.DeadLetter) || engine.Catalog.Names.Is(call.TargetMethod.Name, NameMeaning.DeadLetterSink)
            || call.Arguments.Any(a => Operations.Unwrap(a.Value) is IObjectCreationOperation { Initializer.Initializers.IsEmpty: false } or IAnonymousObjectCreationOperation));

    private static string? Lacks(IInvocationOperation call, ICatchClauseOperation clause, RecordScope? scope, NameCatalog names)
    {
        var handed = call.Arguments.Where(a => a.ArgumentKind == ArgumentKind.Explicit && a.Parameter?.Type.Name != "CancellationToken" && !NamesSink(a.Value, names)).ToList();

        // A value that is neither the record nor the failure may be made of both: only what is plain to see is named.
        if (handed.Any(a => IsMadeElsewhere(a.Value, clause, scope)))
            return null;
        var hasReason = handed.Any(a => TellsReason(a.Value, clause) || IsReason(a));
        var hasPayload = scope is null || handed.Any(a => scope.Uses(a.Value)) || call.Arguments.IsEmpty;
        return (hasPayload, hasReason) switch
        {
            (true, true) => null,
            (false, true) => "the record itself",
            (true, false) => "the reason",
            _ => "the record itself and the reason",
        };
    }

    // ProduceAsync(deadLetterTopic, …), SendAsync("orders.dlq", …): where it goes is no evidence.
    private static bool NamesSink(IOperation argument, NameCatalog names)
    {
        var value = Operations.Unwrap(argument);
        return value.Type?.SpecialType == SpecialType.System_String
            && names.Is(value.ConstantValue is { HasValue: true, Value: string text } ? text : BodyIndex.SymbolOf(value)?.Name, NameMeaning.DeadLetterSink);
    }

    // var letter = new DeadLetter { … }, a field, a call: its content does not show here.
    private static bool IsMadeElsewhere(IOperation argument, ICatchClauseOperation clause, RecordScope? scope)
    {
        var value = Operations.Unwrap(argument);
        if (TellsReason(value, clause) || value.ConstantValue.HasValue)
            return false;
        return value switch
        {
            ILocalReferenceOperation or IParameterReferenceOperation => scope?.Uses(value) != true || (value is ILocalReferenceOperation local && !Operations.SameSymbol(local.Local, scope.Source?.Record) && IsMade(local)),
            IMemberReferenceOperation => scope?.Uses(value) != true,
            IObjectCreationOperation or IAnonymousObjectCreationOperation => value.ChildOperations.SelectMany(Parts).Any(part => !Operations.IsInSystem(part)),
            IInterpolatedStringOperation => false,
            _ => true,
        };
    }

    // What is called for a part of the evidence: new Message { Value = text, Headers = Describe(result) }.
    private static IEnumerable<IMethodSymbol> Parts(IOperation operation) => operation.DescendantsAndSelf().OfType<IInvocationOperation>().Select(call => call.TargetMethod);

    private static bool IsMade(ILocalReferenceOperation local) => !local.Local.IsForEach && Locals.OnlyValueOf(local) is { } value && Operations.Unwrap(value) is IObjectCreationOperation or IInvocationOperation;

    // The failure is in it, or in a statement of the handler that fills a local of it: headers.Add("error", e.Message).
    private static bool TellsReason(IOperation value, ICatchClauseOperation clause) =>
        UsesException(value, clause) || value.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(local =>
            BodyIndex.Of(clause).Touching(local.Local).Any(filled => Operations.Encloses(clause.Handler, filled) && UsesException(filled, clause)));

    private static bool UsesException(IOperation operation, ICatchClauseOperation clause) =>
        operation.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation local && clause.Locals.Any(l => Operations.SameSymbol(l, local.Local)));

    // A text that is said on the spot is a reason, whatever the parameter is called.
    private static bool IsReason(IArgumentOperation argument) =>
        (Operations.Unwrap(argument.Value).ConstantValue is { HasValue: true, Value: string said } && said.IndexOf(' ') > 0)
        || argument.Parameter is { } parameter && parameter.Type.SpecialType == SpecialType.System_String && ReasonWords.Any(word => parameter.Name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
}
