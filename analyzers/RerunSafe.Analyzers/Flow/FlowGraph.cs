using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>One function's control-flow graph with post-dominators, control dependence and edges into handlers.</summary>
internal sealed class FlowGraph
{
    private readonly Dictionary<SyntaxNode, int> _blockOf = [];
    private readonly Dictionary<SyntaxNode, IOperation> _original;
    private readonly ImmutableArray<ImmutableArray<int>> _successors;
    private readonly Lazy<ControlDependence> _dependence;

    public FlowGraph(ControlFlowGraph graph, IOperation originalRoot)
    {
        Graph = graph;
        _original = MapOriginal(originalRoot);
        foreach (var block in graph.Blocks)
        {
            foreach (var operation in OperationsOf(block))
            {
                foreach (var inner in operation.DescendantsAndSelf())
                {
                    // The first block wins: the graph repeats the syntax of captured values where they are used.
                    if (!_blockOf.ContainsKey(inner.Syntax))
                        _blockOf.Add(inner.Syntax, block.Ordinal);
                }
            }
        }

        _successors = graph.Blocks.Select(block => Successors(block, withHandlers: true)).ToImmutableArray();
        _dependence = new Lazy<ControlDependence>(() =>
            new ControlDependence(graph.Blocks.Select(block => Successors(block, withHandlers: false)).ToImmutableArray(), Exit));
    }

    public ControlFlowGraph Graph { get; }

    private int Exit => Graph.Blocks.Length - 1;

    public static IEnumerable<IOperation> OperationsOf(BasicBlock block) =>
        block.BranchValue is { } value ? block.Operations.Concat([value]) : block.Operations;

    /// <summary>The ordinal of the block that an operation of the tree went to; -1 where the graph has none.</summary>
    public int BlockOf(SyntaxNode syntax)
    {
        // Roslyn lowers some nodes away (a conditional access, a foreach); what stands around them is in the same block.
        for (var node = syntax; node is not null; node = node.Parent)
        {
            if (_blockOf.TryGetValue(node, out var block))
                return block;
            foreach (var child in node.ChildNodes())
            {
                if (_blockOf.TryGetValue(child, out block))
                    return block;
            }

            if (node is Microsoft.CodeAnalysis.CSharp.Syntax.MemberDeclarationSyntax)
                break;
        }

        return -1;
    }

    /// <summary>The successors of a block, with an edge from each block of a try to its handlers.</summary>
    public ImmutableArray<int> SuccessorsOf(int block) => _successors[block];

    /// <summary>
    /// The conditions that an operation's execution depends on. That something before it may throw is no condition:
    /// a look-up whose result nobody uses would otherwise count as a guard.
    /// </summary>
    public IEnumerable<IOperation> Deciders(SyntaxNode syntax)
    {
        var target = BlockOf(syntax);
        if (target < 0)
            yield break;
        foreach (var ordinal in _dependence.Value.Of(target))
        {
            var block = Graph.Blocks[ordinal];
            if (block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { } value)
            {
                var condition = _original.TryGetValue(value.Syntax, out var original) ? original : value;

                // await foreach: the graph gives the step to the next record the syntax of the whole loop.
                if (condition is IForEachLoopOperation each)
                    condition = each.Collection;
                yield return SwitchedOn(condition) ?? condition;
            }
        }
    }

    // case 0: … asks for the value that the switch is about.
    private static IOperation? SwitchedOn(IOperation condition)
    {
        for (IOperation? o = condition; o is ICaseClauseOperation or IPatternOperation or ILiteralOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation; o = o.Parent)
        {
            if (o is ISwitchCaseOperation { Parent: ISwitchOperation statement })
                return statement.Value;
            if (o is ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation expression })
                return expression.Value;
        }

        return null;
    }

    private ImmutableArray<int> Successors(BasicBlock block, bool withHandlers)
    {
        var next = ImmutableArray.CreateBuilder<int>();
        Add(block.ConditionalSuccessor);
        Add(block.FallThroughSuccessor);
        for (var region = withHandlers ? block.EnclosingRegion : null; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Try && region.EnclosingRegion is { } whole)
            {
                foreach (var handler in whole.NestedRegions)
                {
                    if (handler != region && !next.Contains(handler.FirstBlockOrdinal))
                        next.Add(handler.FirstBlockOrdinal);
                }
            }
        }

        // A path that ends in a throw ends the function.
        if (next.Count == 0 && block.Ordinal != Exit)
            next.Add(Exit);
        return next.ToImmutable();

        void Add(ControlFlowBranch? branch)
        {
            if (branch?.Destination is { } destination && !next.Contains(destination.Ordinal))
                next.Add(destination.Ordinal);
            else if (branch is { Destination: null, Semantics: ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow } && !next.Contains(Exit))
                next.Add(Exit);
        }
    }

    private static Dictionary<SyntaxNode, IOperation> MapOriginal(IOperation root)
    {
        var map = new Dictionary<SyntaxNode, IOperation>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            // The outermost explicit operation of a node stands for it.
            if (!operation.IsImplicit && !map.ContainsKey(operation.Syntax))
                map.Add(operation.Syntax, operation);
        }

        return map;
    }
}
