using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>A user's lambda over a record: its value, its text for messages, and the fields that it reads.</summary>
internal sealed class Selector<T>
{
    private readonly Func<T, object?> _read;
    private readonly LambdaExpression _expression;

    private Selector(LambdaExpression expression, Func<T, object?> read)
    {
        _expression = expression;
        _read = read;
        Text = expression.ToString();
    }

    public string Text { get; }

    public static Selector<T> Of<TValue>(Expression<Func<T, TValue>> expression, string parameter)
    {
        ArgumentNullException.ThrowIfNull(expression, parameter);
        var read = expression.Compile();
        return new Selector<T>(expression, record => read(record));
    }

    public IReadOnlyList<FieldPath> Fields(JsonSerializerOptions options) => FieldPath.ReadBy(_expression, options);

    /// <summary>The value for a record; what the lambda throws is told with the record's index.</summary>
    public object? Value(T record, int index)
    {
        try
        {
            return _read(record);
        }
        catch (Exception e)
        {
            throw new WorkloadException(
                $"The selector {Text} threw {e.GetType().Name} on record {index}: {e.Message} Make it hold for every record, or leave such records out.",
                index, e);
        }
    }

    /// <summary>The value as invariant text; the parts of an anonymous object are joined with '|'. Null when the value or a part is null.</summary>
    public string? KeyText(T record, int index)
    {
        var value = Value(record, index);
        if (value is null || !value.GetType().Name.StartsWith("<>", StringComparison.Ordinal))
            return AsText(value);
        var parts = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => AsText(p.GetValue(value))).ToList();
        return parts.Contains(null) ? null : string.Join('|', parts);
    }

    private static string? AsText(object? value) => value switch
    {
        null => null,
        string text => text,
        DateTime or DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
