using System.Linq.Expressions;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Moves a version or a time a little forward or back.</summary>
internal static class VersionStep
{
    /// <summary>Refuses types that have no order or no step.</summary>
    public static void Require<TVersion>(LambdaExpression selector, string parameter)
    {
        ArgumentNullException.ThrowIfNull(selector, parameter);
        var type = Nullable.GetUnderlyingType(typeof(TVersion)) ?? typeof(TVersion);
        if (!typeof(IComparable).IsAssignableFrom(type))
        {
            throw new ArgumentException(
                $"{selector} gives {TypeName.Of(type)}, which cannot be compared, so no version is newer than another. "
                + "Select a number or a time, for raw JSON with its reader: f.GetProperty(\"updated\").GetInt64().",
                parameter);
        }

        if (!IsSteppable(type))
        {
            throw new ArgumentException(
                $"{selector} gives {TypeName.Of(type)}: it can be compared, but there is no telling which value comes next. Select a number or a time.",
                parameter);
        }
    }

    /// <summary>The value moved by whole units (seconds for times, days for dates).</summary>
    /// <exception cref="OverflowException">There is no such value.</exception>
    public static object Move(object value, int by)
    {
        checked
        {
            return value switch
            {
                DateTimeOffset v => v.AddSeconds(by),
                DateTime v => v.AddSeconds(by),
                DateOnly v => v.AddDays(by),
                TimeSpan v => v + TimeSpan.FromSeconds(by),
                byte v => (byte)(v + by),
                sbyte v => (sbyte)(v + by),
                short v => (short)(v + by),
                ushort v => (ushort)(v + by),
                int v => v + by,
                uint v => (uint)(v + by),
                long v => v + by,
                ulong v => by < 0 ? v - (ulong)-by : v + (ulong)by,
                float v => v + by,
                double v => v + by,
                decimal v => v + by,
                _ => throw new NotSupportedException(value.GetType().Name),
            };
        }
    }

    private static bool IsSteppable(Type type) =>
        !type.IsEnum
        && (type == typeof(DateTimeOffset) || type == typeof(DateTime) || type == typeof(DateOnly) || type == typeof(TimeSpan)
            || Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal);
}
