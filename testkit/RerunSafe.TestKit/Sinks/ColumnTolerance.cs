using System.Globalization;
using System.Numerics;

namespace RerunSafe.TestKit.Sinks;

/// <summary>How far two values of a column may lie apart and still count as the same: an amount for numbers, or a span for times.</summary>
/// <param name="Amount">For numbers; null for times.</param>
/// <param name="Span">For times; null for numbers.</param>
public sealed record ColumnTolerance(double? Amount, TimeSpan? Span)
{
    /// <summary>Whether two values count as the same. NULL equals NULL only.</summary>
    /// <param name="expected">The right value.</param>
    /// <param name="actual">The one that is looked at. A value of another kind is a difference.</param>
    /// <exception cref="SinkException">The right value is no number, or no time, so that the tolerance could never hold.</exception>
    public bool Covers(object? expected, object? actual)
    {
        if (SinkValue.Same(expected, actual))
            return true;
        if (expected is null or DBNull)
            return false;
        return Amount is { } amount
            ? Near(Known(Number(expected), expected, "number"), Number(actual), amount)
            : (Known(Time(expected), expected, "time") - Time(actual))?.Duration() <= Span;
    }

    private static T Known<T>(T? value, object raw, string kind) where T : struct => value
        ?? throw new SinkException($"A column with a tolerance for a {kind} holds {SinkValue.Text(raw)}, which is none. Leave the tolerance out, or give it to another column.");

    /// <summary>Decimal numbers are told apart exactly: 1.01 lies 0.01 from 1.00, which binary fractions would deny.</summary>
    private static bool Near(double expected, double? actual, double amount) =>
        actual is { } other && (Math.Abs(expected - other) <= amount || (InDecimals(expected, other, amount) && Math.Abs((decimal)expected - (decimal)other) <= (decimal)amount));

    private static bool InDecimals(params ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!(Math.Abs(value) < 1e15))
                return false;
        }

        return true;
    }

    private static double? Number(object? value) => value switch
    {
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        BigInteger large => (double)large,
        _ => null,
    };

    private static DateTimeOffset? Time(object? value) => value switch
    {
        DateTimeOffset moment => moment,
        DateTime moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
        DateOnly day => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) => parsed,
        _ => null,
    };
}
