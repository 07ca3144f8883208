using System.Text;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Rules.Toolkit;

/// <summary>RERUN0003: where silence means nothing, because the engine stopped reading.</summary>
[Parallelizable(ParallelScope.All)]
public class EngineLimitTests
{
    private const string On = "dotnet_diagnostic.RERUN0003.severity = suggestion";

    [Test]
    public Task A_body_beyond_the_limit_is_named() => Verify.WithOptionsAsync(Large(FactCollector.MaxOperations + 1, "{|RERUN0003:ExecuteAsync|}", "INSERT INTO orders"), On);

    [Test]
    public Task A_large_body_within_the_limit_is_read_to_its_end() => Verify.WithOptionsAsync(Large(FactCollector.MaxOperations / 10, "ExecuteAsync", "{|RERUN1001:INSERT INTO orders|}"), On);

    [Test]
    public Task It_is_off_by_default() => Verify.SaysNothingAsync(Large(FactCollector.MaxOperations + 1, "ExecuteAsync", "INSERT INTO orders"));

    [Test]
    public Task A_way_beyond_the_limit_is_named_where_it_is_cut_off() => Verify.WithOptionsAsync(Chain(RerunPaths.MaxDepth, "{|RERUN0003:Step", "INSERT INTO orders"), On);

    [Test]
    public Task A_way_within_the_limit_is_followed_to_its_end() => Verify.WithOptionsAsync(Chain(RerunPaths.MaxDepth - 1, "Step", "{|RERUN1001:INSERT INTO orders|}"), On);

    // new[] { 0, 0, … } has an operation per element and binds fast.
    private static string Large(int operations, string name, string insert)
    {
        var zeros = new StringBuilder("0");
        for (var i = 1; i < operations; i++)
            zeros.Append(",0");
        return $$"""
            public class Job(SqliteConnection db) : BackgroundService
            {
                protected override async Task {{name}}(CancellationToken stoppingToken)
                {
                    var zeros = new[] { {{zeros}} };
                    foreach (var id in File.ReadLines("orders.csv"))
                        await db.ExecuteAsync("{{insert}} (id) VALUES (@id)", new { id, zeros.Length });
                }
            }
            """;
    }

    // ExecuteAsync calls Step1, which calls Step2, …; the last one, which is this many calls away and one more, writes.
    private static string Chain(int depth, string cut, string insert)
    {
        var steps = new StringBuilder();
        for (var i = 1; i <= depth; i++)
            steps.Append(i == depth && cut.StartsWith('{') ? $"Task {cut}{i}|}}() => Step{i + 1}();\n" : $"Task Step{i}() => Step{i + 1}();\n");
        return Jobs.Once("await Step1();", $$"""
            {{steps}}
            Task Step{{depth + 1}}() => db.ExecuteAsync("{{insert}} (id) VALUES (1)");
            """);
    }
}
