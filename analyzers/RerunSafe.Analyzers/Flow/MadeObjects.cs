using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The objects that a value may hold, as far as this compilation makes them: through locals, lists that are filled here,
/// projections, factories and what callers pass.
/// </summary>
internal sealed class MadeObjects
{
    private const int MaxDepth = 10;
    private const int MaxObjects = 50;

    private readonly Engine _engine;
    private readonly HashSet<ISymbol> _followed = new(SymbolEqualityComparer.Default);
    private readonly List<MadeObject> _found = [];

    public MadeObjects(Engine engine) => _engine = engine;

    /// <summary>Every object that is made for the value; empty where none can be seen.</summary>
    public IReadOnlyList<MadeObject> Of(IOperation value, ReachNode node)
    {
        Add(value, node, null, [], 0);
        return _found;
    }

    private void Add(IOperation value, ReachNode node, ILocalSymbol? holder, IReadOnlyList<(ReachNode Node, IOperation Site)> via, int depth)
    {
        if (depth > MaxDepth || _found.Count >= MaxObjects)
            return;
        value = Operations.Unwrap(value);
        switch (value)
        {
            case IObjectCreationOperation creation when !RecordLoops.IsSequence(creation.Type):
                _found.Add(new MadeObject(_engine, creation, holder, node, via));
                break;
            case IAnonymousObjectCreationOperation anonymous:
                _found.Add(new MadeObject(_engine, anonymous, holder, node, via));
                break;
            case ILocalReferenceOperation local when _followed.Add(local.Local):
                foreach (var given in Locals.ValuesOf(local.Local, local))
                    Add(given, node, local.Local, via, depth + 1);
                foreach (var added in AddedTo(local))
                    Add(added, node, null, via, depth + 1);
                break;
            case IParameterReferenceOperation parameter when node.Root is null && _followed.Add(parameter.Parameter):
                foreach (var (caller, site) in node.Callers)
                {
                    if (Operations.ArgumentNamed(site, parameter.Parameter.Name) is { } argument)
                        Add(argument, caller, null, [.. via, (node, site)], depth + 1);
                }

                break;
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                Add(choice.WhenTrue, node, holder, via, depth + 1);
                Add(whenFalse, node, holder, via, depth + 1);
                break;
            case ICoalesceOperation coalesce:
                Add(coalesce.Value, node, holder, via, depth + 1);
                Add(coalesce.WhenNull, node, holder, via, depth + 1);
                break;
            case IInvocationOperation call:
                AddResult(call, node, holder, via, depth);
                break;
            case IObjectCreationOperation or IArrayCreationOperation or IArrayInitializerOperation or IObjectOrCollectionInitializerOperation or IArgumentOperation:
                foreach (var part in value.ChildOperations)
                    Add(part is IInvocationOperation { TargetMethod.Name: "Add", Arguments: [{ } item, ..] } ? item.Value : part, node, null, via, depth + 1);
                break;
        }
    }

    private void AddResult(IInvocationOperation call, ReachNode node, ILocalSymbol? holder, IReadOnlyList<(ReachNode Node, IOperation Site)> via, int depth)
    {
        var method = call.TargetMethod;
        if (_engine.IsDeclaredHere(method))
        {
            foreach (var body in _engine.Implementations.Of(method))
            {
                if (!_followed.Add(body) || _engine.FactsOf(body) is not { } facts)
                    continue;
                var inside = CalledFrom(body, facts, node, call);
                foreach (var returned in _engine.ReturnedBy(body))
                    Add(returned, inside, holder, via, depth + 1);
            }

            return;
        }

        // rows.Select(r => new Row { … }).ToList()
        foreach (var lambda in call.Arguments.Select(a => LambdaIn(a.Value)).OfType<IAnonymousFunctionOperation>())
        {
            foreach (var returned in lambda.Body.Descendants().OfType<IReturnOperation>())
            {
                if (returned.ReturnedValue is { } item && method.Name is "Select" or "SelectMany" or "ConvertAll")
                    Add(item, node, null, via, depth + 1);
            }
        }

        var receiver = Operations.ReceiverOf(call);
        if (receiver is not null && method.Name is not ("Select" or "SelectMany" or "ConvertAll") && RecordLoops.IsSequence(receiver.Type))
            Add(receiver, node, holder, via, depth + 1);
    }

    private static IAnonymousFunctionOperation? LambdaIn(IOperation argument) =>
        Operations.Unwrap(argument) switch
        {
            IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } => lambda,
            IAnonymousFunctionOperation lambda => lambda,
            _ => null,
        };

    /// <summary>A body as one call sees it: its parameters are what this call passes.</summary>
    public static ReachNode CalledFrom(IMethodSymbol body, BodyFacts facts, ReachNode caller, IOperation site)
    {
        var inside = new ReachNode(body, facts);
        inside.Callers.Add((caller, site));
        return inside;
    }

    private static IEnumerable<IOperation> AddedTo(ILocalReferenceOperation local)
    {
        foreach (var operation in BodyIndex.Of(local).Touching(local.Local))
        {
            if (operation is IInvocationOperation { Instance: { } instance, TargetMethod.Name: "Add" or "AddRange" or "Enqueue" or "Push" or "Append" } call
                && Operations.SameSymbol(BodyIndex.SymbolOf(instance), local.Local) && call.Arguments.Length > 0)
                yield return call.Arguments[call.Arguments.Length - 1].Value;
        }
    }
}
