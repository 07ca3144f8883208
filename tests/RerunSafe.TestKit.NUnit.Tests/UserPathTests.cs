using RerunSafe.TestKit.NUnit;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace Orders.Tests;

/// <summary>What a user writes, in a namespace of their own.</summary>
public class UserPathTests
{
    private const string Schema = """
        CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL, day TEXT NOT NULL, updated_at INTEGER NOT NULL, loaded_at TEXT NOT NULL);
        CREATE TABLE daily_totals (day TEXT PRIMARY KEY, cents INTEGER NOT NULL);
        CREATE TABLE dead_letters (source_offset INTEGER PRIMARY KEY, payload BLOB NOT NULL, error TEXT NOT NULL);
        """;

    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(40).Seed(43)
        .WithDuplicates(0.05, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt))
        .WithLate(0.05, o => o.OccurredAt, past: TimeSpan.FromMinutes(3))
        .WithMalformed(0.1, Malformed.Truncated, Malformed.WrongType, Malformed.MissingField, Malformed.NotUtf8);

    [Test]
    public async Task Orders_survive_reruns() => Assert.That(await Report(leaky: false), Is.RerunSafe);

    [Test]
    public async Task A_leaky_pipeline_fails_the_assertion_with_its_story()
    {
        var report = await Report(leaky: true);
        var failure = Assert.Throws<AssertionException>(() => Isolated(() => Assert.That(report, Is.RerunSafe)))!;
        Assert.That(failure.Message, Does.Contain("a pipeline that is rerun-safe").And.Contain("daily_totals").And.Contain("RERUN1004").And.Contain(".Only(\"Twice"));
    }

    [Test]
    public async Task A_failure_attaches_the_whole_report()
    {
        var report = await Report(leaky: true);
        var result = new RerunSafeConstraint().ApplyTo(report);
        Assert.That(result.IsSuccess, Is.False);
        var message = new NUnit.Framework.Internal.TextMessageWriter();
        result.WriteMessageTo(message);
        var path = message.ToString().Split("The report is attached: ")[1].Trim();
        Assert.That(File.ReadAllText(path), Is.EqualTo(report.ToString()));
    }

    [Test]
    public async Task A_failure_attaches_a_file_that_replays_it_without_the_generator()
    {
        var report = await Report(leaky: true);
        var message = new NUnit.Framework.Internal.TextMessageWriter();
        new RerunSafeConstraint().ApplyTo(report).WriteMessageTo(message);
        var path = message.ToString().Split("RerunCheck.Pipeline(…).Replay(\"")[1].Split('"')[0];
        await using var db = await SqliteSink.CreateAsync(Schema);
        var again = await Check(db, leaky: true, Workload.FromRepro(path)).Replay(path).RunAsync();
        Assert.That(again.Failures.Select(f => (f.Schedule, f.Verdict, f.Table)), Does.Contain((report.Failures[0].Schedule, report.Failures[0].Verdict, report.Failures[0].Table)));
        Assert.That(await Check(db, leaky: false, Workload.FromRepro(path)).Replay(path).RunAsync(), Is.RerunSafe);
    }

    [Test]
    public void Only_a_report_can_be_rerun_safe() =>
        Assert.That(() => new RerunSafeConstraint().ApplyTo("all is well"), Throws.ArgumentException.With.Message.Contains("not System.String"));

    [Test]
    public void A_check_that_was_not_awaited_is_told_so() =>
        Assert.That(() => new RerunSafeConstraint().ApplyTo(Task.FromResult(1)), Throws.ArgumentException.With.Message.Contains("Await the check"));

    /// <summary>A failed assertion inside its own context does not fail the test around it.</summary>
    private static void Isolated(TestDelegate code)
    {
        using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
            code();
    }

    private static async Task<RerunReport> Report(bool leaky)
    {
        await using var db = await SqliteSink.CreateAsync(Schema);
        return await Check(db, leaky, Orders).RunAsync();
    }

    private static RerunCheck Check(SqliteSink db, bool leaky, IWorkload orders) => RerunCheck
        .Pipeline(run => new OrderPipeline(run.Connect(db), run.Clock, leaky).RunAsync(run.Deliveries(orders), run.Stopping))
        .Observe(db.Table("orders").Key("id").Ignoring("loaded_at"), db.Table("daily_totals"))
        .DeadLetters(db.Table("dead_letters"), d => d.Payload("payload").Reason("error").Position("source_offset"));
}
