using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>The content of one or several catalogue files.</summary>
internal sealed record ApiCatalogData(
    ImmutableArray<ApiEntry> Apis,
    ImmutableArray<RootEntry> Roots,
    ImmutableArray<DialectEntry> Dialects,
    ImmutableArray<ExceptionEntry> Exceptions,
    ImmutableArray<NameEntry> Names)
{
    public static ApiCatalogData Empty { get; } = new(
        ImmutableArray<ApiEntry>.Empty,
        ImmutableArray<RootEntry>.Empty,
        ImmutableArray<DialectEntry>.Empty,
        ImmutableArray<ExceptionEntry>.Empty,
        ImmutableArray<NameEntry>.Empty);
}
