using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Records of the user's, held in memory, with bytes that stay exactly as they are.</summary>
internal sealed class GivenRecords<T>(T[] records, Func<T, byte[]>? payload) : IRecordSource<T>
{
    private const int RecordsToLookAt = 1000;

    public int? Available => records.Length;

    public string Describe() => "given records";

    public IRecordReader<T> Open(long seed, string stream, DateTimeOffset startsAt, JsonSerializerOptions json) => new Reader(records, payload, json);

    /// <summary>By type; for raw JSON the fields that each of the first 1,000 records has, not null and of one JSON type.</summary>
    public IReadOnlyList<FieldPath> RequiredFields(JsonSerializerOptions json)
    {
        if (typeof(T) != typeof(JsonElement))
            return Contract.RequiredFields(typeof(T), json);
        Dictionary<string, JsonValueKind>? common = null;
        foreach (var record in records.Take(RecordsToLookAt).Cast<JsonElement>())
        {
            if (record.ValueKind != JsonValueKind.Object)
                return [];
            var fields = new Dictionary<string, JsonValueKind>(StringComparer.Ordinal);
            foreach (var field in record.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null))
                fields[field.Name] = Kind(field.Value);
            common = common is null
                ? fields
                : common.Where(c => fields.TryGetValue(c.Key, out var kind) && kind == c.Value).ToDictionary(StringComparer.Ordinal);
        }

        return [.. (common ?? []).Keys.Order(StringComparer.Ordinal).Select(name => new FieldPath(name))];
    }

    private static JsonValueKind Kind(JsonElement value) =>
        value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;

    private sealed class Reader(T[] records, Func<T, byte[]>? payload, JsonSerializerOptions json) : IRecordReader<T>
    {
        public SourceRecord<T> Read(int index)
        {
            var record = records[index];
            if (payload is null)
                return new SourceRecord<T>(record, Wire.Serialize(record, json, index));
            byte[]? bytes;
            try
            {
                bytes = payload(record);
            }
            catch (Exception e)
            {
                throw new WorkloadException($"The payload function threw {e.GetType().Name} on record {index}: {e.Message}", index, e);
            }

            return new SourceRecord<T>(record, bytes ?? throw new WorkloadException($"The payload function gave null for record {index}; give bytes for every record.", index));
        }
    }
}
