using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>What a catalogue file says, and what in it cannot be used.</summary>
internal sealed record CatalogContent(ApiCatalogData Data, ImmutableArray<CatalogProblem> Problems);
