using System.IO.Compression;

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

    [TestCase("RerunSafe.Annotations", "lib/netstandard2.0/RerunSafe.Annotations.dll")]
    [TestCase("RerunSafe.TestKit", "lib/net10.0/RerunSafe.TestKit.dll")]
    [TestCase("RerunSafe.TestKit.NUnit", "lib/net10.0/RerunSafe.TestKit.NUnit.dll")]
    [TestCase("RerunSafe.TestKit.PostgreSql", "lib/net10.0/RerunSafe.TestKit.PostgreSql.dll")]
    public void A_library_package_holds_its_assembly_its_documentation_and_the_readme(string package, string assembly)
    {
        var entries = Entries(package);
        Assert.That(entries, Does.Contain(assembly).And.Contain(Path.ChangeExtension(assembly, ".xml")).And.Contain("README.md"));
    }
}
