using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>An object that is made here, and what its members are given.</summary>
internal sealed class MadeObject
{
    private const int MaxConstructors = 4;

    private readonly Engine _engine;
    private readonly ILocalSymbol? _holder;

    public MadeObject(Engine engine, IOperation creation, ILocalSymbol? holder, ReachNode node, IReadOnlyList<(ReachNode Node, IOperation Site)> via)
    {
        _engine = engine;
        Creation = creation;
        _holder = holder;
        Node = node;
        Via = via;
    }

    public IOperation Creation { get; }

    /// <summary>The body that makes it.</summary>
    public ReachNode Node { get; }

    /// <summary>The calls by which it gets to where it was asked for.</summary>
    public IReadOnlyList<(ReachNode Node, IOperation Site)> Via { get; }

    public INamedTypeSymbol? Type => Creation.Type as INamedTypeSymbol;

    /// <summary>What a member is given: an assignment, an initializer, a constructor's argument or body, the property's own initializer.</summary>
    public (IOperation Value, ReachNode Node)? ValueOf(string member)
    {
        if (_holder is not null && AssignedTo(_holder, member) is { } assigned)
            return (assigned, Node);
        var initializers = Creation switch
        {
            IAnonymousObjectCreationOperation anonymous => anonymous.Initializers,
            IObjectCreationOperation { Initializer: { } initializer } => initializer.Initializers,
            _ => default,
        };
        if (!initializers.IsDefault && Operations.GivenTo(member, initializers) is { } initial)
            return (initial, Node);
        if (Creation is not IObjectCreationOperation { Constructor: { } constructor } creation)
            return null;
        return FromConstructor(constructor, creation, Node, member, 0) ?? FromProperty(member);
    }

    // order.Id = …: the last one counts, unless a branch decides whether it is made at all.
    private IOperation? AssignedTo(ILocalSymbol local, string member)
    {
        IOperation? value = null;
        foreach (var operation in BodyIndex.Of(Creation).Touching(local))
        {
            if (operation is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: { } owner } } assignment && Names(assignment.Target, member)
                && Operations.SameSymbol(BodyIndex.SymbolOf(owner), local))
                value = assignment.Value;
        }

        return value;
    }

    private (IOperation Value, ReachNode Node)? FromConstructor(IMethodSymbol constructor, IOperation site, ReachNode caller, string member, int depth)
    {
        if (depth > MaxConstructors)
            return null;
        if (!constructor.IsImplicitlyDeclared && _engine.IsDeclaredHere(constructor) && _engine.OperationOf(constructor) is IConstructorBodyOperation body
            && _engine.FactsOf(constructor) is { } facts)
        {
            var inside = MadeObjects.CalledFrom(constructor, facts, caller, site);
            IOperation? value = null;
            foreach (var operation in body.Descendants())
            {
                if (operation is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: IInstanceReferenceOperation } target } assignment && Names(target, member))
                    value = assignment.Value;
            }

            if (value is not null)
                return (value, inside);
            if (body.Initializer is IExpressionStatementOperation { Operation: IInvocationOperation chained })
                return FromConstructor(chained.TargetMethod, chained, inside, member, depth + 1);
        }
        else if (!constructor.Parameters.IsEmpty)
        {
            // A record, a primary constructor, or a type of a library: its parameters are named like its members.
            return constructor.Parameters.FirstOrDefault(p => string.Equals(p.Name, member, StringComparison.OrdinalIgnoreCase)) is { } parameter
                && Operations.ArgumentNamed(site, parameter.Name) is { } argument ? (argument, caller) : null;
        }

        // What is not written calls the base type's constructor without arguments.
        return constructor.ContainingType.BaseType is { SpecialType: SpecialType.None } parent
            && parent.InstanceConstructors.FirstOrDefault(c => c.Parameters.IsEmpty) is { } basic
            ? FromConstructor(basic, site, caller, member, depth + 1)
            : null;
    }

    private (IOperation Value, ReachNode Node)? FromProperty(string member)
    {
        for (var type = Type; type is not null; type = type.BaseType)
        {
            foreach (var symbol in type.GetMembers())
            {
                if (symbol is IPropertySymbol && string.Equals(symbol.Name, member, StringComparison.OrdinalIgnoreCase))
                    return _engine.IsDeclaredHere(symbol) && _engine.InitializerOf(symbol) is { } initial ? (initial, Node) : null;
            }
        }

        return null;
    }

    private static bool Names(IOperation target, string member) =>
        target is IMemberReferenceOperation reference && string.Equals(reference.Member.Name, member, StringComparison.OrdinalIgnoreCase);
}
