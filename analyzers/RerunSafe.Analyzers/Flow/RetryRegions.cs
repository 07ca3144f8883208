using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Finds what the retries of a body run again: delegates of retry policies, and loops over attempts.</summary>
internal sealed class RetryRegions
{
    private readonly Engine _engine;
    private readonly ApiCatalog _catalog;

    public RetryRegions(Engine engine)
    {
        _engine = engine;
        _catalog = engine.Catalog;
    }

    public IEnumerable<RetryRegion> Of(BodyFacts facts)
    {
        foreach (var fact in facts.Of(ApiMeaning.Retry))
        {
            if (fact.Site is not IInvocationOperation call || Operations.ArgumentNamed(call, fact.Api.Argument) is not { } argument || IsRetry(call, facts) is not { } isCertain)
                continue;
            var name = Receiver(call) is { } receiver && BodyIndex.SymbolOf(receiver) is { } symbol ? symbol.Name + "." + call.TargetMethod.Name : call.TargetMethod.Name;
            var body = argument.DescendantsAndSelf().FirstOrDefault(o => o is IAnonymousFunctionOperation or IMethodReferenceOperation);
            if (body is IAnonymousFunctionOperation)
                yield return new RetryRegion(body, null, name, isCertain);
            else if (body is IMethodReferenceOperation reference)
                yield return new RetryRegion(body, reference.Method.OriginalDefinition, name, isCertain);
        }

        var helpers = new RetryHelpers(_engine, IsRetry);
        foreach (var call in facts.Calls)
        {
            if (call.Site is IInvocationOperation site && helpers.Find(site) is { } handed)
                yield return new RetryRegion(handed, (handed as IMethodReferenceOperation)?.Method.OriginalDefinition, site.TargetMethod.Name, IsCertain: true);
        }

        foreach (var clause in facts.Catches)
        {
            if (clause.Parent is ITryOperation attempt && attempt.Catches[0] == clause && RetryLoops.IsRetried(attempt, _catalog))
                yield return new RetryRegion(attempt.Body, null, "the loop", IsCertain: true);
        }
    }

    // A policy may as well be a time-out or a circuit breaker. Null where it shows that it is none; false where it does not show.
    private bool? IsRetry(IInvocationOperation call, BodyFacts facts)
    {
        if (Receiver(call) is not { } receiver)
            return null;
        if (AlwaysRetries(receiver.Type) || Builds(receiver))
            return true;
        switch (receiver)
        {
            case ILocalReferenceOperation local:
                var values = Locals.ValuesOf(local.Local, local).ToList();
                if (values.Any(v => Builds(v) || AlwaysRetries(Operations.Unwrap(v).Type)))
                    return true;
                return values.Any(IsMadeHere) ? null : false;
            case IFieldReferenceOperation or IPropertyReferenceOperation:
                return IsBuiltIn(((IMemberReferenceOperation)receiver).Member, facts);
            case IInvocationOperation made when _engine.IsDeclaredHere(made.TargetMethod):
                return _engine.ReturnedBy(made.TargetMethod).Any(Builds) ? true : null;
            default:
                return false;
        }
    }

    private bool? IsBuiltIn(ISymbol member, BodyFacts facts)
    {
        if (_engine.IsDeclaredHere(member) && _engine.InitializerOf(member) is { } initializer)
            return Builds(initializer) ? true : null;
        if (!Operations.SameSymbol(member.ContainingType, facts.Method.ContainingType))
            return false;
        var isSet = false;
        foreach (var method in member.ContainingType.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.MethodKind is not (MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Ordinary) || _engine.FactsOf(method) is not { } other)
                continue;
            foreach (var operation in BodyIndex.Of(other.Root).Touching(member))
            {
                if (operation is not IAssignmentOperation { Value: var value } || !Operations.SameSymbol(BodyIndex.SymbolOf(((IAssignmentOperation)operation).Target), member))
                    continue;
                isSet |= IsMadeHere(value);
                if (Builds(value) || (Operations.Unwrap(value) is ILocalReferenceOperation && other.Of(ApiMeaning.BuildsRetry).Any()))
                    return true;
            }
        }

        return isSet ? null : false;
    }

    // Policy.Handle<…>().CircuitBreaker(…) is made here, and is no retry; registry.Get(…) may hand out any.
    private bool IsMadeHere(IOperation value)
    {
        for (var step = Operations.Unwrap(value); step is IInvocationOperation call; step = Receiver(call)!)
        {
            if (Receiver(call) is null)
                return call.TargetMethod.IsStatic && _catalog.Means(call.TargetMethod, ApiMeaning.Retry) is false && call.TargetMethod.ContainingType.Name.StartsWith("Policy", StringComparison.Ordinal);
        }

        return false;
    }

    private bool Builds(IOperation value) => value.DescendantsAndSelf().Any(o => o is IInvocationOperation call && _catalog.Means(call.TargetMethod, ApiMeaning.BuildsRetry));

    private static bool AlwaysRetries(ITypeSymbol? type) =>
        type is not null && (type.Name.Contains("Retry") || type.Name.EndsWith("ExecutionStrategy", StringComparison.Ordinal));

    private static IOperation? Receiver(IInvocationOperation call) => Operations.ReceiverOf(call) is { } receiver ? Operations.Unwrap(receiver) : null;
}
