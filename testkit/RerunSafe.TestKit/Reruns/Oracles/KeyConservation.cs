using System.Globalization;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>
/// Every record that belongs in the sink must be there under its business key. A pipeline that drops the same good records on every run
/// equals itself, so that no comparison of runs can show it. Tables that hold no keys (sums, counts) say nothing here.
/// </summary>
internal static class KeyConservation
{
    private const int MostNamed = 5;

    /// <summary>The records whose key is in no table that holds keys, as one finding; nothing when they are all there or when no table holds keys.</summary>
    public static IEnumerable<Finding> Check(ObservedState state, IReadOnlyCollection<LabelledDelivery> deliveries)
    {
        var all = deliveries.Select(d => d.Truth.BusinessKey).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var due = deliveries.Where(d => d.Truth is { Fate: Fate.Sink, BusinessKey: not null }).DistinctBy(d => d.Truth.BusinessKey).ToList();
        var expected = due.Select(d => d.Truth.BusinessKey!).ToHashSet(StringComparer.Ordinal);
        var present = new HashSet<string>(StringComparer.Ordinal);
        string? table = null;
        var most = 0;
        foreach (var (view, rows) in state.Tables)
        {
            foreach (var column in view.Columns)
            {
                var values = rows.Rows.Select(row => Convert.ToString(row[column], CultureInfo.InvariantCulture) ?? "").ToHashSet(StringComparer.Ordinal);
                var found = values.Count(expected.Contains);
                // A column of other things may hold a number that is a key by chance; a column of keys holds keys only.
                if (found == 0 || !values.All(all.Contains) || (2 * found < expected.Count && !view.KeyColumns.SequenceEqual([column])))
                    continue;
                if (found > most)
                    (most, table) = (found, view.Name);
                present.UnionWith(values);
            }
        }

        var lost = due.Where(d => !present.Contains(d.Truth.BusinessKey!)).ToList();
        if (table is null || lost.Count == 0)
            yield break;
        var named = string.Join(", ", lost.Take(MostNamed).Select(d => d.Truth.BusinessKey)) + (lost.Count > MostNamed ? ", …" : "");
        yield return new(Oracle.Conservation, Verdict.Lost, $"{lost.Count:N0} of {Texts.Count(due.Count, "good record")} are in no observed table after an undisturbed run ({(lost.Count == 1 ? "key" : "keys")} {named}), where the others are in {table}. If the pipeline is to leave them out, the workload must say so: .FilteredOut(record => …)")
        {
            Table = table,
            Deliveries = lost,
        };
    }
}
