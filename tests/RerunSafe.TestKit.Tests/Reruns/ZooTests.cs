using System.Data.Common;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Every known way to break is caught by its name, and the safe twin passes every schedule.</summary>
public class ZooTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_plain_insert_doubles_its_rows_in_a_second_run()
    {
        var report = await Check(Pipelines.PlainInsert, Sales.Good(), "ledger").Schedules(Schedule.Twice).RunAsync();
        TestContext.Out.WriteLine(report);
        var failure = report.Failures.Single();
        Assert.Multiple(() =>
        {
            Assert.That((failure.Schedule, failure.Oracle, failure.Verdict, failure.Table), Is.EqualTo(("Twice", Oracle.Convergence, Verdict.Doubled, "ledger")));
            Assert.That(failure.LikelyRule, Does.StartWith("RERUN1001"));
            Assert.That(failure.Records, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_plain_insert_doubles_its_rows_after_a_death()
    {
        var report = await Check(Pipelines.PlainInsert, Sales.Good(), "ledger").Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        TestContext.Out.WriteLine(report);
        var failure = report.Failures.Single();
        Assert.That((failure.Verdict, failure.Records, failure.Point!.Phase), Is.EqualTo((Verdict.Doubled, 1, CrashPhase.After)));
        Assert.That(failure.Story, Does.Contain("The run died after INSERT INTO ledger").And.Contain("RERUN1001").And.Contain("Only(\"CrashAtEveryWrite/"));
    }

    [Test]
    public Task An_insert_guarded_by_its_key_passes() => Passes(Check(Pipelines.GuardedInsert, Sales.Good(), "ledger"));

    private RerunCheck Check(Func<DbConnection, IAsyncEnumerable<Delivery>, Task> pipeline, IWorkload workload, params string[] tables) =>
        RerunCheck.Pipeline(run => pipeline(run.Connect(_db), run.Deliveries(workload))).Observe([.. tables.Select(_db.Table)]);

    private static async Task Passes(RerunCheck check)
    {
        var report = await check.RunAsync();
        TestContext.Out.WriteLine(report);
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Sum(s => s.Explored), Is.GreaterThan(10), "A check that explores nothing passes too.");
    }
}
