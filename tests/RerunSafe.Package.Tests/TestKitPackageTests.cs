namespace RerunSafe.Package.Tests;

/// <summary>The test kit as a newcomer gets it: packages from a feed, a test project made on the spot.</summary>
public class TestKitPackageTests
{
    private static readonly string Packages = $"""
        <PackageReference Include="RerunSafe.TestKit.NUnit" Version="{PackedFeed.Version}" />
        <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.14.0" />
        <PackageReference Include="NUnit3TestAdapter" Version="5.0.0" />
        <PackageReference Include="Dapper" Version="2.1.66" />
        """;

    private static string Source(string insert) => $$"""
        using System;
        using System.Data.Common;
        using System.Text.Json;
        using System.Threading.Tasks;
        using Bogus;
        using Dapper;
        using NUnit.Framework;
        using RerunSafe.TestKit.NUnit;
        using RerunSafe.TestKit.Reruns;
        using RerunSafe.TestKit.Sinks;
        using RerunSafe.TestKit.Workloads;

        public sealed class Order { public string Id { get; set; } = ""; public int Amount { get; set; } }

        public class OrderTests
        {
            [Test]
            public async Task Orders_survive_reruns()
            {
                var faker = new Faker<Order>().RuleFor(o => o.Id, f => f.Random.Guid().ToString()).RuleFor(o => o.Amount, f => f.Random.Int(1, 9));
                var orders = Workload.Of(faker).Count(5).Seed(42).KeyedBy(o => o.Id);
                await using var db = await SqliteSink.CreateAsync("CREATE TABLE orders (id TEXT, amount INTEGER); CREATE UNIQUE INDEX orders_key ON orders (id, amount) WHERE amount < 0; {{(insert.Contains("CONFLICT", StringComparison.Ordinal) ? "CREATE UNIQUE INDEX orders_id ON orders (id);" : "")}}");
                var report = await RerunCheck
                    .Pipeline(async run =>
                    {
                        var connection = run.Connect(db);
                        await foreach (var delivery in run.Deliveries(orders))
                        {
                            var order = JsonSerializer.Deserialize<Order>(delivery.Payload.Span, JsonSerializerOptions.Web)!;
                            await connection.ExecuteAsync("{{insert}}", order);
                        }
                    })
                    .Observe(db.Table("orders").Key("id"))
                    .RunAsync();
                Assert.That(report, Is.RerunSafe);
            }
        }
        """;

    [Test]
    public void A_leaky_pipeline_fails_with_its_story()
    {
        using var project = new FreshProject(Source("INSERT INTO orders (id, amount) VALUES (@Id, @Amount)"), "<LangVersion>preview</LangVersion><GenerateProgramFile>true</GenerateProgramFile>", packages: Packages);
        var run = project.Dotnet("test", "-nologo");
        Assert.That(run.ExitCode, Is.Not.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("Doubled").And.Contain("RERUN1001").And.Contain(".Only("), run.Output);
    }

    [Test]
    public void A_safe_pipeline_passes()
    {
        using var project = new FreshProject(Source("INSERT INTO orders (id, amount) VALUES (@Id, @Amount) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount"), "<LangVersion>preview</LangVersion><GenerateProgramFile>true</GenerateProgramFile>", packages: Packages);
        var run = project.Dotnet("test", "-nologo");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }
}
