using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A project's own way to retry: WithRetry(() => Save(order)), where the helper of this compilation runs what it is
/// handed in a loop over attempts, or hands it to a policy that retries.
/// </summary>
internal sealed class RetryHelpers
{
    private readonly Engine _engine;
    private readonly Func<IInvocationOperation, BodyFacts, bool?> _isRetry;

    /// <param name="engine">The compilation's facts.</param>
    /// <param name="isRetry">Whether a call of a policy retries, as far as the code shows.</param>
    public RetryHelpers(Engine engine, Func<IInvocationOperation, BodyFacts, bool?> isRetry)
    {
        _engine = engine;
        _isRetry = isRetry;
    }

    /// <summary>The lambda or method that the helper runs again; null where the call is none of a helper that retries.</summary>
    public IOperation? Find(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Type.TypeKind: TypeKind.Delegate } parameter
                && Operations.Unwrap(argument.Value) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation or IMethodReferenceOperation } made
                && _engine.Implementations.Of(call.TargetMethod) is [var helper] && _engine.FactsOf(helper) is { } facts
                && Retries(facts, helper.Parameters[ParameterAt(call, parameter)]))
                return made.Target;
        }

        return null;
    }

    // A reduced extension method does not count the receiver.
    private static int ParameterAt(IInvocationOperation call, IParameterSymbol parameter) =>
        parameter.Ordinal + (call.TargetMethod.ReducedFrom is null ? 0 : 1);

    private bool Retries(BodyFacts facts, IParameterSymbol work)
    {
        foreach (var clause in facts.Catches)
        {
            if (clause.Parent is ITryOperation attempt && attempt.Catches[0] == clause && Runs(attempt.Body, work) && RetryLoops.IsRetried(attempt, _engine.Catalog))
                return true;
        }

        foreach (var fact in facts.Of(ApiMeaning.Retry))
        {
            if (fact.Site is IInvocationOperation call && Operations.ArgumentNamed(call, fact.Api.Argument) is { } argument
                && argument.DescendantsAndSelf().Any(o => IsWork(o, work)) && _isRetry(call, facts) is true)
                return true;
        }

        return false;
    }

    // work(), work.Invoke(), work?.Invoke()
    private static bool Runs(IOperation body, IParameterSymbol work) =>
        body.Descendants().Any(o => o is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } instance }
            && (IsWork(Operations.Unwrap(instance), work)
                || (Operations.Unwrap(instance) is IConditionalAccessInstanceOperation inner && Operations.Enclosing<IConditionalAccessOperation>(inner) is { } access && IsWork(Operations.Unwrap(access.Operation), work))));

    private static bool IsWork(IOperation operation, IParameterSymbol work) =>
        operation is IParameterReferenceOperation { Parameter: var parameter } && Operations.SameSymbol(parameter, work);
}
