using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>The real assemblies of the libraries that the catalogue names, as one compilation without code.</summary>
internal static class RealPackages
{
    private static readonly string[] Frameworks =
        ["net10.0", "net9.0", "net8.0", "net6.0", "netcoreapp3.1", "netstandard2.1", "netstandard2.0", "netstandard1.6", "netstandard1.3", "net462", "net461"];

    private static readonly Lazy<CSharpCompilation> Every = new(() => Create(onlyNewest: false));
    private static readonly Lazy<CSharpCompilation> Newest = new(() => Create(onlyNewest: true));

    /// <summary>With the newest version of each library, for code that uses them.</summary>
    public static CSharpCompilation Compilation => Newest.Value;

    /// <summary>The types of this name in all versions of the libraries.</summary>
    public static IEnumerable<INamedTypeSymbol> TypesOf(string metadataName)
    {
        foreach (var type in Every.Value.GetTypesByMetadataName(metadataName))
            yield return type;
    }

    private static CSharpCompilation Create(bool onlyNewest)
    {
        var files = FrameworkFiles().Concat(PackageFiles(onlyNewest)).Append(typeof(RerunPathAttribute).Assembly.Location).Where(IsManaged);
        return CSharpCompilation.Create("RealPackages", references: files.Select(f => MetadataReference.CreateFromFile(f)));
    }

    private static IEnumerable<string> FrameworkFiles() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => f.Contains("Microsoft.NETCore.App", StringComparison.Ordinal) || f.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal));

    private static IEnumerable<string> PackageFiles(bool onlyNewest)
    {
        foreach (var package in Metadata("CatalogPackages").Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, versions) = (package.Split(' ')[0], package.Split(' ')[1]);
            foreach (var version in versions.Split(';').Reverse().Take(onlyNewest ? 1 : int.MaxValue))
            {
                var library = Path.Combine(Metadata("NuGetPackageRoot"), name.ToLowerInvariant(), version.Trim('[', ']'), "lib");
                var folder = Frameworks.Select(f => Path.Combine(library, f)).FirstOrDefault(f => Directory.Exists(f) && Directory.GetFiles(f, "*.dll").Length > 0);
                if (folder is not null)
                {
                    foreach (var file in Directory.GetFiles(folder, "*.dll"))
                        yield return file;
                }
            }
        }
    }

    private static string Metadata(string key) =>
        typeof(RealPackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static bool IsManaged(string file)
    {
        try
        {
            AssemblyName.GetAssemblyName(file);
            return true;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
