namespace RerunSafe.Package.Tests;

public class CodeFixPackageTests
{
    [Test]
    public void Dotnet_format_applies_the_upsert_and_the_next_build_is_silent()
    {
        using var project = new FreshProject(FreshProject.LeakySource.Replace("(id) VALUES (@id)", "(id, amount) VALUES (@id, 1)", StringComparison.Ordinal));
        project.Write("schema.sql", "CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY, amount INTEGER);");
        Assert.That(project.Build().Findings, Has.Some.Contains("RERUN1001"));

        var format = project.Dotnet("format", "analyzers", "--diagnostics", "RERUN1001", "--severity", "warn", "--no-restore");
        Assert.That(format.ExitCode, Is.Zero, format.Output);
        Assert.That(project.Read("Program.cs"), Does.Contain("VALUES (@id, 1) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount\""));

        var build = project.Build();
        Assert.That(build.ExitCode, Is.Zero, build.Output);
        Assert.That(build.Findings, Is.Empty);
    }
}
