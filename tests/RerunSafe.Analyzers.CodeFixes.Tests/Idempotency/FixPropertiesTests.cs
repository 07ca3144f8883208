using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

/// <summary>What the diagnostics tell the fix: the same while typing and at the end of a build.</summary>
[Parallelizable(ParallelScope.All)]
public class FixPropertiesTests
{
    private const string Schema = """public static class Schema { public static void Create(SqliteConnection db) => db.Execute("CREATE TABLE orders (shop TEXT, id TEXT, name TEXT, PRIMARY KEY (shop, id))"); }""";
    private const string Insert = """db.Execute("INSERT INTO orders (shop, id, name) VALUES ('a', 'b', 'c')");""";

    [Test]
    public async Task A_live_diagnostic_and_one_of_the_end_carry_the_same_properties()
    {
        var live = (await VerifyFix.DiagnosticsAsync(Schema, $$"""
            public class ImportJob(SqliteConnection db) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken) { {{Insert}} return Task.CompletedTask; }
            }
            """)).Single();
        var atEnd = (await VerifyFix.DiagnosticsAsync(Schema,
            "public class ImportJob(Store store) : BackgroundService { protected override Task ExecuteAsync(CancellationToken stoppingToken) { store.Save(); return Task.CompletedTask; } }",
            $$"""public class Store(SqliteConnection db) { public void Save() { {{Insert}} } }""")).Single();

        Assert.That(live.Descriptor.CustomTags, Does.Not.Contain(WellKnownDiagnosticTags.CompilationEnd));
        Assert.That(atEnd.Descriptor.CustomTags, Does.Contain(WellKnownDiagnosticTags.CompilationEnd));
        foreach (var diagnostic in new[] { live, atEnd })
        {
            Assert.That(diagnostic.Properties["Key"], Is.EqualTo("shop,id"));
            Assert.That(diagnostic.Properties["Columns"], Is.EqualTo("shop,id,name"));
            Assert.That(diagnostic.Properties["Dialect"], Is.EqualTo("Sqlite"));
            var text = diagnostic.Location.SourceTree!.ToString();
            Assert.That(text[..int.Parse(diagnostic.Properties["StatementEnd"]!)], Does.EndWith("VALUES ('a', 'b', 'c')"));
        }
    }

    [Test]
    public async Task A_statement_that_takes_no_clause_has_no_end()
    {
        var diagnostic = (await VerifyFix.DiagnosticsAsync(Schema, """
            public class ImportJob(SqliteConnection db) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken) => db.ExecuteAsync("INSERT INTO orders (shop, id, name) VALUES ('a', 'b', 'c'); SELECT last_insert_rowid()");
            }
            """)).Single();
        Assert.That(diagnostic.Properties.GetValueOrDefault("StatementEnd"), Is.Null);
    }
}
