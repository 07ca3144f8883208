using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1013: a producer takes a record as sent that the broker may lose, or sends it twice by its own retries.</summary>
internal sealed class ProducerNotDurable : Rule
{
    public const string Id = "RERUN1013";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "The producer may lose or repeat records",
        "With {0} {1} (idempotence covers one producer session: a rerun still sends the record again, so give it a key that the consumer can tell it by)",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A record that only the leader has (or nobody) is gone when that broker is; a producer that is not idempotent sends a batch twice when the answer to the first one is lost.");

    public override void Check(RuleContext context)
    {
        var isSaid = false;
        foreach (var fact in context.Facts.Of(ApiMeaning.WeakensDelivery))
        {
            isSaid = true;
            if (IsForPeople(context) || IsSecuredOtherwise(context.Facts, fact))
                continue;
            var setting = fact.Site.Parent is ISimpleAssignmentOperation assignment && assignment.Target == fact.Site ? assignment : fact.Site;
            context.Report(Info, setting.Syntax.GetLocation(), fact.Site, isHint: false, setting.Syntax.ToString(), "the producer takes a record as sent that may be lost or sent twice; wait for all replicas and switch idempotence on");
        }

        if (isSaid || context.Facts.Of(ApiMeaning.SecuresDelivery).Any() || IsForPeople(context))
            return;
        foreach (var fact in context.Facts.Of(ApiMeaning.ConfiguresProducer))
        {
            if (fact.Site is IObjectCreationOperation { Arguments.IsEmpty: true, Initializer.Initializers.IsEmpty: false } creation && !IsFilledElsewhere(creation))
                context.Report(Info, TypeOf(creation).GetLocation(), creation, isHint: true, "settings that leave idempotence off, as it is by default,", "the producer's own retries may send a record twice; switch idempotence on");
        }
    }

    private static SyntaxNode TypeOf(IObjectCreationOperation creation) =>
        creation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.ObjectCreationExpressionSyntax { Type: { } type } ? type : creation.Syntax;

    // Metrics and logs may be lost.
    private static bool IsForPeople(RuleContext context)
    {
        var method = context.Facts.Method;
        if (Tells(method.Name) || Tells(method.ContainingType?.Name))
            return true;
        return context.Facts.Root.Descendants().Any(o => o is ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } && text.Split('.', '-', '/').Any(Tells));

        bool Tells(string? name) => context.Names.Is(name, NameMeaning.LogMember) || context.Names.IsAny(name, NameMeaning.LogPath, NameMeaning.HealthProbe);
    }

    // A transactional producer refuses weaker settings by itself.
    private static bool IsSecuredOtherwise(BodyFacts facts, ApiFact weakened) =>
        facts.Of(ApiMeaning.SecuresDelivery).Any(f => !Operations.SameSymbol(f.Member, weakened.Member)
            && f.Site.Parent is ISimpleAssignmentOperation assignment && assignment.Target == f.Site && assignment.Value.ConstantValue is not { HasValue: true, Value: false });

    // var config = new ProducerConfig { … }; section.Bind(config): what is set there does not show.
    private static bool IsFilledElsewhere(IObjectCreationOperation creation)
    {
        if (Operations.Unwrap(creation).Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator })
            return creation.Parent is not IArgumentOperation { Parent: IObjectCreationOperation };
        return BodyIndex.Of(creation).Touching(declarator.Symbol).Any(o => o is IArgumentOperation { Parent: not IObjectCreationOperation } or IInvocationOperation);
    }
}
