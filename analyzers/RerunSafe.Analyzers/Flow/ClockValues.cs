using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Whether a value is made from the wall clock in a way that names a slice (a day, a month): it is what the code itself
/// decides, not a default for what a caller can pass.
/// </summary>
internal sealed class ClockValues
{
    private readonly UnstableValues _values;

    public ClockValues(Engine engine) => _values = new UnstableValues(engine, ApiMeaning.Clock);

    /// <summary>The clock that a value comes from; null where it comes from none, or where a caller may decide instead.</summary>
    public IOperation? ClockBehind(IOperation value, ReachNode node) => _values.Behind(value, node);

    /// <summary>
    /// The value is cut to a day or more (Date, Today, a format without hours), or shifted by whole days: it names a slice.
    /// A point in time to the second does not.
    /// </summary>
    public static bool IsWholeDays(IOperation value, ReachNode node) =>
        DecisionSources.Of(value, node).Any(source => source switch
        {
            IPropertyReferenceOperation property => property.Property.Name is "Date" or "Today" or "Day" or "Month" or "Year" or "DayOfWeek" or "DayOfYear",
            IInvocationOperation { TargetMethod.Name: "AddDays" or "AddMonths" or "AddYears" or "FromDateTime" or "ToShortDateString" or "FromDays" } => true,
            IInvocationOperation { TargetMethod.Name: "ToString" } call => call.Arguments.Any(a => a.Value.ConstantValue is { HasValue: true, Value: string format } && IsDayFormat(format)),
            IInterpolationOperation { FormatString.ConstantValue: { HasValue: true, Value: string format } } => IsDayFormat(format),
            // new DateTime(1970, 1, 1) is where seconds are counted from.
            IObjectCreationOperation { Type.Name: "DateTime" or "DateOnly", Arguments.Length: 3 } day => day.Arguments.Any(a => !a.Value.ConstantValue.HasValue),
            _ => false,
        });

    /// <summary>The same, where the format stands at the clock itself: in a helper that makes the name.</summary>
    public static bool IsWholeDays(IOperation value, ReachNode node, IOperation clock) =>
        FormatAt(clock) is { } format ? IsDayFormat(format) : IsWholeDays(value, node);

    /// <summary>The value shows a time of day: it is another one on each run, and not only on another day.</summary>
    public static bool ShowsTimeOfDay(IOperation value, ReachNode node, IOperation clock) =>
        (FormatAt(clock) is { } format ? IsTimeFormat(format) : !IsWholeDays(value, node)) || DecisionSources.Of(value, node).Any(source => source switch
        {
            IInvocationOperation { TargetMethod.Name: "ToString" } call => call.Arguments.Any(a => a.Value.ConstantValue is { HasValue: true, Value: string shown } && IsTimeFormat(shown)),
            IInterpolationOperation { FormatString.ConstantValue: { HasValue: true, Value: string shown } } => IsTimeFormat(shown),
            IPropertyReferenceOperation { Property.Name: "Ticks" or "TimeOfDay" or "Hour" or "Minute" or "Second" or "Millisecond" } => true,
            _ => false,
        });

    // DateTime.UtcNow.ToString("yyyyMMdd"), $"{DateTime.UtcNow:yyyyMMdd}"
    private static string? FormatAt(IOperation clock)
    {
        for (var parent = clock.Parent; parent is IInvocationOperation or IConversionOperation or IParenthesizedOperation or IPropertyReferenceOperation or IInterpolationOperation; parent = parent.Parent)
        {
            switch (parent)
            {
                case IInvocationOperation { TargetMethod.Name: "ToString" } call:
                    return call.Arguments.Select(a => a.Value.ConstantValue.Value as string).FirstOrDefault(text => text is not null);
                case IInterpolationOperation interpolation:
                    return interpolation.FormatString?.ConstantValue.Value as string;
            }
        }

        return null;
    }

    private static bool IsTimeFormat(string format) => format.Length > 1 && format.IndexOfAny(new[] { 'H', 'h', 's', 'f', 'F' }) >= 0;

    /// <summary>A format that shows the year or the day and nothing finer.</summary>
    public static bool IsDayFormat(string format) =>
        format is "d" or "D" or "y" or "Y"
        || (format.IndexOfAny(new[] { 'y', 'd', 'M' }) >= 0 && format.IndexOfAny(new[] { 'H', 'h', 'm', 's', 'f', 'F', 'o', 'O', 'g', 'G', 't', 'T', 'u', 'U', 'r', 'R' }) < 0);
}
