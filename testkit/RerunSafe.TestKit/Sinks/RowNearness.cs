namespace RerunSafe.TestKit.Sinks;

/// <summary>Pairs rows that are equal but for values that lie within their tolerance.</summary>
internal static class RowNearness
{
    /// <summary>
    /// Takes such pairs out of both lists. Within rows of equal exact values the nearest in order are paired, which for one tolerant column finds
    /// as many pairs as there can be.
    /// </summary>
    public static void Remove(List<Row> expected, List<Row> actual, IReadOnlyList<string> columns, IReadOnlyDictionary<string, ColumnTolerance> tolerances)
    {
        var exact = Enumerable.Range(0, columns.Count).Where(i => !tolerances.ContainsKey(columns[i])).ToArray();
        var tolerant = Enumerable.Range(0, columns.Count).Where(i => tolerances.ContainsKey(columns[i])).ToArray();
        string[] names = [.. exact.Select(i => columns[i])];
        var waiting = expected.GroupBy(Exact).ToDictionary(same => same.Key, same => InOrder(same, tolerant).ToList());
        var pairedActual = new HashSet<Row>(ReferenceEqualityComparer.Instance);
        var pairedExpected = new HashSet<Row>(ReferenceEqualityComparer.Instance);
        foreach (var same in actual.GroupBy(Exact))
        {
            if (!waiting.TryGetValue(same.Key, out var candidates))
                continue;
            foreach (var row in InOrder(same, tolerant))
            {
                var partner = candidates.FindIndex(candidate => tolerant.All(i => tolerances[columns[i]].Covers(candidate.Values[i], row.Values[i])));
                if (partner < 0)
                    continue;
                pairedExpected.Add(candidates[partner]);
                pairedActual.Add(row);
                candidates.RemoveAt(partner);
            }
        }

        expected.RemoveAll(pairedExpected.Contains);
        actual.RemoveAll(pairedActual.Contains);

        Row Exact(Row row) => new(names, [.. exact.Select(i => row.Values[i])]);
    }

    private static IEnumerable<Row> InOrder(IEnumerable<Row> rows, int[] columns) => rows.OrderBy(row => row.Values[columns[0]], Comparer<object?>.Create(Compare));

    private static int Compare(object? a, object? b) => a is IComparable x && b is not null && a.GetType() == b.GetType() ? x.CompareTo(b) : (a is null ? 0 : 1) - (b is null ? 0 : 1);
}
