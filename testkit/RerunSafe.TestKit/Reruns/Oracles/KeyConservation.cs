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

    /// <summary>Looks for the key of each record in the tables that hold keys.</summary>
    /// <param name="state">The state after an undisturbed run.</param>
    /// <param name="deliveries">The input of that run.</param>
    /// <param name="finding">The records that are in no such table; null when they are all there, or when it cannot be told.</param>
    /// <returns>Why it cannot be told; null when it can.</returns>
    public static string? Check(ObservedState state, IReadOnlyCollection<LabelledDelivery> deliveries, out Finding? finding)
    {
        finding = null;
        var all = deliveries.Select(d => d.Truth.BusinessKey).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var due = deliveries.Where(d => d.Truth is { Fate: Fate.Sink, BusinessKey: not null }).DistinctBy(d => d.Truth.BusinessKey).ToList();
        if (deliveries.FirstOrDefault(d => d.Truth is { Fate: Fate.Sink, BusinessKey: null }) is { } keyless)
            return $"whether each record is in the sink: the workload '{keyless.Delivery.Source}' names no business key: .KeyedBy(record => record.Id)";
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
        if (table is null)
            return due.Count == 0 ? null : "whether each record is in the sink: no observed table holds the business keys";
        if (lost.Count == 0)
            return null;
        var named = string.Join(", ", lost.Take(MostNamed).Select(d => d.Truth.BusinessKey)) + (lost.Count > MostNamed ? ", …" : "");
        finding = new(Oracle.Conservation, Verdict.Lost, $"{lost.Count:N0} of {Texts.Count(due.Count, "good record")} are in no observed table after an undisturbed run ({(lost.Count == 1 ? "key" : "keys")} {named}), where the others are in {table}. If the pipeline is to leave them out, the workload must say so: .FilteredOut(record => …)")
        {
            Table = table,
            Deliveries = lost,
        };
        return null;
    }
}
