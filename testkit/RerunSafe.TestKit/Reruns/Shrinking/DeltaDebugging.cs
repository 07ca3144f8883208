namespace RerunSafe.TestKit.Reruns.Shrinking;

/// <summary>Minimises a failing set by ddmin (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002).</summary>
internal static class DeltaDebugging
{
    /// <summary>The smallest set found that still fails: without any one of its items it does not, unless the test gave up before.</summary>
    /// <param name="items">A set that fails.</param>
    /// <param name="fails">Whether a subset fails too; null to give up, so that the best set so far is the answer.</param>
    public static async Task<IReadOnlyList<T>> MinimizeAsync<T>(IReadOnlyList<T> items, Func<IReadOnlyList<T>, Task<bool?>> fails)
    {
        var current = items;
        var pieces = 2;
        while (current.Count >= 2)
        {
            var size = (current.Count + pieces - 1) / pieces;
            var chunks = current.Chunk(size).ToList();
            IReadOnlyList<T>? smaller = null;
            var next = pieces;
            foreach (var chunk in chunks)
            {
                var answer = await fails(chunk).ConfigureAwait(false);
                if (answer is null)
                    return current;
                if (answer.Value)
                {
                    (smaller, next) = (chunk, 2);
                    break;
                }
            }

            // With two pieces the complements are the pieces themselves.
            for (var i = 0; smaller is null && chunks.Count > 2 && i < chunks.Count; i++)
            {
                var without = chunks.Where((_, at) => at != i).SelectMany(c => c).ToList();
                var answer = await fails(without).ConfigureAwait(false);
                if (answer is null)
                    return current;
                if (answer.Value)
                    (smaller, next) = (without, Math.Max(pieces - 1, 2));
            }

            if (smaller is not null)
                (current, pieces) = (smaller, Math.Min(next, smaller.Count));
            else if (pieces >= current.Count)
                break;
            else
                pieces = Math.Min(current.Count, pieces * 2);
        }

        return current;
    }
}
