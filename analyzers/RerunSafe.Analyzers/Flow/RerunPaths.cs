using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The bodies that entry points reach, and the ways there. What is followed: calls and method groups to members of
/// this compilation, object creations, implementations and overrides found here, lambdas as part of the body that
/// holds them. What is not: reflection, delegates kept in fields, containers' factories, other assemblies.
/// </summary>
internal sealed class RerunPaths
{
    /// <summary>Longer chains are real, but nobody can judge them from a message.</summary>
    public const int MaxDepth = 16;

    private readonly Engine _engine;
    private readonly Func<IMethodSymbol, bool> _follow;
    private readonly Dictionary<IMethodSymbol, ReachNode> _nodes = new(SymbolEqualityComparer.Default);
    private readonly List<ReachNode> _rootNodes = [];

    /// <param name="engine">The compilation's facts.</param>
    /// <param name="follow">Which bodies to go into.</param>
    public RerunPaths(Engine engine, Func<IMethodSymbol, bool> follow)
    {
        _engine = engine;
        _follow = follow;
    }

    public IEnumerable<ReachNode> Nodes => _nodes.Values;

    public void AddRoot(IMethodSymbol method, RootEntry entry, CancellationToken cancellation)
    {
        if (_nodes.TryGetValue(method, out var known))
        {
            known.Root ??= entry;
            known.RootName = NameOf(method);
            return;
        }

        if (!Annotations.IsIdempotent(method) && _engine.FactsOf(method) is { } facts)
            AddRoot(method, facts, entry, NameOf(method), cancellation);
    }

    /// <summary>The shortest way from an entry point on which no call is cut off; null where every way is.</summary>
    public static RerunPath? WayTo(ReachNode target, Func<ReachNode, IOperation, bool> isCutOff)
    {
        var next = new Dictionary<ReachNode, (ReachNode Step, IOperation Site)?> { [target] = null };
        var work = new Queue<ReachNode>();
        work.Enqueue(target);

        // What only names say is said where nothing else leads there.
        ReachNode? likely = null;
        while (work.Count > 0)
        {
            var node = work.Dequeue();
            if (node.Root is not null && node.Root != HandlerConvention.Subscribed)
                return Follow(node, next);
            if (node.Root is not null)
                likely ??= node;
            foreach (var (caller, site) in node.Callers)
            {
                if (next.ContainsKey(caller) || isCutOff(caller, site))
                    continue;
                next[caller] = (node, site);
                work.Enqueue(caller);
            }
        }

        return likely is null ? null : Follow(likely, next);
    }

    /// <summary>Whether a member, or any that leads to it, has something in its body.</summary>
    public static bool AnyAbove(ReachNode target, Func<BodyFacts, bool> has)
    {
        var seen = new HashSet<ReachNode> { target };
        var work = new Stack<ReachNode>([target]);
        while (work.Count > 0)
        {
            var node = work.Pop();
            if (has(node.Facts))
                return true;
            foreach (var (caller, _) in node.Callers)
            {
                if (seen.Add(caller))
                    work.Push(caller);
            }
        }

        return false;
    }

    private static RerunPath Follow(ReachNode root, Dictionary<ReachNode, (ReachNode Step, IOperation Site)?> next)
    {
        var steps = new List<ReachNode> { root };
        var sites = new List<IOperation>();
        for (var step = next[root]; step is { } following; step = next[following.Step])
        {
            steps.Add(following.Step);
            sites.Add(following.Site);
        }

        return new RerunPath(steps, sites);
    }

    private void AddRoot(IMethodSymbol method, BodyFacts facts, RootEntry entry, string name, CancellationToken cancellation)
    {
        var root = new ReachNode(method, facts) { Root = entry, RootName = name };
        _nodes[method] = root;
        _rootNodes.Add(root);
        var work = new Queue<(ReachNode Node, int Depth)>();
        work.Enqueue((root, 0));
        while (work.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var (node, depth) = work.Dequeue();
            AddInnerRoots(node.Facts, cancellation);
            if (depth >= MaxDepth)
            {
                node.IsTooDeep = node.Facts.Calls.Any(call => _engine.Implementations.Of(call.Target).Any(target => !_nodes.ContainsKey(target) && _follow(target)));
                continue;
            }

            foreach (var call in node.Facts.Calls)
            {
                foreach (var target in _engine.Implementations.Of(call.Target))
                {
                    if (_nodes.TryGetValue(target, out var known))
                    {
                        known.Callers.Add((node, call.Site));
                        continue;
                    }

                    if (!_follow(target) || AnswersRequest(target) || Annotations.IsIdempotent(target) || _engine.FactsOf(target) is not { } callee)
                        continue;
                    var added = new ReachNode(target, callee);
                    added.Callers.Add((node, call.Site));
                    _nodes[target] = added;
                    work.Enqueue((added, depth + 1));
                }
            }
        }
    }

    // A server's start leads to the code that answers, but each request is another input, which nobody hands in again with the start.
    private bool AnswersRequest(IMethodSymbol method) => method.Parameters.Any(p => _engine.Catalog.Names.Is(p.Type.Name, NameMeaning.RequestType));

    /// <summary>The roots that a body makes: handlers it subscribes, jobs it schedules.</summary>
    public void AddInnerRoots(BodyFacts facts, CancellationToken cancellation)
    {
        foreach (var (root, lambda) in facts.RootLambdas)
        {
            if (!_nodes.ContainsKey(lambda.Method))
                AddRoot(lambda.Method, lambda, root.Entry, "the handler in " + NameOf(facts.Method), cancellation);
        }

        foreach (var root in facts.Roots)
        {
            if (root.Target is not { } target)
                continue;
            foreach (var body in _engine.Implementations.Of(target))
            {
                if (_follow(body))
                    AddRoot(body, root.Entry, cancellation);
            }
        }
    }

    private static string NameOf(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.AnonymousFunction => "the handler in " + method.ContainingSymbol.Name,
        MethodKind.Constructor => "new " + method.ContainingType.Name,
        _ when method.Name == Sketcher.TopLevelName => "the program",
        _ => method.ContainingType.Name + "." + method.Name,
    };
}
