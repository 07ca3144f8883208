using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>Which known calls of retried code add another copy each time they go through.</summary>
internal sealed class RetriedCalls
{
    private static readonly string[] KeyWords = ["dempoten", "MessageId", "DeduplicationId", "OperationId"];
    private static readonly string[] QueryWords = ["token", "login", "auth", "search", "query", "graphql", "rpc", "validate", "calculate", "status"];

    private readonly RetriedBody _body;
    private readonly RuleContext _context;
    private string? _text;

    public RetriedCalls(RetriedBody body, RuleContext context)
    {
        _body = body;
        _context = context;
    }

    /// <summary>What to do instead, and whether it is only a hint; null for what may run again.</summary>
    public (string Advice, bool IsHint)? Judge(ApiFact fact)
    {
        switch (fact.Api.Meaning)
        {
            case ApiMeaning.BulkAppend when !IsCovered(fact):
                return ("load into a staging table and merge from there, or retry a whole transaction", false);
            case ApiMeaning.Append when IsTracked(fact):
                return IsKeptTracked(fact) && !IsCovered(fact) ? ("make the context, and what is added to it, inside of what is retried", false) : null;
            case ApiMeaning.Append when fact.Api.Argument == "key" && !IsCovered(fact):
                return ("use a structure that holds each entry once, or retry before the write", false);
            case ApiMeaning.Effect when fact.Api.Result != "bound" && !HasKey() && !IsQuery(fact):
                return ("send an idempotency key that stays the same for all attempts", true);
            default:
                return null;
        }
    }

    private string Text => _text ??= _body.Node.Facts.Root.Syntax.ToString();

    private bool IsCovered(ApiFact fact) =>
        _context.Transactions.SharedWith(_body.Path, fact.Site) is not null || _context.Guards.IsGuarded(_body.Node, fact.Site, SetKinds.Of(fact.Site) ?? "");

    // A unit of work: nothing is written before it is saved.
    private bool IsTracked(ApiFact fact) => Saves(fact).Any();

    private IEnumerable<ApiFact> Saves(ApiFact fact) =>
        _body.Node.Facts.Of(ApiMeaning.SaveChanges).Where(save => save.Api.Library == fact.Api.Library && _body.Holds(save.Site));

    // The context lives on after a failed attempt, and so does what it tracks: the next attempt adds it a second time.
    private bool IsKeptTracked(ApiFact fact)
    {
        if (fact.Site is not IInvocationOperation { Instance: { } instance } || Text.Contains("ChangeTracker") || Text.Contains("Detach") || Text.Contains("EntityState.Detached"))
            return false;
        while (Operations.Unwrap(instance) is IMemberReferenceOperation { Instance: { } owner } && owner is not IInstanceReferenceOperation)
            instance = owner;
        return Operations.Unwrap(instance) switch
        {
            ILocalReferenceOperation local => _body.Part is { } part && !_body.Holds(DeclaratorOf(local) ?? part),
            IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } => true,
            IParameterReferenceOperation parameter => _body.Part is not null && Operations.SameSymbol(parameter.Parameter.ContainingSymbol, _body.Node.Method),
            IMemberReferenceOperation { Instance: IInstanceReferenceOperation } => true,
            _ => false,
        };
    }

    private static IOperation? DeclaratorOf(ILocalReferenceOperation local) =>
        BodyIndex.Of(local).Touching(local.Local).FirstOrDefault(o => o is IVariableDeclaratorOperation);

    private bool HasKey() => KeyWords.Any(Text.Contains);

    // A request object says itself what it does; a POST may ask as well as change.
    private bool IsQuery(ApiFact fact)
    {
        if (fact.Api.Argument == "request" && !_body.Node.Facts.Root.Descendants().Any(o => o is IMemberReferenceOperation { Member: { Name: "Post" or "Patch", IsStatic: true } }))
            return true;
        if (Asks(_body.Node.Method.Name))
            return true;
        return fact.Site is IInvocationOperation call && call.Arguments.Any(a => a.Value.DescendantsAndSelf().Any(o => o.ConstantValue is { HasValue: true, Value: string text } && Asks(text)));
    }

    private static bool Asks(string text) =>
        text.StartsWith("Get", StringComparison.Ordinal) || QueryWords.Any(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
}
