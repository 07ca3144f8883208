using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Control dependence by Ferrante, Ottenstein and Warren, "The Program Dependence Graph and Its Use in Optimization"
/// (1987): a block depends on a branch when one way out of the branch always leads to it and another may avoid it.
/// </summary>
internal sealed class ControlDependence
{
    // In a body of many thousands of nested branches the relation itself is quadratic; such a body gets no guards.
    private const int MaxEntries = 2_000_000;

    private readonly List<int>?[] _branches;

    /// <param name="successors">For each block its successors.</param>
    /// <param name="exit">The block that every way ends in.</param>
    public ControlDependence(ImmutableArray<ImmutableArray<int>> successors, int exit)
    {
        _branches = new List<int>?[successors.Length];
        var immediate = PostDominators.Compute(successors, exit);
        var entries = 0;
        for (var branch = 0; branch < successors.Length; branch++)
        {
            if (successors[branch].Length < 2)
                continue;
            foreach (var next in successors[branch])
            {
                // Up the post-dominator tree from the successor to what post-dominates the branch: all of it is decided here.
                for (var block = next; block >= 0 && block != immediate[branch]; block = immediate[block])
                {
                    if (++entries > MaxEntries)
                        return;
                    var branches = _branches[block] ??= [];
                    if (branches.Count == 0 || branches[branches.Count - 1] != branch)
                        branches.Add(branch);
                    if (block == immediate[block])
                        break;
                }
            }
        }
    }

    /// <summary>The branches that decide whether a block runs, nearest first, transitively.</summary>
    public IReadOnlyList<int> Of(int block)
    {
        var found = new List<int>();
        var seen = new HashSet<int>();
        var work = new Queue<int>();
        work.Enqueue(block);
        while (work.Count > 0)
        {
            foreach (var branch in _branches[work.Dequeue()] ?? [])
            {
                if (!seen.Add(branch))
                    continue;
                found.Add(branch);
                work.Enqueue(branch);
            }
        }

        return found;
    }
}
