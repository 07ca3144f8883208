using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Damage at the level of bytes and of the schema, for JSON payloads.</summary>
internal static class JsonDamage
{
    private const byte NeverInUtf8 = 0xFF;

    public static Damaged Truncate(DamageRequest request)
    {
        var whole = request.Payload.AsSpan().Trim(" \t\r\n"u8);
        // A cut object, array or string lacks its end; a cut number may still be a number.
        if (whole.Length < 2 || whole[0] is not ((byte)'{' or (byte)'[' or (byte)'"'))
        {
            throw new WorkloadException(
                $"Malformed.Truncated needs a JSON object, array or string, but the payload of record {request.Index} is: {Wire.Start(request.Payload)} "
                + "Use Malformed.Custom for other formats.",
                request.Index);
        }

        var start = request.Payload.AsSpan().IndexOf(whole);
        var length = start + 1 + request.Draw.Below(whole.Length - 1, request.Index, 1);
        return new Damaged(request.Payload[..length], KeyIsReadable: false);
    }

    public static Damaged MissingField(DamageRequest request, FieldPath? named)
    {
        var root = Wire.Object(request.Payload, request.Index, "Malformed.MissingField");
        var field = named ?? Pick(request, root, "Malformed.MissingField", _ => true);
        var damaged = JsonSplice.Remove(request.Payload, field) ?? throw Absent(request, field);
        return new Damaged(damaged, !request.IsKey(field));
    }

    public static Damaged WrongType(DamageRequest request, FieldPath? named)
    {
        var root = Wire.Object(request.Payload, request.Index, "Malformed.WrongType");
        var field = named ?? Pick(request, root, "Malformed.WrongType", node => node is JsonValue);
        var kind = field.Get(root)?.GetValueKind() ?? JsonValueKind.Null;
        // Numbers in place of texts are left out: enum converters take them. Texts in place of numbers are not numeric: web defaults read "12".
        var wrong = (kind, request.Draw.Below(3, request.Index, 2)) switch
        {
            (JsonValueKind.String, 0) => "true"u8,
            (JsonValueKind.Number, 0) => "\"not a number\""u8,
            (JsonValueKind.True or JsonValueKind.False, 0) => "\"not a boolean\""u8,
            (JsonValueKind.Object, 0) => "\"not an object\""u8,
            (JsonValueKind.Array, 0) => "\"not an array\""u8,
            (JsonValueKind.Array, _) or (_, 1) when kind != JsonValueKind.Object => "{}"u8,
            _ => "[]"u8,
        };
        var damaged = JsonSplice.Replace(request.Payload, field, wrong) ?? throw Absent(request, field);
        return new Damaged(damaged, !request.IsKey(field));
    }

    public static Damaged NotUtf8(DamageRequest request)
    {
        var root = Wire.Object(request.Payload, request.Index, "Malformed.NotUtf8");
        var required = request.Required.Where(f => f.Get(root) is JsonValue v && v.GetValueKind() == JsonValueKind.String).ToList();
        var wanted = required.Count == 0 ? null : required[request.Draw.Below(required.Count, request.Index, 1)];
        var inside = wanted is null ? JsonSplice.AnyTextStart(request.Payload) : JsonSplice.TextStart(request.Payload, wanted);
        if (inside is not { } at)
            throw new WorkloadException($"Malformed.NotUtf8 needs a string, but record {request.Index} is an empty object. Use Malformed.Custom.", request.Index);
        byte[] damaged = [.. request.Payload.AsSpan(0, at), NeverInUtf8, .. request.Payload.AsSpan(at)];
        return new Damaged(damaged, KeyIsReadable: wanted is not null && !request.IsKey(wanted));
    }

    public static Damaged Custom(DamageRequest request, string name, Func<byte[], byte[]> damage)
    {
        byte[]? damaged;
        try
        {
            damaged = damage([.. request.Payload]);
        }
        catch (Exception e)
        {
            throw new WorkloadException($"Malformed.Custom(\"{name}\") threw {e.GetType().Name} on record {request.Index}: {e.Message}", request.Index, e);
        }

        if (damaged is null || damaged.AsSpan().SequenceEqual(request.Payload))
        {
            throw new WorkloadException(
                $"Malformed.Custom(\"{name}\") left record {request.Index} undamaged, so its label 'dead letter' would be wrong. Change at least one byte.",
                request.Index);
        }

        return new Damaged(damaged, KeyIsReadable: false);
    }

    private static FieldPath Pick(DamageRequest request, JsonObject root, string fault, Func<JsonNode, bool> fits)
    {
        var fields = request.Required.Where(f => f.Get(root) is { } node && fits(node)).ToList();
        if (fields.Count == 0)
        {
            throw new WorkloadException(
                $"{fault} finds no required field in record {request.Index}: {Wire.Start(request.Payload)} "
                + "Declare the business key with KeyedBy, or name the field: MissingFieldNamed(\"id\"), WrongTypeNamed(\"id\").",
                request.Index);
        }

        return fields[request.Draw.Below(fields.Count, request.Index, 1)];
    }

    private static WorkloadException Absent(DamageRequest request, FieldPath field) =>
        new($"Record {request.Index} has no field '{field}': {Wire.Start(request.Payload)} Name a field that every record has, as it is written in the JSON.", request.Index);
}
