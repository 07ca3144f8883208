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

    private bool Asks(IOperation operation, IInvocationOperation write) => operation switch
    {
        IInvocationOperation asked => MayTell(asked.TargetMethod) && IsOfStore(asked)
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
