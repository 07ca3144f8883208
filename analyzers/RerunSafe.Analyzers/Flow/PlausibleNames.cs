namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// The names through which, going by names alone, something interesting can be reached. An over-approximation that
/// binds nothing: a method whose name is not in it cannot lead anywhere, so it is never bound.
/// </summary>
internal static class PlausibleNames
{
    public static HashSet<string> Of(IReadOnlyCollection<MemberSketch> sketches)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var open = new List<MemberSketch>();
        foreach (var sketch in sketches)
        {
            if (sketch.IsInteresting)
                names.Add(sketch.Name);
            else
                open.Add(sketch);
        }

        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = open.Count - 1; i >= 0; i--)
            {
                if (!open[i].Mentions.Overlaps(names))
                    continue;
                changed |= names.Add(open[i].Name);
                open.RemoveAt(i);
            }
        }

        return names;
    }
}
