using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.DeadLetters;

/// <summary>RERUN2005: a queue is made, and what becomes of the records that it gives up on is left open.</summary>
internal sealed class NoDeadLetterTarget : Rule
{
    public const string Id = "RERUN2005";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A queue has no dead-letter target",
        "The queue '{0}' is declared without a dead-letter target: a message that is rejected or delivered too often is dropped, or comes back for ever; give it one",
        Categories.DeadLetters,
        DiagnosticSeverity.Info,
        "A queue that has nowhere to put what it gives up on drops it, or never gives up. With a dead-letter target the message is kept with its headers, and can be replayed when the cause is gone.");

    public override void Check(RuleContext context)
    {
        var queues = context.Engine.Queues;
        foreach (var fact in context.Facts.Of(ApiMeaning.DeclaresQueue))
        {
            var queue = new DeclaredQueue(fact, context.Facts);
            if (NamesOf(fact, context) is not { Count: > 0 } names || names.Any(n => IsKeptElsewhere(n, context.Names))
                || queues.SettingsOf(queue) is not { } settings || settings.Any(queues.IsDeadLetterTarget) || settings.Contains("stream")
                || queues.AreConfiguredElsewhere(fact.Api.Library) || HasDeadLetterQueue(context, fact))
                continue;
            context.Report(Info, PlaceOf(fact.Site), fact.Site, isHint: false, NameOf(fact)!.Syntax.ToString().Trim('"'));
        }
    }

    // The texts and names in the queue's name; none for a queue that the server names.
    private static List<string> NamesOf(ApiFact fact, RuleContext context)
    {
        var names = new List<string>();
        foreach (var part in NameOf(fact) is { } name ? DecisionSources.Of(name, context.Node) : [])
        {
            if (part.ConstantValue is { HasValue: true, Value: string { Length: > 0 } text })
                names.Add(text);
            else if (part is IMemberReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation && BodyIndex.SymbolOf(part)?.Name is { } symbol)
                names.Add(symbol);
            else if (part is IInvocationOperation call)
                names.Add(call.TargetMethod.Name);
        }

        return names;
    }

    private static IOperation? NameOf(ApiFact fact) =>
        Operations.ArgumentNamed(fact.Site, fact.Api.Name)
        ?? (fact.Site is IObjectCreationOperation { Initializer: { } initializer } ? Operations.GivenTo(fact.Api.Name, initializer.Initializers) : null);

    // Replies and what is only told need none; dead letters, and what waits for its next try, are where the way ends.
    private static bool IsKeptElsewhere(string name, NameCatalog names) =>
        names.IsAny(name, NameMeaning.ReplyQueue, NameMeaning.DeadLetter) || names.IsAny(name, NameMeaning.DeadLetterSink, NameMeaning.AttemptCounter)
        || names.IsAny(name, NameMeaning.DeadLetterArgument, NameMeaning.LogMember) || names.Is(name.Replace(' ', '_'), NameMeaning.DeadLetterSink);

    // The type that makes it makes a queue of dead letters, too: the program puts them there itself.
    private static bool HasDeadLetterQueue(RuleContext context, ApiFact fact) =>
        context.Engine.Queues.Declared.Any(other => other.Fact.Site != fact.Site && other.Fact.Api.Library == fact.Api.Library
            && Operations.SameSymbol(other.Facts.Method.ContainingType, context.Facts.Method.ContainingType)
            && NamesOf(other.Fact, context).Any(n => context.Names.IsAny(n, NameMeaning.DeadLetterSink, NameMeaning.DeadLetter)));

    private static Location PlaceOf(IOperation site) => site.Syntax switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name.GetLocation(),
        InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax binding } => binding.Name.GetLocation(),
        ObjectCreationExpressionSyntax { Type: { } type } => type.GetLocation(),
        var syntax => syntax.GetLocation(),
    };
}
