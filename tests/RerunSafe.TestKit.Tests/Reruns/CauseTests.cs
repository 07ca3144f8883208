using System.Text.Json;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>A failure is told with its own cause, on the fewest records, also when it comes in company.</summary>
public class CauseTests
{
    private const string Schema = """
        CREATE TABLE sales (row_id INTEGER PRIMARY KEY, id TEXT NOT NULL, amount INTEGER NOT NULL, version INTEGER NOT NULL);
        CREATE TABLE days (day TEXT NOT NULL, shop TEXT NOT NULL, sales INTEGER NOT NULL, PRIMARY KEY (day, shop));
        """;

    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task Rows_that_move_to_another_day_are_laid_to_the_clock_under_every_schedule()
    {
        var report = await Check(inserts: false, counts: false).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Schedule).Distinct().Count(), Is.EqualTo(3));
        Assert.That(report.Failures.Select(f => f.LikelyRule), Is.All.StartsWith("RERUN1006"));
        Assert.That(report.Failures.Select(f => f.Story), Is.All.Contains("when the rerun is on another day, and only then"));
    }

    [Test]
    public async Task A_count_by_the_day_of_the_run_has_two_causes_and_both_are_told()
    {
        var failures = (await Check(inserts: false, counts: true).Schedules(Schedule.Twice).RunAsync()).Failures;
        Assert.That(failures.Select(f => (f.Verdict, f.LikelyRule![..9])), Is.EqualTo(new[] { (Verdict.Changed, "RERUN1004"), (Verdict.Unexpected, "RERUN1006") }));
    }

    [Test]
    public async Task Each_of_several_failures_is_shrunk_to_one_record()
    {
        var failures = (await Check(inserts: true, counts: true).Schedules(Schedule.CrashAtEveryWrite).RunAsync()).Failures;
        var doubled = failures.Single(f => f.Verdict == Verdict.Doubled);
        Assert.That((doubled.Table, doubled.Records, doubled.LikelyRule![..9]), Is.EqualTo(("sales", 1, "RERUN1001")));
        Assert.That(failures.Select(f => f.Records), Is.All.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Two_versions_under_one_key_are_no_doubled_row()
    {
        var workload = Sales.Good(6).WithDuplicates(0.5, Duplicates.NewerVersion((Sale s) => s.Id, s => s.Version));
        var failure = (await Check(inserts: true, counts: false, workload).Schedules(Schedule.Twice).RunAsync()).Failures.First(f => f is { Oracle: Oracle.Truth, Table: "sales" });
        Assert.That((failure.Verdict, failure.Records, failure.Diff!.Doubled.Count, failure.Diff.OtherVersions.Count), Is.EqualTo((Verdict.Unexpected, 1, 0, 1)));
        Assert.That(failure.Story, Does.Contain("beside the right row of the same key").And.Contain("is right)"));
    }

    private RerunCheck Check(bool inserts, bool counts, IWorkload? workload = null) => RerunCheck.Pipeline(async run =>
    {
        var db = run.Connect(_db);
        var day = run.Clock.GetUtcNow().ToString("yyyy-MM-dd");
        await foreach (var delivery in run.Deliveries(workload ?? Sales.Good(8)))
        {
            var sale = JsonSerializer.Deserialize<Sale>(delivery.Payload.Span, JsonSerializerOptions.Web)!;
            if (inserts)
                await db.ExecuteAsync("INSERT INTO sales (id, amount, version) VALUES (@Id, @Amount, @Version)", sale);
            await db.ExecuteAsync($"INSERT INTO days (day, shop, sales) VALUES (@day, @Shop, 1) ON CONFLICT (day, shop) DO UPDATE SET sales = {(counts ? "sales + 1" : "1")}", new { day, sale.Shop });
        }
    }).Observe([.. inserts ? [_db.Table("sales").Key("id").Ignoring("row_id")] : Array.Empty<TableView>(), _db.Table("days")]);
}
