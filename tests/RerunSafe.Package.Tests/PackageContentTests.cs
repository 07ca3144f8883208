using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RerunSafe.Package.Tests;

public class PackageContentTests
{
    private static string[] Entries(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(PackedFeed.Folder, $"{package}.{PackedFeed.Version}.nupkg"));
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    [Test]
    public void The_analyzer_package_holds_both_assemblies_the_modes_and_nothing_to_run()
    {
        var entries = Entries("RerunSafe.Analyzers");
        Assert.That(entries, Does.Contain("analyzers/dotnet/cs/RerunSafe.Analyzers.dll").And.Contain("analyzers/dotnet/cs/RerunSafe.Analyzers.CodeFixes.dll"));
        Assert.That(entries.Where(e => e.StartsWith("analyzers/", StringComparison.Ordinal) && e.EndsWith(".dll", StringComparison.Ordinal)), Has.Exactly(2).Items, "the analyzer has no runtime dependency");
        Assert.That(entries, Does.Contain("schema/rerunsafe.schema.json"), "editors complete and check catalogue files with it");
        Assert.That(entries, Does.Contain("build/RerunSafe.Analyzers.targets").And.Contain("buildTransitive/RerunSafe.Analyzers.targets"));
        foreach (var mode in new[] { "None", "Recommended", "Strict", "All" })
            Assert.That(entries, Does.Contain($"build/modes/RerunSafe.{mode}.globalconfig"));
        Assert.That(entries.Where(e => e.StartsWith("lib/", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("linux-x64")]
    [TestCase("win-x64")]
    public void The_assembly_for_a_platform_is_the_portable_one_compiled_ahead_of_time(string platform)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(PackedFeed.Folder, $"RerunSafe.Analyzers.{PackedFeed.Version}.nupkg"));
        var (portable, isPortableNative) = Assembly(archive, "analyzers/dotnet/cs/RerunSafe.Analyzers.dll");
        var (compiled, isCompiledNative) = Assembly(archive, $"tools/{platform}/RerunSafe.Analyzers.dll");

        Assert.That(compiled, Is.EqualTo(portable), "one build of the same sources");
        Assert.That((isPortableNative, isCompiledNative), Is.EqualTo((false, true)));
    }

    private static (Guid Build, bool HasNativeCode) Assembly(ZipArchive archive, string entry)
    {
        using var content = new MemoryStream();
        using (var packed = archive.GetEntry(entry)!.Open())
            packed.CopyTo(content);

        content.Position = 0;
        using var image = new PEReader(content);
        var metadata = image.GetMetadataReader();
        return (metadata.GetGuid(metadata.GetModuleDefinition().Mvid), image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    [TestCase("RerunSafe.Annotations", "lib/netstandard2.0/RerunSafe.Annotations.dll")]
    [TestCase("RerunSafe.TestKit", "lib/net10.0/RerunSafe.TestKit.dll")]
    [TestCase("RerunSafe.TestKit.NUnit", "lib/net10.0/RerunSafe.TestKit.NUnit.dll")]
    [TestCase("RerunSafe.TestKit.PostgreSql", "lib/net10.0/RerunSafe.TestKit.PostgreSql.dll")]
    [TestCase("RerunSafe.TestKit.DuckDb", "lib/net10.0/RerunSafe.TestKit.DuckDb.dll")]
    public void A_library_package_holds_its_assembly_its_documentation_and_the_readme(string package, string assembly)
    {
        var entries = Entries(package);
        Assert.That(entries, Does.Contain(assembly).And.Contain(Path.ChangeExtension(assembly, ".xml")).And.Contain("README.md"));
    }
}
