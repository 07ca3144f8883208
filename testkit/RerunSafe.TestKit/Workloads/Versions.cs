using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Other versions of a record, made by changing its JSON.</summary>
internal static class Versions
{
    public static byte[] Shift<T, TVersion>(CopyRequest<T> request, Selector<T> version, int direction, Selector<T>? changing, bool changeAnother)
    {
        var root = Wire.Object(request.Payload, request.Index, "Another version of a record");
        var field = version.Fields(request.Json)[0];
        var stepped = Stepped<T, TVersion>(request, version, field, root, direction);
        var payload = JsonSplice.Replace(request.Payload, field, JsonSerializer.SerializeToUtf8Bytes(stepped, request.Json))!;
        if (changing is not null)
        {
            var other = changing.Fields(request.Json)[0];
            if (other.Get(root) is not JsonValue value || Changed(value, typeof(object)) is not { } changed)
                throw new WorkloadException($"{changing.Text} of record {request.Index} is neither a number nor a text nor a boolean, so it cannot be changed.", request.Index);
            return JsonSplice.Replace(payload, other, changed)!;
        }

        return changeAnother && Another(request, root, field) is { } another ? JsonSplice.Replace(payload, another.Field, another.Value)! : payload;
    }

    private static TVersion Stepped<T, TVersion>(CopyRequest<T> request, Selector<T> version, FieldPath field, JsonObject root, int direction)
    {
        var node = field.Get(root)
            ?? throw new WorkloadException($"The version {version.Text} of record {request.Index} is missing or null, so there is no newer or older one.", request.Index);
        try
        {
            object current = node.Deserialize<TVersion>(request.Json)!;
            return (TVersion)VersionStep.Move(current, direction * (1 + request.Draw.Below(60, request.Index, 1)));
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException or JsonException or InvalidOperationException)
        {
            throw new WorkloadException(
                $"The version {version.Text} of record {request.Index} is {node.ToJsonString()}, which has no {(direction > 0 ? "later" : "earlier")} value of its type: {e.Message}",
                request.Index, e);
        }
    }

    private static (FieldPath Field, byte[] Value)? Another<T>(CopyRequest<T> request, JsonObject root, FieldPath version)
    {
        var types = Contract.FieldTypes(typeof(T), request.Json);
        var parent = new FieldPath([.. version.Names.SkipLast(1)]);
        var owner = version.Names.Count > 1 ? (JsonObject)parent.Get(root)! : root;
        var candidates = new List<(int Rank, FieldPath Field, byte[] Value)>();
        foreach (var (name, node) in owner)
        {
            var path = new FieldPath([.. parent.Names, name]);
            if (path.Equals(version) || request.Kept.Any(k => path.StartsWith(k) || k.StartsWith(path)) || node is not JsonValue value)
                continue;
            if (Changed(value, owner == root ? types.GetValueOrDefault(name, typeof(object)) : typeof(object)) is { } changed)
                candidates.Add((Rank(value), path, changed));
        }

        if (candidates.Count == 0)
            return null;
        var best = candidates.Where(c => c.Rank == candidates.Min(o => o.Rank)).ToList();
        var chosen = best[request.Draw.Below(best.Count, request.Index, 2)];
        return (chosen.Field, chosen.Value);
    }

    private static int Rank(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => 0,
        JsonValueKind.True or JsonValueKind.False => 1,
        _ => 2,
    };

    /// <summary>A neighbouring value that keeps to the usual limits (a positive number stays positive and gets no larger than 2 or itself), or null.</summary>
    private static byte[]? Changed(JsonValue value, Type type)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                return "false"u8.ToArray();
            case JsonValueKind.False:
                return "true"u8.ToArray();
            case JsonValueKind.Number when !type.IsEnum:
                var text = value.ToJsonString();
                if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return JsonSerializer.SerializeToUtf8Bytes(number >= 2 ? number - 1 : number + 1);
                return JsonSerializer.SerializeToUtf8Bytes(double.Parse(text, CultureInfo.InvariantCulture) / 2);
            case JsonValueKind.String when type == typeof(string) || type == typeof(object):
                var before = value.GetValue<string>();
                var isCode = DateTimeOffset.TryParse(before, CultureInfo.InvariantCulture, out _) || Guid.TryParse(before, out _) || before.Contains("://", StringComparison.Ordinal);
                return isCode ? null : JsonSerializer.SerializeToUtf8Bytes(before + "~", Wire.Relaxed);
            default:
                return null;
        }
    }
}
