using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The control flow of a body and of the lambdas and local functions in it, with what Roslyn's graph lacks: control
/// dependence, and the way from an operation of the tree to its block.
/// </summary>
internal sealed class ControlFlow
{
    private readonly Dictionary<IOperation, FlowGraph?> _graphs = [];
    private readonly IOperation _root;

    public ControlFlow(IOperation root) => _root = root;

    /// <summary>
    /// The conditions that decide whether an operation runs, innermost function first: each as the operation that is
    /// tested. A condition decides when one of its outcomes can avoid the operation.
    /// </summary>
    public ImmutableArray<IOperation> Deciders(IOperation operation)
    {
        var deciders = ImmutableArray.CreateBuilder<IOperation>();
        for (var current = operation; current is not null;)
        {
            var function = FunctionOf(current);
            if (GraphOf(function) is { } graph)
                deciders.AddRange(graph.Deciders(current.Syntax));
            if (function == _root || function.Parent is null)
                break;
            current = function;
        }

        return deciders.ToImmutable();
    }

    /// <summary>The graph of the function that holds an operation; null where Roslyn could not build one.</summary>
    public FlowGraph? GraphFor(IOperation operation) => GraphOf(FunctionOf(operation));

    /// <summary>The lambda, local function or body that an operation stands in.</summary>
    public IOperation FunctionOf(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation || parent == _root)
                return parent;
        }

        return _root;
    }

    private FlowGraph? GraphOf(IOperation function)
    {
        if (_graphs.TryGetValue(function, out var known))
            return known;
        FlowGraph? graph = null;
        try
        {
            graph = Create(function) is { } raw ? new FlowGraph(raw, Operations.RootOf(_root)) : null;
        }
        catch (ArgumentException)
        {
            // Half-written code has bodies that Roslyn builds no graph for; nothing is concluded from them.
        }
        catch (InvalidOperationException)
        {
        }

        _graphs[function] = graph;
        return graph;
    }

    private ControlFlowGraph? Create(IOperation function)
    {
        switch (function)
        {
            case IAnonymousFunctionOperation or ILocalFunctionOperation:
                if (Outer(function) is not { } outer)
                    return null;
                return function is ILocalFunctionOperation local
                    ? LocalFunctionGraph(outer, local.Symbol)
                    : LambdaGraph(outer, function.Syntax);
            case IMethodBodyOperation { Parent: null } body:
                return ControlFlowGraph.Create(body);
            case IConstructorBodyOperation { Parent: null } body:
                return ControlFlowGraph.Create(body);
            case IBlockOperation { Parent: null } block:
                return ControlFlowGraph.Create(block);
            default:
                return null;
        }
    }

    private ControlFlowGraph? Outer(IOperation function)
    {
        for (var parent = function.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation || parent.Parent is null)
                return parent.Parent is null ? Create(parent) : GraphOf(parent)?.Graph;
        }

        return null;
    }

    private static ControlFlowGraph? LocalFunctionGraph(ControlFlowGraph outer, IMethodSymbol symbol)
    {
        foreach (var local in outer.LocalFunctions)
        {
            if (Operations.SameSymbol(local, symbol))
                return outer.GetLocalFunctionControlFlowGraph(local);
        }

        return null;
    }

    private static ControlFlowGraph? LambdaGraph(ControlFlowGraph outer, SyntaxNode syntax)
    {
        foreach (var block in outer.Blocks)
        {
            foreach (var operation in FlowGraph.OperationsOf(block))
            {
                foreach (var candidate in operation.DescendantsAndSelf())
                {
                    if (candidate is IFlowAnonymousFunctionOperation lambda && lambda.Syntax == syntax)
                        return outer.GetAnonymousFunctionControlFlowGraph(lambda);
                }
            }
        }

        return null;
    }
}
