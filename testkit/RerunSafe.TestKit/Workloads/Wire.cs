using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Records to JSON bytes and back to a tree that can be read.</summary>
internal static class Wire
{
    /// <summary>Escapes no more than JSON demands.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions Freeze(JsonSerializerOptions options)
    {
        var copy = new JsonSerializerOptions(options);
        copy.MakeReadOnly(populateMissingResolver: true);
        return copy;
    }

    public static byte[] Serialize<T>(T value, JsonSerializerOptions json, int index)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, json);
        }
        catch (Exception e)
        {
            throw new WorkloadException(
                $"Record {index} ({TypeName.Of(typeof(T))}) cannot be written as JSON: {e.Message} "
                + "Give AsJson the options that it needs, or use Workload.From with your own bytes.",
                index, e);
        }
    }

    /// <summary>The payload as a JSON object.</summary>
    /// <param name="payload">An undamaged payload.</param>
    /// <param name="index">The record, for the message.</param>
    /// <param name="why">What needs an object, for the message.</param>
    public static JsonObject Object(byte[] payload, int index, string why)
    {
        string found;
        try
        {
            if (JsonNode.Parse(payload) is JsonObject root)
                return root;
            found = "JSON, but not an object";
        }
        catch (JsonException)
        {
            found = "not JSON";
        }

        throw new WorkloadException(
            $"{why} needs a JSON object, but the payload of record {index} is {found}: {Start(payload)} "
            + "Use Malformed.Custom (or Duplicates.Exact) for other formats.",
            index);
    }

    public static string DifferingFields(byte[] first, byte[] second)
    {
        if (JsonNode.Parse(first) is not JsonObject a || JsonNode.Parse(second) is not JsonObject b)
            return "its payload";
        var names = a.Select(p => p.Key).Union(b.Select(p => p.Key)).Where(n => !JsonNode.DeepEquals(a[n], b[n])).Select(n => $"'{n}'");
        return "the field " + string.Join(", ", names);
    }

    public static string Start(byte[] payload)
    {
        var text = Encoding.UTF8.GetString(payload, 0, Math.Min(payload.Length, 60));
        return payload.Length > 60 ? text + "…" : text;
    }
}
