using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RerunSafe.TestKit.Workloads;

/// <summary>What a type says of its JSON form.</summary>
internal static class Contract
{
    /// <summary>Top-level fields that are required or cannot be null; empty when the type is not written as an object.</summary>
    public static IReadOnlyList<FieldPath> RequiredFields(Type type, JsonSerializerOptions json) =>
        [.. Fields(type, json).Where(IsRequired).Select(p => new FieldPath(p.Name))];

    /// <summary>The .NET types of the top-level fields; empty when the type is not written as an object.</summary>
    public static IReadOnlyDictionary<string, Type> FieldTypes(Type type, JsonSerializerOptions json) =>
        Fields(type, json).ToDictionary(p => p.Name, p => Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType, StringComparer.Ordinal);

    private static IEnumerable<JsonPropertyInfo> Fields(Type type, JsonSerializerOptions json)
    {
        if (type == typeof(JsonElement) || json.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } info)
            return [];
        return info.Properties.Where(p => p.Get is not null && !p.IsExtensionData);
    }

    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired
        || (property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is null : !property.IsGetNullable);
}
