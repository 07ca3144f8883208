using System.Runtime.InteropServices;
using System.Text.Json;

namespace RerunSafe.Package.Tests;

public class AnalyzerPackageTests
{
    [Test]
    public void A_clean_project_builds_without_a_word()
    {
        using var project = new FreshProject(FreshProject.CleanSource);
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Output, Does.Not.Contain("RERUN").And.Not.Contain("AD0001").And.Contain("0 Warning(s)"));
    }

    [Test]
    public void A_leaky_project_gets_a_warning_with_rule_file_and_line()
    {
        using var project = new FreshProject(FreshProject.LeakySource);
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Has.Some.Contains("Program.cs(6,17): warning RERUN1001: INSERT INTO orders runs again when"), build.Output);
    }

    [Test]
    public void A_build_takes_the_assembly_that_is_compiled_for_its_platform()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Pass("The package has no assembly for this platform; the portable one is in use.");

        using var project = new FreshProject(FreshProject.LeakySource);
        Assert.That(AnalyzersOf(project), Is.EqualTo(new[] { "tools/linux-x64/RerunSafe.Analyzers.dll", "analyzers/dotnet/cs/RerunSafe.Analyzers.CodeFixes.dll" }).AsCollection);
        Assert.That(AnalyzersOf(project, "-p:DesignTimeBuild=true"), Has.Some.EqualTo("analyzers/dotnet/cs/RerunSafe.Analyzers.dll"));
    }

    [Test]
    public void The_portable_assembly_finds_the_same_where_a_project_asks_for_it()
    {
        using var project = new FreshProject(FreshProject.LeakySource, "<RerunSafeReadyToRun>false</RerunSafeReadyToRun>");
        Assert.That(project.Build().Findings, Has.Some.Contains("Program.cs(6,17): warning RERUN1001: INSERT INTO orders runs again when"));
        Assert.That(AnalyzersOf(project), Has.Some.EqualTo("analyzers/dotnet/cs/RerunSafe.Analyzers.dll").And.None.StartsWith("tools/"));
    }

    /// <summary>The assemblies of the package that its targets hand to the compiler, in the order of their folders.</summary>
    private static IReadOnlyList<string> AnalyzersOf(FreshProject project, params string[] arguments)
    {
        var build = project.Dotnet(["build", "-nologo", "-f", "net10.0", "-t:Build", "-getItem:Analyzer", .. arguments]);
        var json = build.Output[build.Output.IndexOf('{', StringComparison.Ordinal)..(build.Output.LastIndexOf('}') + 1)];
        return [.. JsonDocument.Parse(json).RootElement.GetProperty("Items").GetProperty("Analyzer").EnumerateArray()
            .Select(item => item.GetProperty("FullPath").GetString()!.Replace('\\', '/'))
            .Where(path => Path.GetFileName(path).StartsWith("RerunSafe.", StringComparison.Ordinal))
            .Select(path => path[(path.IndexOf(PackedFeed.Version, StringComparison.Ordinal) + PackedFeed.Version.Length + 1)..])
            .OrderByDescending(path => path, StringComparer.Ordinal)];
    }

    [Test]
    public void A_leaky_project_does_not_build_in_strict_mode()
    {
        using var project = new FreshProject(FreshProject.LeakySource, "<RerunSafeMode>Strict</RerunSafeMode>");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Not.Zero, build.Output);
        Assert.That(build.Findings, Has.Some.Contains("Program.cs(6,17): error RERUN1001"), build.Output);
    }

    [Test]
    public void A_leaky_project_is_silent_in_mode_None()
    {
        using var project = new FreshProject(FreshProject.LeakySource, "<RerunSafeMode>None</RerunSafeMode>");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Output, Does.Not.Contain("RERUN"));
    }

    [Test]
    public void A_mode_that_does_not_exist_is_an_error_that_names_the_modes()
    {
        using var project = new FreshProject(FreshProject.LeakySource, "<RerunSafeMode>Paranoid</RerunSafeMode>");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Not.Zero, build.Output);
        Assert.That(build.Output, Does.Contain("RERUN0000").And.Contain("'Paranoid'").And.Contain("None, Recommended, Strict or All"));
    }

    [TestCase("none", 0, "")]
    [TestCase("error", 1, "error RERUN1001")]
    public void A_severity_in_editorconfig_wins_over_the_mode(string severity, int exitCode, string printed)
    {
        using var project = new FreshProject(FreshProject.LeakySource, "<RerunSafeMode>Recommended</RerunSafeMode>");
        project.Write(".editorconfig", $"root = true\n[*.cs]\ndotnet_diagnostic.RERUN1001.severity = {severity}\n");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.EqualTo(exitCode), build.Output);
        if (printed.Length > 0)
            Assert.That(build.Output, Does.Contain(printed));
        else
            Assert.That(build.Output, Does.Not.Contain("RERUN"));
    }

    [Test]
    public void A_multi_targeted_project_is_told_once_per_framework()
    {
        using var project = new FreshProject(FreshProject.LeakySource, frameworks: "net10.0;netstandard2.0", properties: "<OutputType Condition=\"'$(TargetFramework)' == 'netstandard2.0'\">Exe</OutputType>");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings.Where(f => f.Contains("RERUN1001", StringComparison.Ordinal)), Has.Exactly(1).Contains("TargetFramework=net10.0").And.Exactly(1).Contains("TargetFramework=netstandard2.0"), build.Output);
    }

    [Test]
    public void The_key_in_a_sql_file_of_the_project_turns_repeats_into_fails()
    {
        using var project = new FreshProject(FreshProject.LeakySource);
        project.Write("schema.sql", "CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY);");
        var build = project.Build();
        Assert.That(build.Findings, Has.Some.Contains("fails on the unique key (id)").And.Some.Contains("ON CONFLICT (id)"), build.Output);
    }

    [Test]
    public void An_embedded_sql_file_is_read_without_further_ado()
    {
        using var project = new FreshProject(EmbeddedSource, items: """<EmbeddedResource Include="Sql/*.sql" />""");
        project.Write("Sql/insert_orders.sql", "-- one row for each line\nINSERT INTO orders (id) VALUES (@id);");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Has.Some.Matches(@"insert_orders\.sql\(2,1\): warning RERUN1001: INSERT INTO orders runs again when"), build.Output);
    }

    [TestCase("EmbeddedResource")]
    [TestCase("None")]
    public void A_sql_file_from_outside_the_project_is_read_where_the_project_includes_it(string item)
    {
        using var shared = new FreshProject(EmbeddedSource);
        shared.Write("insert_orders.sql", "INSERT INTO orders (id) VALUES (@id);");
        using var project = new FreshProject(EmbeddedSource, items: $"""<{item} Include="{shared.Folder}/insert_orders.sql" Link="Sql/insert_orders.sql" />""");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Has.Some.Matches(@"insert_orders\.sql\(1,1\): warning RERUN1001"), build.Output);
    }

    [Test]
    public void Sql_files_are_left_alone_where_the_project_says_so()
    {
        using var project = new FreshProject(EmbeddedSource, "<RerunSafeIncludeSqlFiles>false</RerunSafeIncludeSqlFiles>", items: """<EmbeddedResource Include="Sql/*.sql" />""");
        project.Write("Sql/insert_orders.sql", "INSERT INTO orders (id) VALUES (@id);");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Is.Empty);
    }

    private const string EmbeddedSource = """
        using System.IO;
        using Dapper;
        using Microsoft.Data.Sqlite;

        using var db = new SqliteConnection("Data Source=orders.db");
        foreach (var line in File.ReadLines("orders.csv"))
            db.Execute(Load("Fresh.Sql.insert_orders.sql"), new { id = line });

        static string Load(string name)
        {
            using var reader = new StreamReader(typeof(Program).Assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
        """;

    [Test]
    public void A_bad_catalogue_file_is_reported_at_its_line_and_breaks_nothing()
    {
        using var project = new FreshProject(FreshProject.LeakySource);
        project.Write("acme.rerunsafe.json", "{\n  \"apis\": [\n    { \"id\": \"M:Acme.Store.Put\", \"meaning\": \"upserts\" }\n  ]\n}\n");
        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Has.Some.Matches(@"acme\.rerunsafe\.json\(3,\d+\): warning RERUN0001: .*upsert"), build.Output);
        Assert.That(build.Findings, Has.Some.Contains("RERUN1001"), "the rest still works\n" + build.Output);
    }
}
