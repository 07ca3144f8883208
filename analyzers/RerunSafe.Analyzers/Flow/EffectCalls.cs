using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What a call that reaches the outside world carries: a key by which the other side tells a repetition, or a reason why none is needed.</summary>
internal sealed class EffectCalls
{
    private readonly Engine _engine;
    private readonly NameCatalog _names;

    public EffectCalls(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
    }

    /// <summary>The call changes something outside: a POST and no GET, no PUT, no query.</summary>
    public bool ChangesSomething(ApiFact fact, ReachNode node)
    {
        if (fact.Site is not IInvocationOperation call || (fact.Api.Result == "bound" && !IsBoundToEffect(call)))
            return false;
        var requests = call.Arguments.SelectMany(a => new MadeObjects(_engine).Of(a.Value, node)).Where(m => m.Type?.Name == "HttpRequestMessage").ToList();
        if (IsHttp(fact) && fact.Api.Argument == "request" && !requests.Any(IsPost))
            return false;
        return !IsHttp(fact) || !(IsRead(call) || Says(call, node, NameMeaning.QueryPath));
    }

    // [Queue("orders")] IAsyncCollector<Order> output: an item becomes a message; with [CosmosDB] it would be an upsert.
    private bool IsBoundToEffect(IInvocationOperation call) =>
        call.Instance is { } instance && Operations.Unwrap(instance) is IParameterReferenceOperation { Parameter: var parameter }
        && parameter.GetAttributes().Any(a => a.AttributeConstructor is { } constructor && _engine.Catalog.Means(constructor, ApiMeaning.Effect));

    /// <summary>A key travels with it: a header, a message's id, a property or argument that says so.</summary>
    public bool CarriesKey(ApiFact fact, ReachNode node)
    {
        foreach (var argument in ArgumentsOf(fact))
        {
            if (argument.Parameter is { } parameter && _names.Is(parameter.Name, NameMeaning.IdempotencyKey) && argument.ArgumentKind == ArgumentKind.Explicit)
                return true;
            foreach (var made in new MadeObjects(_engine).Of(argument.Value, node))
            {
                if (made.ValueOf("MessageId") is not null || made.ValueOf("MessageDeduplicationId") is not null || made.ValueOf("IdempotencyKey") is not null || EffectKeys.IsKeyed(made))
                    return true;
            }
        }

        return Operations.RootOf(fact.Site).Descendants().Any(NamesKey);
    }

    /// <summary>Nobody is harmed by a second one, or it is how a failure is told: alerts, dead letters, replies, what stands in a catch.</summary>
    public bool MayComeTwice(ApiFact fact, ReachNode node) =>
        Operations.Enclosing<ICatchClauseOperation>(fact.Site) is not null || IsBestEffort(fact.Site)
        || (fact.Site is IInvocationOperation call
            && (Says(call, node, NameMeaning.Alert) || Says(call, node, NameMeaning.DeadLetter) || Says(call, node, NameMeaning.AttemptCounter) || IsReply(call, node)))
        || IsTelling(node.Method);

    // try { await mailer.SendAsync(mail); } catch (Exception e) { log }: nobody minds whether it arrives.
    private static bool IsBestEffort(IOperation effect) =>
        Operations.Enclosing<ITryOperation>(effect) is { Body.Operations.Length: 1, Catches.Length: > 0 } attempt && Operations.Encloses(attempt.Body, effect)
        && attempt.Catches.All(clause => !clause.Handler.Descendants().Any(o => o is IThrowOperation or IReturnOperation));

    private bool IsTelling(IMethodSymbol method)
    {
        for (ISymbol? symbol = method; symbol is not null; symbol = symbol.ContainingSymbol)
        {
            if (symbol is IMethodSymbol or INamedTypeSymbol && (_names.IsAny(symbol.Name, NameMeaning.Alert, NameMeaning.DeadLetter) || _names.Is(symbol.Name, NameMeaning.LogMember)
                || _names.Is(symbol.Name, NameMeaning.GuardTable)))
                return true;
        }

        return false;
    }

    private static bool IsHttp(ApiFact fact) => fact.Member.ContainingNamespace?.ToDisplayString() is "System.Net.Http" or "System.Net.Http.Json" or "RestSharp";

    private static bool IsPost(MadeObject request) =>
        request.ValueOf("Method") is { } method && Operations.MemberOf(Operations.Unwrap(method.Value))?.Name is "Post" or "Patch";

    // The answer of a POST that is read is what it was made for.
    private static bool IsRead(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is IAwaitOperation or IConversionOperation or IParenthesizedOperation || value.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" }
            || value.Parent is IPropertyReferenceOperation { Property.Name: "Result" })
            value = value.Parent;
        if (value.Parent is IReturnOperation)
            return true;
        var local = (value.Parent as IVariableInitializerOperation)?.Parent is IVariableDeclaratorOperation declarator ? declarator.Symbol
            : value.Parent is ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } ? target.Local : null;
        return local is not null && IsRead(local, call);
    }

    private static bool IsRead(ILocalSymbol response, IInvocationOperation call)
    {
        // var task = http.PostAsync(…); var response = task.Result;
        if (response.Type.Name == "Task" && Operations.RootOf(call).Descendants().OfType<IPropertyReferenceOperation>().FirstOrDefault(p =>
            p is { Property.Name: "Result", Instance: { } task } && Operations.SameSymbol(BodyIndex.SymbolOf(task), response)) is { } result && Locals.HolderOf(result) is { } held)
            response = held;
        return Operations.RootOf(call).Descendants().Any(o =>
            o is IPropertyReferenceOperation { Property.Name: "Content", Instance: { } owner } && Operations.SameSymbol(BodyIndex.SymbolOf(owner), response)
            && (o.Parent is IArgumentOperation argument ? argument.Parent : o.Parent) is IInvocationOperation { TargetMethod.Name: var name } read && name.StartsWith("Read", StringComparison.Ordinal)
            && !(name == "ReadAsStringAsync" && IsOnlyTold(read, response)));
    }

    // if (!response.IsSuccessStatusCode) log(await response.Content.ReadAsStringAsync()): the body is read into an error message or a log line.
    private static bool IsOnlyTold(IOperation text, ILocalSymbol response) => Operations.Enclosing<IThrowOperation>(text) is not null
        || (Operations.Enclosing<IConditionalOperation>(text) is { Condition: var condition } && condition.DescendantsAndSelf().Any(o => Operations.SameSymbol(BodyIndex.SymbolOf(o), response)));

    // By the words of the address, topic or queue, of the object that sends, of the message's type.
    private bool Says(IInvocationOperation call, ReachNode node, NameMeaning meaning)
    {
        var receiver = Operations.ReceiverOf(call);
        if (receiver is not null && _names.Is(BodyIndex.SymbolOf(receiver)?.Name, meaning))
            return true;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value == receiver || argument.ArgumentKind == ArgumentKind.DefaultValue || argument.Parameter?.Type.Name == "CancellationToken")
                continue;
            if (_names.Is(Operations.Unwrap(argument.Value).Type?.Name, meaning))
                return true;
            foreach (var part in PartsOf(argument.Value, node, meaning))
            {
                var said = part.ConstantValue is { HasValue: true, Value: string text } ? text : part is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
                    ? BodyIndex.SymbolOf(part)?.Name : part is IPropertyReferenceOperation { Property.Name: var property } && meaning != NameMeaning.QueryPath ? property : null;
                if (_names.Is(said, meaning) || (said is not null && _names.Is(said.Replace('/', '_').Replace(' ', '_'), meaning)))
                    return true;
            }
        }

        return false;
    }

    // An address may be put together far away. What a message is about stands in itself, not in all that it was computed from.
    private static IEnumerable<IOperation> PartsOf(IOperation argument, ReachNode node, NameMeaning meaning)
    {
        if (meaning is NameMeaning.QueryPath || Operations.Unwrap(argument).Type is not { SpecialType: SpecialType.None, TypeKind: TypeKind.Class })
            return DecisionSources.Of(argument, node);
        var value = Operations.Unwrap(argument) is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only ? only : argument;
        return value.DescendantsAndSelf().Concat(argument.DescendantsAndSelf());
    }

    private static bool IsReply(IInvocationOperation call, ReachNode node) =>
        call.TargetMethod.Name is "RespondAsync" or "Reply" or "ReplyAsync"
        || call.Arguments.Any(a => DecisionSources.Of(a.Value, node).Any(part => BodyIndex.SymbolOf(part)?.Name is "ReplyTo" or "replyTo" or "ReplyToQueue" or "ResponseAddress"));

    private bool NamesKey(IOperation operation) => operation switch
    {
        ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } => _names.Is(text, NameMeaning.IdempotencyKey),
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: var name } } => name is "MessageId" or "MessageDeduplicationId" or "DeduplicationId" || _names.Is(name, NameMeaning.IdempotencyKey),
        IFieldReferenceOperation { Field: { IsConst: true, Name: var name } } => _names.Is(name, NameMeaning.IdempotencyKey),
        _ => false,
    };

    private static IEnumerable<IArgumentOperation> ArgumentsOf(ApiFact fact) => fact.Site is IInvocationOperation call ? call.Arguments : Enumerable.Empty<IArgumentOperation>();
}
