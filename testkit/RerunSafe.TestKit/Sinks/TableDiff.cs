namespace RerunSafe.TestKit.Sinks;

/// <summary>
/// How a table differs from what it should hold. Rows are compared as multisets; with a key, a row that is there with other
/// values is told as changed, a second row like it as doubled, and a second row of its key with other values as another version.
/// </summary>
public sealed class TableDiff
{
    private TableDiff(string table, long expectedCount, long actualCount, RowMatch match)
    {
        Table = table;
        ExpectedCount = (int)Math.Min(expectedCount, int.MaxValue);
        ActualCount = (int)Math.Min(actualCount, int.MaxValue);
        Missing = match.Missing;
        Extra = match.Extra;
        Doubled = match.Doubled;
        Changed = match.Changed;
        OtherVersions = match.OtherVersions;
    }

    /// <summary>The name of the table.</summary>
    public string Table { get; }

    /// <summary>How many rows there should be.</summary>
    public int ExpectedCount { get; }

    /// <summary>How many rows there are.</summary>
    public int ActualCount { get; }

    /// <summary>Rows that should be there and are not.</summary>
    public IReadOnlyList<Row> Missing { get; }

    /// <summary>Rows that are there and should not be, under a key (without a key: with a content) that is not expected at all.</summary>
    public IReadOnlyList<Row> Extra { get; }

    /// <summary>Rows that should be there, but less often. Each is one entry, however many times it is doubled.</summary>
    public IReadOnlyList<DoubledRow> Doubled { get; }

    /// <summary>Rows that are there under their key with other values.</summary>
    public IReadOnlyList<ChangedRow> Changed { get; }

    /// <summary>Rows that should not be there beside the row of the same key: other versions of it. <see cref="ChangedRow.Expected"/> is the row that should be there.</summary>
    public IReadOnlyList<ChangedRow> OtherVersions { get; }

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => Missing.Count + Extra.Count + Doubled.Count + Changed.Count + OtherVersions.Count == 0;

    /// <summary>Compares two states of a table.</summary>
    /// <param name="expected">What should be there.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="view">Says which columns are the key.</param>
    /// <exception cref="SinkException">The states have different columns.</exception>
    public static TableDiff Between(TableState expected, TableState actual, TableView view) => Between(expected, actual, view, expected.Rows.Count, actual.Rows.Count);

    /// <summary>
    /// Compares two tables of one sink where they lie, such as the result of a job with that of its predecessor: engines sum both up in buckets, and
    /// only the rows of buckets that differ are read.
    /// </summary>
    /// <param name="expected">The table that is right. Its key, tolerances and ignored columns hold for both.</param>
    /// <param name="actual">The table that is looked at; the columns that count must have the same names.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SinkException">The tables are of two sinks, or have different columns.</exception>
    public static async Task<TableDiff> BetweenAsync(TableView expected, TableView actual, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Sink != actual.Sink)
            throw new SinkException($"The tables '{expected.Name}' and '{actual.Name}' are of two sinks. Read both and compare their states: TableDiff.Between.");
        if (!expected.Columns.Order(StringComparer.Ordinal).SequenceEqual(actual.Columns.Order(StringComparer.Ordinal)))
            throw new SinkException($"The tables '{expected.Name}' and '{actual.Name}' cannot be compared: one has the columns {string.Join(", ", expected.Columns)}, the other {string.Join(", ", actual.Columns)}. Leave out what only one of them has: .Ignoring(…).");
        var parts = await expected.Sink.ReadBothAsync(expected, expected.InPlaceOf(actual), cancellationToken).ConfigureAwait(false);
        return Between(parts.Expected, parts.Actual, expected, parts.ExpectedCount ?? parts.Expected.Rows.Count, parts.ActualCount);
    }

    /// <summary>The same of parts of two states, with the numbers of all rows.</summary>
    internal static TableDiff Between(TableState expected, TableState actual, TableView view, long expectedCount, long actualCount)
    {
        if (!expected.Columns.SequenceEqual(actual.Columns))
        {
            throw new SinkException(
                $"Two states of the table '{view.Name}' cannot be compared: one has the columns {string.Join(", ", expected.Columns)}, the other {string.Join(", ", actual.Columns)}. Read both with the same view.");
        }

        return new TableDiff(view.Name, expectedCount, actualCount, RowMatch.Of(expected, actual, view.KeyColumns, view.Tolerances));
    }

    /// <summary>The differences as a short text of a few lines; at most five rows of each kind.</summary>
    public override string ToString() => TableDiffText.Of(this);
}
