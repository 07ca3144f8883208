using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that tell by their result that a record failed, where the caller only logs it.</summary>
internal static class ToldFailures
{
    /// <summary>The condition that asks whether the work was done and then only logs the answer; null for a call of which that cannot be said.</summary>
    public static IConditionalOperation? Of(IInvocationOperation call, RuleContext context)
    {
        if (!MayFail(call, context) || ToldResults.EndOf(call, context.Engine) is not IConditionalOperation choice)
            return null;

        // Where it is in sight, it says by itself what it does about a failure: a catch, a state that is stored.
        foreach (var body in context.Engine.Implementations.Of(call.TargetMethod))
        {
            if (context.Engine.FactsOf(body) is not { Catches.Count: 0 } || context.Engine.Effects.Of(body) is not { HasUnknownCall: false, AssignsState: false })
                return null;
        }

        return IsAboutSuccess(call) || TellsProblem(choice, context) ? choice : null;
    }

    // HandleAsync, SaveAsync, SendAsync … with a verdict; not ExistsAsync, TryAdd, a check or a validator.
    private static bool MayFail(IInvocationOperation call, RuleContext context)
    {
        var method = call.TargetMethod;
        var names = context.Names;
        return (names.IsAny(method.Name, NameMeaning.HandlerMember, NameMeaning.DispatchMember) || names.IsAny(method.Name, NameMeaning.AppendMember, NameMeaning.SaveMember))
            && !names.Is(method.Name, NameMeaning.LookUp) && !names.IsAny(method.Name, NameMeaning.Alert, NameMeaning.NotifyMember)
            && FailedChecks.IsVerdictOn(method) && FailedChecks.KindOf(call, context.Engine.Catalog) is null;
    }

    // var success = …; result.IsSuccess
    private static bool IsAboutSuccess(IInvocationOperation call) =>
        FailedChecks.TellsSuccess(call.TargetMethod) || (Locals.HolderOf(call) is { } holder && FailedChecks.IsVerdictName(holder.Name));

    private static bool TellsProblem(IConditionalOperation choice, RuleContext context) =>
        context.Facts.Of(ApiMeaning.Log).Any(log => Operations.Encloses(choice, log.Site) && context.Names.Is(log.Member.Name, NameMeaning.ProblemLogMember));
}
