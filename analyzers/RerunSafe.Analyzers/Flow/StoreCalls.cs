using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Calls of repositories and other stores whose bodies are in another project: what they do is said by their type's name,
/// by the method's name and by the thing that they are handed.
/// </summary>
internal sealed class StoreCalls
{
    /// <summary>What the catalogue's entry of such a call has as its result.</summary>
    public const string Elsewhere = "elsewhere";

    private static readonly string[] StoreKinds = ["Repository", "Repo", "Dao", "Store"];

    private readonly Engine _engine;
    private readonly NameCatalog _names;

    public StoreCalls(Engine engine)
    {
        _engine = engine;
        _names = engine.Catalog.Names;
    }

    /// <summary>orders.AddAsync(order) on an IOrderRepository that nothing here implements; null for any other call.</summary>
    public ApiEntry? AppendAt(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!_names.Is(method.Name, NameMeaning.AppendMember) || _names.Is(method.Name, NameMeaning.UpsertMember) || !IsOfStore(call) || !IsElsewhere(method))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && argument.ArgumentKind == ArgumentKind.Explicit && argument.Value != Operations.ReceiverOf(call) && IsStored(argument.Value))
                return new ApiEntry { Meaning = ApiMeaning.Append, Argument = parameter.Name, Result = Elsewhere };
        }

        return null;
    }

    /// <summary>queues.DecrementSize(customer), orders.DeleteAll() on such a store: what is there is changed by what is there, or taken away; null for any other call.</summary>
    public ApiEntry? ChangeAt(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var clears = _names.Is(method.Name, NameMeaning.ClearMember) && EmptiesTarget(call);
        if ((!clears && (!_names.Is(method.Name, NameMeaning.RelativeMember) || _names.Is(method.Name, NameMeaning.AttemptCounter))) || !IsOfStore(call) || !IsElsewhere(method))
            return null;
        return new ApiEntry { Meaning = clears ? ApiMeaning.Overwrite : ApiMeaning.Relative, Result = Elsewhere };
    }

    // DeleteCollectionAsync(session.TempCollection), repository.TempMode = true: what it takes away is chosen by more than its name.
    private bool EmptiesTarget(IInvocationOperation call) =>
        !call.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && a.Value != Operations.ReceiverOf(call) && a.Parameter?.Type.Name != "CancellationToken")
        && Operations.ReceiverOf(call) is { } receiver && BodyIndex.SymbolOf(receiver) is { } store
        && !BodyIndex.Of(call).Touching(store).Any(use => use.DescendantsAndSelf().Any(part =>
            part is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member.Name: var mode } } && _names.IsAny(mode, NameMeaning.TemporaryPath, NameMeaning.StagingTable)));

    /// <summary>mails.SendAsync(mail) on an IEmailSender that nothing here implements: something happens in the world outside; null for any other call.</summary>
    public ApiEntry? EffectAt(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!_names.Is(method.Name, NameMeaning.EffectMember) || _names.Is(method.Name, NameMeaning.QueryPath) || _names.Is(method.Name, NameMeaning.UpsertMember)
            || TypeOf(call) is not { } type || !(_names.Is(type.Name, NameMeaning.EffectClient) || _names.Is(method.ContainingType.Name, NameMeaning.EffectClient)) || !IsElsewhere(method)
            || !call.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && a.Value != Operations.ReceiverOf(call) && a.Parameter?.Type.Name != "CancellationToken"))
            return null;

        // What is posted for its answer is a question.
        if (method.Name.StartsWith("Post", StringComparison.Ordinal) && !IsAnswerIgnored(call))
            return null;
        return new ApiEntry { Meaning = ApiMeaning.Effect, Result = Elsewhere };
    }

    /// <summary>What a store that is held here is about, by the name it has: _frameworkImportRepository is about a frameworkImport; null where it has none.</summary>
    public static string? NameOf(IInvocationOperation call)
    {
        if (Operations.ReceiverOf(call) is not { } receiver || BodyIndex.SymbolOf(receiver)?.Name.TrimStart('_') is not { Length: > 0 } name)
            return null;
        foreach (var kind in StoreKinds)
        {
            if (name.Length > kind.Length && name.EndsWith(kind, StringComparison.OrdinalIgnoreCase))
                return name.Substring(0, name.Length - kind.Length);
        }

        return name;
    }

    private static bool IsAnswerIgnored(IOperation call)
    {
        while (call.Parent is IAwaitOperation or IConversionOperation or IParenthesizedOperation || call.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" or "Wait" })
            call = call.Parent;
        return call.Parent is IExpressionStatementOperation || (call.Parent is IReturnOperation && call.Type is INamedTypeSymbol { Name: "Task" or "ValueTask", IsGenericType: false });
    }

    /// <summary>
    /// Somebody on the way asks the same store before: what the answer is for may be decided in the other project, so that
    /// nothing can be said against the write.
    /// </summary>
    public bool IsAskedBefore(RerunPath path, IInvocationOperation write)
    {
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var site = path.SiteAt(i, write);
            foreach (var operation in path.Steps[i].Facts.Root.Descendants())
            {
                if (operation != write && operation.Syntax.SpanStart <= site.Syntax.SpanStart && Asks(operation, write))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The kind of thing that a repository of another project is asked for, by its names; null for any other call.</summary>
    public string? AskedBy(CallFact call) =>
        call.Site is IInvocationOperation asked && _names.IsAny(asked.TargetMethod.Name, NameMeaning.LookUp, NameMeaning.FetchMember) && IsOfStore(asked) && IsElsewhere(call.Target)
            ? SetKinds.HeldBy(asked)?.Name ?? SetKinds.ReturnedBy(asked.TargetMethod) : null;

    private bool Asks(IOperation operation, IInvocationOperation write) => operation switch
    {
        IInvocationOperation asked => MayTell(asked.TargetMethod) && (IsOfStore(asked) || _names.IsAny(asked.TargetMethod.Name, NameMeaning.LookUp, NameMeaning.FetchMember))
            && (Operations.SameSymbol(TypeOf(asked), TypeOf(write)) || (SetKinds.ReturnedBy(asked.TargetMethod) is { } returned && returned == SetKinds.Of(write))),
        IPropertyReferenceOperation { Instance: { } owner } set => SetKinds.QueriedBy(set.Type) is { } kind
            && (kind == SetKinds.Of(write) || Operations.SameSymbol(Operations.Unwrap(owner).Type, TypeOf(write))),
        _ => false,
    };

    // It hands something back, and is no write whose result is told.
    private bool MayTell(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (type.SpecialType == SpecialType.System_Void || type is INamedTypeSymbol { Name: "Task" or "ValueTask", IsGenericType: false })
            return false;
        return !_names.IsAny(method.Name, NameMeaning.AppendMember, NameMeaning.SaveMember) && !_names.IsAny(method.Name, NameMeaning.CommitMember, NameMeaning.TransactionMember);
    }

    private static ITypeSymbol? TypeOf(IInvocationOperation call) =>
        Operations.ReceiverOf(call) is { } receiver ? Operations.Unwrap(receiver).Type : null;

    private bool IsOfStore(IInvocationOperation call)
    {
        if (TypeOf(call) is not { } type)
            return false;
        if (_names.Is(type.Name, NameMeaning.StoreType) || _names.Is(call.TargetMethod.ContainingType.Name, NameMeaning.StoreType))
            return true;
        foreach (var contract in type.AllInterfaces)
        {
            if (_names.Is(contract.Name, NameMeaning.StoreType))
                return true;
        }

        return false;
    }

    private bool IsElsewhere(IMethodSymbol method) =>
        method.MethodKind != MethodKind.LocalFunction && _engine.Implementations.Of(method).IsEmpty && !IsOfFramework(method) && !IsOfFramework(method.ContainingType);

    // A thing with members, and neither a query nor a value that names or bounds one.
    private static bool IsStored(IOperation value)
    {
        var type = Operations.Unwrap(value).Type;
        return (SetKinds.ElementOf(type) ?? type) is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface, SpecialType: SpecialType.None } entity
            && !IsOfFramework(entity);
    }

    private static bool IsOfFramework(ISymbol symbol)
    {
        for (var space = symbol.ContainingNamespace; space is not null; space = space.ContainingNamespace)
        {
            if (space.ContainingNamespace is { IsGlobalNamespace: true })
                return space.Name is "System" or "Microsoft";
        }

        return false;
    }
}
