using System.Globalization;

namespace RerunSafe.TestKit.Sinks;

/// <summary>How far two values of a column may lie apart and still count as the same: an amount for numbers, or a span for times.</summary>
/// <param name="Amount">For numbers; null for times.</param>
/// <param name="Span">For times; null for numbers.</param>
public sealed record ColumnTolerance(double? Amount, TimeSpan? Span)
{
    /// <summary>Whether two values count as the same. Only values of the right kind can lie near each other: NULL equals NULL only.</summary>
    /// <param name="expected">One value.</param>
    /// <param name="actual">The other one.</param>
    public bool Covers(object? expected, object? actual)
    {
        if (SinkValue.Same(expected, actual))
            return true;
        return Amount is { } amount
            ? Number(expected) is { } a && Number(actual) is { } b && Math.Abs(a - b) <= amount
            : Time(expected) is { } x && Time(actual) is { } y && (x - y).Duration() <= Span;
    }

    private static double? Number(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal
        ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
        : null;

    private static DateTimeOffset? Time(object? value) => value switch
    {
        DateTimeOffset moment => moment,
        DateTime moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) => parsed,
        _ => null,
    };
}
