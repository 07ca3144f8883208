using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Which members of a type are the identity of what is stored: by attribute, by the conventions of mappers, by name.</summary>
internal static class KeyMembers
{
    private static readonly string[] KindSuffixes = ["Entity", "Model", "Dto", "Document", "Record", "Row", "Dao", "Poco", "DataModel", "DbModel"];

    /// <summary>The names of the key's members; empty where none shows.</summary>
    public static IReadOnlyList<string> Of(INamedTypeSymbol type)
    {
        var byAttribute = new List<string>();
        var byName = new List<string>();
        foreach (var property in EntityKeys.PropertiesOf(type))
        {
            if (property.GetAttributes().Any(IsKeyAttribute))
                byAttribute.Add(property.Name);
            else if (IsKeyName(property.Name, type.Name))
                byName.Add(property.Name);
        }

        foreach (var attribute in AttributesOf(type))
        {
            // [PrimaryKey(nameof(Day), nameof(Code))]
            if (attribute.AttributeClass?.Name == "PrimaryKeyAttribute")
                byAttribute.AddRange(AttributeValues.PositionalOf(attribute).OfType<string>());
        }

        return byAttribute.Count > 0 ? byAttribute : byName;
    }

    /// <summary>An attribute declares a unique index over other members: what is added twice is refused.</summary>
    public static bool HasOtherUniqueKey(INamedTypeSymbol type) =>
        AttributesOf(type).Any(a => a.AttributeClass?.Name == "IndexAttribute" && a.NamedArguments.Any(n => n.Key == "IsUnique" && AttributeValues.Of(n.Value) is true));

    /// <summary>The thing that a stored type is about: "OrderEntity" is an order.</summary>
    public static string NounOf(string typeName)
    {
        foreach (var suffix in KindSuffixes)
        {
            if (typeName.Length > suffix.Length && typeName.EndsWith(suffix, StringComparison.Ordinal))
                return typeName.Substring(0, typeName.Length - suffix.Length);
        }

        return typeName;
    }

    /// <summary>A column or member that is the identity of a row of the table by its name.</summary>
    public static bool IsKeyName(string name, string table)
    {
        var plain = Plain(name);
        if (plain is "id" or "key" or "pk" or "uuid" or "guid" or "rowid" or "rowkey" or "rowguid" or "uid" or "objectid" or "documentid" or "recordid")
            return true;
        foreach (var suffix in new[] { "id", "key", "uuid", "guid", "pk", "uid" })
        {
            if (plain.Length > suffix.Length && plain.EndsWith(suffix, StringComparison.Ordinal)
                && TableNames.MayBeSame(plain.Substring(0, plain.Length - suffix.Length), Plain(NounOf(table))))
                return true;
        }

        return false;
    }

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    private static IEnumerable<AttributeData> AttributesOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is { SpecialType: SpecialType.None }; t = t.BaseType)
        {
            foreach (var attribute in t.GetAttributes())
                yield return attribute;
        }
    }

    // [JsonProperty("id")] names a document's key for stores of JSON.
    private static bool IsKeyAttribute(AttributeData attribute) => attribute.AttributeClass?.Name switch
    {
        "KeyAttribute" or "ExplicitKeyAttribute" or "BsonIdAttribute" or "PrimaryKeyAttribute" => true,
        "JsonPropertyAttribute" or "JsonPropertyNameAttribute" => AttributeValues.PositionalOf(attribute).FirstOrDefault() is "id" or "_id",
        _ => false,
    };
}
