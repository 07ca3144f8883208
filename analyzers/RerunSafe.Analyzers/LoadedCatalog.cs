using System.Collections.Immutable;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers;

/// <summary>A catalogue, and what in users' files cannot be used (RERUN0001).</summary>
internal sealed record LoadedCatalog(ApiCatalog Catalog, ImmutableArray<CatalogFileProblem> Problems);
