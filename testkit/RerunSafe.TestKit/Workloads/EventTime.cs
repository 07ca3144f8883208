using System.Linq.Expressions;
using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>The field that says when a record's event happened.</summary>
internal sealed class EventTime<T>(Selector<T> selector, Func<DateTimeOffset, JsonSerializerOptions, byte[]> toJson)
{
    public string Text => selector.Text;

    public static EventTime<T> Of(Expression<Func<T, DateTimeOffset>> when) =>
        new(Selector<T>.Of(when, nameof(when)), (time, json) => JsonSerializer.SerializeToUtf8Bytes(time, json));

    public static EventTime<T> Of(Expression<Func<T, DateTime>> when) =>
        new(Selector<T>.Of(when, nameof(when)), (time, json) => JsonSerializer.SerializeToUtf8Bytes(time.UtcDateTime, json));

    public IReadOnlyList<FieldPath> Fields(JsonSerializerOptions json) => selector.Fields(json);

    public DateTimeOffset Read(T record, int index) => selector.Value(record, index) switch
    {
        DateTimeOffset time => time,
        DateTime { Kind: DateTimeKind.Local } time => new DateTimeOffset(time),
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        _ => throw new WorkloadException($"The event time {Text} of record {index} is null.", index),
    };

    public byte[] Write(byte[] payload, DateTimeOffset time, int index, JsonSerializerOptions json)
    {
        Wire.Object(payload, index, "An event time");
        if (Fields(json) is [var field] && JsonSplice.Replace(payload, field, toJson(time, json)) is { } written)
            return written;
        throw new WorkloadException(
            $"The event time {Text} is not a field of record {index}'s JSON, so a generated record cannot be put on the time line. Select a property that is written to JSON.",
            index);
    }
}
