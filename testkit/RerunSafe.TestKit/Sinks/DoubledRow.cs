namespace RerunSafe.TestKit.Sinks;

/// <summary>A row that is there more often than it should be.</summary>
/// <param name="Row">One of the rows too many.</param>
/// <param name="Expected">How often the same row should be there: 1 or more.</param>
/// <param name="Actual">How often it is there.</param>
public sealed record DoubledRow(Row Row, int Expected, int Actual);
