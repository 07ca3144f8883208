namespace RerunSafe.Analyzers.Catalog;

/// <summary>What the JSON files beside this file say. The generator writes the other part while the analyzer is built.</summary>
internal static partial class ShippedCatalog
{
    private static readonly Lazy<ApiCatalogData> Unpacked = new(() => PackedCatalog.Unpack(Packed));

    public static ApiCatalogData Data => Unpacked.Value;
}
