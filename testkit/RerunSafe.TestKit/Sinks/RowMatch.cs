namespace RerunSafe.TestKit.Sinks;

/// <summary>Matches the rows of two states: first equal rows, then what is left by key.</summary>
internal sealed class RowMatch
{
    public List<Row> Missing { get; } = [];

    public List<Row> Extra { get; } = [];

    public List<DoubledRow> Doubled { get; } = [];

    public List<ChangedRow> Changed { get; } = [];

    /// <summary>Rows too many under an expected key that are no copy of the row that should be there.</summary>
    public List<ChangedRow> OtherVersions { get; } = [];

    public static RowMatch Of(TableState expected, TableState actual, IReadOnlyList<string> key, IReadOnlyDictionary<string, ColumnTolerance> tolerances)
    {
        var match = new RowMatch();
        var columns = expected.Columns;
        // With tolerances equal rows are not taken out first: one of them may be needed by a row that lies near it.
        List<Row> expectedLeft = tolerances.Count == 0 ? Subtract(expected.Rows, actual.Rows) : [.. expected.Rows];
        List<Row> actualLeft = tolerances.Count == 0 ? Subtract(actual.Rows, expected.Rows) : [.. actual.Rows];
        if (tolerances.Count > 0)
            RowNearness.Remove(expectedLeft, actualLeft, columns, tolerances);
        var ordinals = key.Select(column => IndexOf(columns, column)).ToArray();

        // Without a key (or with one that is not part of the states) the whole row is its identity.
        var keyed = ordinals.Length > 0 && !ordinals.Contains(-1);
        Row Identity(Row row) => keyed ? new Row(key, [.. ordinals.Select(i => row.Values[i])]) : row;

        var waiting = new Dictionary<Row, Queue<Row>>();
        foreach (var row in expectedLeft)
            QueueOf(waiting, Identity(row)).Enqueue(row);

        var surplus = new Dictionary<Row, Queue<Row>>();
        foreach (var row in actualLeft)
        {
            var identity = Identity(row);
            if (waiting.TryGetValue(identity, out var candidates) && candidates.TryDequeue(out var partner))
                match.Changed.Add(new ChangedRow(partner, row, Different(columns, partner, row, tolerances)));
            else
                QueueOf(surplus, identity).Enqueue(row);
        }

        var expectedTimes = Count(expected.Rows, row => row);
        var actualTimes = Count(actual.Rows, row => row);
        var expectedOf = expected.Rows.ToLookup(Identity);
        foreach (var (identity, rows) in surplus)
        {
            if (expectedOf[identity].FirstOrDefault() is not { } original)
            {
                match.Extra.AddRange(rows);
                continue;
            }

            foreach (var row in rows.Distinct())
            {
                if (expectedTimes.TryGetValue(row, out var times))
                    match.Doubled.Add(new DoubledRow(row, times, actualTimes[row]));
                else
                    match.OtherVersions.Add(new ChangedRow(original, row, Different(columns, original, row, tolerances)));
            }
        }

        match.Missing.AddRange(waiting.Values.SelectMany(rows => rows));
        return match;
    }

    private static Queue<Row> QueueOf(Dictionary<Row, Queue<Row>> queues, Row identity)
    {
        if (!queues.TryGetValue(identity, out var rows))
            queues[identity] = rows = [];

        return rows;
    }

    private static List<Row> Subtract(IReadOnlyList<Row> rows, IReadOnlyList<Row> others)
    {
        var times = Count(others, row => row);
        var left = new List<Row>();
        foreach (var row in rows)
        {
            if (times.TryGetValue(row, out var n) && n > 0)
                times[row] = n - 1;
            else
                left.Add(row);
        }

        return left;
    }

    private static Dictionary<Row, int> Count(IReadOnlyList<Row> rows, Func<Row, Row> identity)
    {
        var times = new Dictionary<Row, int>(rows.Count);
        foreach (var row in rows)
        {
            var of = identity(row);
            times[of] = times.GetValueOrDefault(of) + 1;
        }

        return times;
    }

    private static List<string> Different(IReadOnlyList<string> columns, Row expected, Row actual, IReadOnlyDictionary<string, ColumnTolerance> tolerances)
    {
        var different = new List<string>();
        for (var i = 0; i < columns.Count; i++)
        {
            var (a, b) = (expected.Values[i], actual.Values[i]);
            if (!SinkValue.Same(a, b) && !(tolerances.TryGetValue(columns[i], out var tolerance) && tolerance.Covers(a, b)))
                different.Add(columns[i]);
        }

        return different;
    }

    private static int IndexOf(IReadOnlyList<string> columns, string column)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (string.Equals(columns[i], column, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }
}
