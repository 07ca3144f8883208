using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers;

/// <summary>
/// The shipped catalogue with users' additions (AdditionalFiles named *.rerunsafe.json). Without additions one instance
/// serves every compilation, with additions one instance serves every compilation that adds the same texts.
/// </summary>
internal static class CatalogProvider
{
    public const string FileSuffix = ".rerunsafe.json";

    // An editor shows a few projects at a time; older states of their files are not asked for again.
    private const int MaxKept = 16;

    private static readonly Lazy<LoadedCatalog> Shipped = new(() =>
        new LoadedCatalog(new ApiCatalog(ShippedCatalog.Data), ImmutableArray<CatalogFileProblem>.Empty));

    private static readonly object Gate = new();
    private static readonly List<(string Key, LoadedCatalog Catalog)> Kept = [];

    public static ApiCatalog For(ImmutableArray<AdditionalText> files, CancellationToken cancellation) => Load(files, cancellation).Catalog;

    /// <summary>The catalogue for a compilation with these files, and what in the files cannot be used. Never throws, except when cancelled.</summary>
    public static LoadedCatalog Load(ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        var own = files.Where(f => f.Path.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => new UserCatalogFile(f.Path, f.GetText(cancellation)))
            .ToList();
        if (own.Count == 0)
            return Shipped.Value;
        var key = string.Join("\n", own.Select(f => f.Key));
        lock (Gate)
        {
            var index = Kept.FindIndex(k => k.Key == key);
            var found = index < 0 ? Read(own) : Kept[index].Catalog;
            if (index >= 0)
                Kept.RemoveAt(index);
            else if (Kept.Count == MaxKept)
                Kept.RemoveAt(0);
            Kept.Add((key, found));
            return found;
        }
    }

    private static LoadedCatalog Read(List<UserCatalogFile> files)
    {
        var parts = new List<ApiCatalogData> { ShippedCatalog.Data };
        var problems = ImmutableArray.CreateBuilder<CatalogFileProblem>();
        foreach (var file in files)
        {
            var content = file.Read();
            parts.Add(content.Data);
            problems.AddRange(content.Problems.Select(p => new CatalogFileProblem(file.Path, file.Text, p)));
        }

        return new LoadedCatalog(new ApiCatalog(parts.ToArray()), problems.ToImmutable());
    }
}
