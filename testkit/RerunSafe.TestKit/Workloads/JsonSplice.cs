using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Changes one field in JSON bytes and leaves every other byte as it is: spaces, escapes, the spelling of numbers.</summary>
internal static class JsonSplice
{
    /// <summary>The payload with another value in this field, or null when the field is not there.</summary>
    public static byte[]? Replace(byte[] payload, FieldPath field, ReadOnlySpan<byte> value) =>
        Find(payload, field) is { } at ? [.. payload.AsSpan(0, at.Value), .. value, .. payload.AsSpan(at.End)] : null;

    /// <summary>The payload without this field, or null when the field is not there.</summary>
    public static byte[]? Remove(byte[] payload, FieldPath field)
    {
        if (Find(payload, field) is not { } at)
            return null;
        var (start, end) = (at.Name, SkipSpaces(payload, at.End));
        if (payload[end] == ',')
        {
            end = SkipSpaces(payload, end + 1);
        }
        else
        {
            end = at.End;
            var comma = payload.AsSpan(0, start).TrimEnd(" \t\r\n"u8).Length - 1;
            if (payload[comma] == ',')
                start = comma;
        }

        return [.. payload.AsSpan(0, start), .. payload.AsSpan(end)];
    }

    /// <summary>The first byte inside the text that is this field's value; the value must be a text.</summary>
    public static int? TextStart(byte[] payload, FieldPath field) => Find(payload, field) is { } at ? at.Value + 1 : null;

    /// <summary>The first byte inside any text, values before property names.</summary>
    public static int? AnyTextStart(byte[] payload)
    {
        int? name = null;
        var reader = new Utf8JsonReader(payload);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
                return (int)reader.TokenStartIndex + 1;
            if (reader.TokenType == JsonTokenType.PropertyName)
                name ??= (int)reader.TokenStartIndex + 1;
        }

        return name;
    }

    private static (int Name, int Value, int End)? Find(byte[] payload, FieldPath field)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        var depth = 0;
        while (reader.TokenType == JsonTokenType.StartObject)
        {
            var isThere = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = (int)reader.TokenStartIndex;
                isThere = reader.ValueTextEquals(field.Names[depth]);
                if (!isThere)
                {
                    reader.Skip();
                    continue;
                }

                reader.Read();
                if (++depth < field.Names.Count)
                    break;
                var value = (int)reader.TokenStartIndex;
                reader.Skip();
                return (name, value, (int)reader.BytesConsumed);
            }

            if (!isThere)
                return null;
        }

        return null;
    }

    private static int SkipSpaces(byte[] payload, int at)
    {
        while (payload[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            at++;
        return at;
    }
}
