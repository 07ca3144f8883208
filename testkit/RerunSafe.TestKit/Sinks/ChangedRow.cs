namespace RerunSafe.TestKit.Sinks;

/// <summary>A row that is there under its key with other values.</summary>
/// <param name="Expected">The row as it should be.</param>
/// <param name="Actual">The row as it is.</param>
/// <param name="Columns">The columns that differ.</param>
public sealed record ChangedRow(Row Expected, Row Actual, IReadOnlyList<string> Columns);
