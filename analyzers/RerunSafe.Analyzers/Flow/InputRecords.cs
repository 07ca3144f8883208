using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a run is handed: the message of an entry point, the record that a consumer hands to a delegate. It is the same on every rerun.</summary>
internal sealed class InputRecords
{
    private const int MaxSteps = 12;
    private const int MaxCallers = 3;

    private readonly Engine _engine;

    public InputRecords(Engine engine) => _engine = engine;

    /// <summary>The work at a site is done for one record at a time: by its entry point, a loop over records, or a delegate that is handed each.</summary>
    public bool IsPerRecord(RerunPath path, IOperation site)
    {
        if (path.Root.PerRecord || IsHandedItsInput(path))
            return true;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var at = path.SiteAt(i, site);
            if (path.Steps[i].Facts.RecordLoops.Any(loop => Operations.Encloses(loop.Body, at)) || DelegateAround(at) is not null || IsInFetchedLoop(path.Steps[i], at))
                return true;
        }

        return false;
    }

    // A queued job that is kept with its arguments when it fails: SendFeedback(feedback, context). What it is handed is its record.
    private static bool IsHandedItsInput(RerunPath path) =>
        path.Root.OnThrow == Outcome.RetriedThenFailed && path.Steps[0].Method.Parameters.Any(parameter =>
            parameter.Type is { TypeKind: TypeKind.Class or TypeKind.Struct, Name: var name } && !name.EndsWith("Context", StringComparison.Ordinal) && !name.EndsWith("Token", StringComparison.Ordinal));

    /// <summary>A value is a part of what the run is handed: message.Body.Status, and not order.Status of an order that was looked up.</summary>
    public bool IsOfInput(IOperation value, ReachNode node) => IsOfInput(value, node, 0);

    private bool IsOfInput(IOperation value, ReachNode node, int callers)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            value = Operations.Unwrap(value);
            switch (value)
            {
                case IMemberReferenceOperation { Instance: { } owner } and not IMemberReferenceOperation { Instance: IInstanceReferenceOperation }:
                    value = owner;
                    continue;
                case IConditionalAccessInstanceOperation inner when Operations.Enclosing<IConditionalAccessOperation>(inner) is { } access:
                    value = access.Operation;
                    continue;
                case ILocalReferenceOperation local:
                    var given = Locals.ValuesOf(local.Local, local).Where(v => Operations.Unwrap(v) is not (ILiteralOperation or IDefaultValueOperation)).ToList();
                    if (given.Count != 1)
                        return false;
                    value = given[0];
                    continue;
                case IParameterReferenceOperation parameter:
                    return IsInput(parameter, node, callers);
                case IInvocationOperation call:
                    return _engine.Catalog.Means(call.TargetMethod, ApiMeaning.ReadRecord);
                default:
                    return false;
            }
        }

        return false;
    }

    private bool IsInput(IParameterReferenceOperation parameter, ReachNode node, int callers)
    {
        if (parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } && DelegateAround(parameter) is { } handed
            && Operations.SameSymbol(handed.Symbol, parameter.Parameter.ContainingSymbol))
            return true;
        if (!Operations.SameSymbol(parameter.Parameter.ContainingSymbol, node.Method))
            return false;
        if (node.Root is not null)
            return node.Root.PerRecord;
        return callers < MaxCallers && node.Callers.Count > 0
            && node.Callers.All(c => Operations.ArgumentNamed(c.Site, parameter.Parameter.Name) is { } argument && IsOfInput(argument, c.Caller, callers + 1));
    }

    // consumer.ConsumeWith…(async (result, token) => …): a call on a consumer that hands each record that it reads to a delegate.
    private IAnonymousFunctionOperation? DelegateAround(IOperation site)
    {
        for (var parent = site.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation { Symbol.Parameters: [{ Type: { } handed }, ..] } lambda && CallOf(lambda) is { } call
                && Operations.ReceiverOf(call) is { } receiver && Reads(Operations.Unwrap(receiver).Type, handed))
                return lambda;
        }

        return null;
    }

    private static IInvocationOperation? CallOf(IOperation lambda)
    {
        var parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IParenthesizedOperation)
            parent = parent.Parent;
        return parent as IInvocationOperation;
    }

    private bool Reads(ITypeSymbol? consumer, ITypeSymbol record)
    {
        if (consumer is null || record.SpecialType != SpecialType.None)
            return false;
        foreach (var type in consumer.AllInterfaces.Concat([consumer]))
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IMethodSymbol { ReturnsVoid: false } method && Operations.SameSymbol(method.ReturnType.OriginalDefinition, record.OriginalDefinition) && _engine.Catalog.Means(method, ApiMeaning.ReadRecord))
                    return true;
            }
        }

        return false;
    }

    // foreach (var order in await orders.GetOpenAsync()) of a scheduled run, foreach (var line in order.Lines) of an order that it fetched.
    private bool IsInFetchedLoop(ReachNode node, IOperation site)
    {
        for (var loop = Operations.Enclosing<ILoopOperation>(site); loop is not null; loop = Operations.Enclosing<ILoopOperation>(loop))
        {
            if (FetchedRows.IsLoopOver(loop, node, _engine) || (loop is IForEachLoopOperation each && IsPartOfFetched(each.Collection)))
                return true;
        }

        return false;
    }

    private bool IsPartOfFetched(IOperation collection)
    {
        var value = Operations.Unwrap(collection);
        while (value is ICoalesceOperation coalesce)
            value = Operations.Unwrap(coalesce.Value);
        if (value is not IPropertyReferenceOperation { Instance: { } owner } || Operations.Unwrap(owner) is not ILocalReferenceOperation holder)
            return false;
        return Locals.ValuesOf(holder.Local, holder).Any(given => given is IAwaitOperation && Operations.Unwrap(given) is IInvocationOperation call
            && _engine.Catalog.Names.Is(call.TargetMethod.Name, NameMeaning.FetchMember) && !Operations.IsInSystem(call.TargetMethod));
    }
}
