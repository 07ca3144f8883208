using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Calls that tell by their result that a record failed, where the caller only logs it.</summary>
internal static class ToldFailures
{
    /// <summary>The condition that asks whether the work was done and then only logs the answer, or the call where the answer is only put into the log; null for a call of which that cannot be said.</summary>
    public static IOperation? Of(IInvocationOperation call, RuleContext context)
    {
        if (!MayFail(call, context) || ToldResults.EndOf(call, context.Engine) is not { } end)
            return null;

        // Where it is in sight, it says by itself what it does about a failure: a catch, a state that is stored.
        foreach (var body in context.Engine.Implementations.Of(call.TargetMethod))
        {
            if (context.Engine.FactsOf(body) is not { Catches.Count: 0 } facts || context.Engine.Effects.Of(body) is not { AssignsState: false } effects || (effects.HasUnknownCall && !OnlyForwards(call, facts, context.Engine)))
                return null;
        }

        return IsAboutSuccess(call) || (end is IConditionalOperation choice && TellsProblem(choice, context)) ? end : null;
    }

    // Processor.ProcessAsync(item) => ProcessAsync((Order)item), which others override: as far out of sight as a call of an interface.
    private static bool OnlyForwards(IInvocationOperation call, BodyFacts facts, Engine engine) =>
        facts.Calls.Where(c => engine.Implementations.Of(c.Target).IsEmpty).All(c => c.Target.Name == call.TargetMethod.Name);

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
