using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A body of which a retry runs all or a part again.</summary>
/// <param name="Path">From the body that holds the retry to this one.</param>
/// <param name="Part">The part that runs again; null for all of it.</param>
internal sealed record RetriedBody(RerunPath Path, IOperation? Part)
{
    public ReachNode Node => Path.Steps[Path.Steps.Count - 1];

    /// <summary>The call in the retried code that leads here; null for that code itself.</summary>
    public IOperation? Call => Path.Sites.Count > 0 ? Path.Sites[0] : null;

    public bool Holds(IOperation site) => Part is null || Operations.Encloses(Part, site);
}

/// <summary>Follows the calls of retried code, as far as a reader would.</summary>
internal static class RetriedBodies
{
    private const int MaxDepth = 4;
    private const int MaxBodies = 60;

    public static IEnumerable<RetriedBody> Of(RetryRegion region, ReachNode node, Engine engine)
    {
        var own = new RetriedBody(new RerunPath([node], []), region.Body);
        if (region.Target is null)
            yield return own;
        var seen = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { node.Method };
        var work = new Queue<RetriedBody>();
        work.Enqueue(own);
        while (work.Count > 0 && seen.Count < MaxBodies)
        {
            var body = work.Dequeue();
            if (body.Path.Sites.Count >= MaxDepth)
                continue;
            foreach (var call in body.Node.Facts.Calls)
            {
                if (!body.Holds(call.Site))
                    continue;
                foreach (var target in engine.Implementations.Of(call.Target))
                {
                    // What leads to no write has nothing to repeat; where no entry point is, nobody has looked.
                    if (!engine.Relevance.IsEmpty && !engine.Relevance.LeadsToWrite(target))
                        continue;
                    if (Annotations.IsIdempotent(target) || !seen.Add(target) || engine.FactsOf(target) is not { } facts)
                        continue;
                    var callee = new ReachNode(target, facts);
                    callee.Callers.Add((body.Node, call.Site));
                    var next = new RetriedBody(new RerunPath([.. body.Path.Steps, callee], [.. body.Path.Sites, call.Site]), null);
                    yield return next;
                    work.Enqueue(next);
                }
            }
        }
    }
}
