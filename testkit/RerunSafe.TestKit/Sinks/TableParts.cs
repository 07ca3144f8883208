namespace RerunSafe.TestKit.Sinks;

/// <summary>Two states of a table, reduced to the rows that may differ.</summary>
/// <param name="Expected">The expected ones of these rows.</param>
/// <param name="Actual">The rows that are there.</param>
/// <param name="ActualCount">How many rows there are in all.</param>
public sealed record TableParts(TableState Expected, TableState Actual, long ActualCount)
{
    /// <summary>How many rows are expected in all; null where <see cref="Expected"/> was made from a state that knows.</summary>
    public long? ExpectedCount { get; init; }
}
