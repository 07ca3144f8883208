using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>Puts the field's names to a difference between two states.</summary>
internal static class Verdicts
{
    /// <summary>One finding for each kind of difference in each table.</summary>
    public static IEnumerable<Finding> Of(Oracle oracle, IEnumerable<TableDifference> differences, RunGate recorded, bool differsByTime)
    {
        foreach (var (view, diff) in differences)
        {
            foreach (var (verdict, count) in Kinds(diff, view.KeyColumns.Count > 0))
            {
                var write = LikelyRule.WriteBehind(verdict, view.Name, recorded.Writes);
                yield return new Finding(oracle, verdict, $"{Texts.Count(count, "row")} of {view.Name} {Says(verdict, count)}{(verdict == Verdict.Unexpected && diff.Extra.Count == 0 ? " beside the expected row of the same key" : "")}")
                {
                    Table = view.Name,
                    Diff = diff,
                    Statement = write?.Shape,
                    CallSite = write?.CallSite,
                    DiffersByTime = differsByTime,
                    Rule = LikelyRule.Of(verdict, diff, write, differsByTime, isFile: view.Sink is DirectorySink),
                };
            }
        }
    }

    private static IEnumerable<(Verdict Verdict, int Count)> Kinds(TableDiff diff, bool keyed)
    {
        if (diff.Doubled.Count > 0)
            yield return (Verdict.Doubled, diff.Doubled.Count);
        if (diff.Changed.Count > 0)
            yield return (Verdict.Changed, diff.Changed.Count);
        // Without a key a changed row looks like one that is missing and another that is too many.
        var extra = diff.Extra.Count;
        if (!keyed && diff.Missing.Count > 0 && diff.Missing.Count == extra)
        {
            yield return (Verdict.Changed, diff.Missing.Count);
            extra = 0;
        }
        else if (diff.Missing.Count > 0)
        {
            yield return (Verdict.Lost, diff.Missing.Count);
        }

        if (extra + diff.OtherVersions.Count > 0)
            yield return (Verdict.Unexpected, extra + diff.OtherVersions.Count);
    }

    private static string Says(Verdict verdict, int count) => verdict switch
    {
        Verdict.Doubled => count == 1 ? "is doubled" : "are doubled",
        Verdict.Changed => count == 1 ? "has other values" : "have other values",
        Verdict.Lost => count == 1 ? "is lost" : "are lost",
        _ => "should not be there",
    };
}
