using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Immediate post-dominators by the iterative algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph.</summary>
internal static class PostDominators
{
    /// <summary>For each block its immediate post-dominator; the exit's is itself; -1 for a block that never reaches the exit.</summary>
    public static int[] Compute(ImmutableArray<ImmutableArray<int>> successors, int exit)
    {
        var count = successors.Length;
        var predecessors = new List<int>[count];
        for (var i = 0; i < count; i++)
            predecessors[i] = [];
        for (var i = 0; i < count; i++)
        {
            foreach (var next in successors[i])
                predecessors[next].Add(i);
        }

        var order = PostOrder(predecessors, exit);
        var position = new int[count];
        for (var i = 0; i < count; i++)
            position[i] = -1;
        for (var i = 0; i < order.Count; i++)
            position[order[i]] = i;

        var immediate = new int[count];
        for (var i = 0; i < count; i++)
            immediate[i] = -1;
        immediate[exit] = exit;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = order.Count - 1; i >= 0; i--)
            {
                var block = order[i];
                if (block == exit)
                    continue;
                var found = -1;
                foreach (var next in successors[block])
                {
                    if (position[next] < 0 || immediate[next] < 0)
                        continue;
                    found = found < 0 ? next : Intersect(immediate, position, found, next);
                }

                if (found >= 0 && immediate[block] != found)
                {
                    immediate[block] = found;
                    changed = true;
                }
            }
        }

        return immediate;
    }

    private static int Intersect(int[] immediate, int[] position, int a, int b)
    {
        while (a != b)
        {
            while (position[a] < position[b])
                a = immediate[a];
            while (position[b] < position[a])
                b = immediate[b];
        }

        return a;
    }

    private static List<int> PostOrder(List<int>[] predecessors, int exit)
    {
        var order = new List<int>();
        var seen = new bool[predecessors.Length];
        var stack = new Stack<(int Block, int Next)>();
        stack.Push((exit, 0));
        seen[exit] = true;
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            if (next == predecessors[block].Count)
            {
                order.Add(block);
                continue;
            }

            stack.Push((block, next + 1));
            var predecessor = predecessors[block][next];
            if (!seen[predecessor])
            {
                seen[predecessor] = true;
                stack.Push((predecessor, 0));
            }
        }

        return order;
    }
}
