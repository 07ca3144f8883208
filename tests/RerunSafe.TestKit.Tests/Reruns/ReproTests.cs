using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

public class ReproTests
{
    [TestCase("Once")]
    [TestCase("Twice/groups sales 4")]
    [TestCase("CrashAtEveryWrite/3b1f0c9a77d2")]
    [TestCase("CrashAtEveryWrite/3b1f0c9a77d2/groups customers 2; orders 4,17")]
    [TestCase("CrashAtEveryWrite/3b1f0c9a77d2/groups shop/orders 4")]
    [TestCase("Times(3)/groups shop/orders a 4,17")]
    public void A_token_survives_being_read(string token) => Assert.That(ReproToken.Parse(token).ToString(), Is.EqualTo(token));

    [Test]
    public async Task A_token_runs_its_point_on_its_records_only()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var check = RerunCheck.Pipeline(run => Pipelines.TwoWrites(run.Connect(db), run.Deliveries(Sales.Good()))).Observe(db.Table("sales"), db.Table("totals"));
        var whole = (await check.Schedules(Schedule.CrashAtEveryWrite).RunAsync()).Failures.Single();

        var again = await check.Only(whole.Repro).RunAsync();

        var failure = again.Failures.Single();
        Assert.Multiple(() =>
        {
            Assert.That((failure.Verdict, failure.Table, failure.Point, failure.Records), Is.EqualTo((whole.Verdict, whole.Table, whole.Point, whole.Records)));
            Assert.That(failure.Diff!.ToString(), Is.EqualTo(whole.Diff!.ToString()));
            Assert.That(failure.Repro, Is.EqualTo(whole.Repro));
            Assert.That(again.Schedules.Single().Explored, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_file_replays_its_point_with_its_own_deliveries()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        RerunCheck Check(IWorkload workload) => RerunCheck.Pipeline(run => Pipelines.TwoWrites(run.Connect(db), run.Deliveries(workload))).Observe(db.Table("sales"), db.Table("totals"));
        var whole = (await Check(Sales.Good()).Schedules(Schedule.CrashAtEveryWrite).RunAsync()).Failures.Single();
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "two-writes.rerun.json");
        whole.SaveRepro(path);

        // Another generator, another count: the file's deliveries count, and where there is no generator at all, they are a workload.
        foreach (var workload in new[] { Sales.Faulty(3), Workload.FromRepro(path), Workload.FromRepro(path, "sales") })
        {
            var again = await Check(workload).Replay(path).RunAsync();
            var failure = again.Failures.Single();
            Assert.That((failure.Verdict, failure.Table, failure.Point, failure.Records), Is.EqualTo((whole.Verdict, whole.Table, whole.Point, whole.Records)));
            Assert.That(failure.Deliveries, Is.EqualTo(whole.Deliveries));
            Assert.That(again.Schedules.Single().Explored, Is.EqualTo(1));
            Assert.That(again.Inputs.Single(), Does.Contain("3 × Sale").Or.Contain("12 × Sale").And.Contain("kept in a file"));
        }

        Assert.That(await File.ReadAllTextAsync(path), Does.Contain("\"schedule\": \"CrashAtEveryWrite\"").And.Contain("Changed: 1 row of totals").And.Contain("\\\"id\\\":\\\"S"));
    }

    [Test]
    public async Task A_file_holds_malformed_bytes_and_the_repaired_records()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var check = RerunCheck.Pipeline(run => run.IsDeadLetterReplay
                ? Pipelines.PlainInsert(run.Connect(db), run.Deliveries(Sales.Faulty()))
                : Pipelines.LedgerWithDeadLetters(run.Connect(db), run.Deliveries(Sales.Faulty())))
            .Observe(db.Table("ledger")).DeadLetters(db.Table("keyed_dead_letters"), d => d.Payload("payload").Position("source_offset"));
        var whole = (await check.Schedules(Schedule.DeadLetterReplay).RunAsync()).Failures.Single(f => f.Verdict == Verdict.Doubled);
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "letters.rerun.json");
        whole.SaveRepro(path);
        var again = (await check.Replay(path).RunAsync()).Failures.Single(f => f.Verdict == Verdict.Doubled);
        Assert.That(again.Diff!.ToString(), Is.EqualTo(whole.Diff!.ToString()));
    }

    [TestCase("{ \"format\": 2 }", "cannot be read")]
    [TestCase("not JSON", "cannot be read")]
    public void A_file_that_is_none_is_refused(string content, string says)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "none.rerun.json");
        File.WriteAllText(path, content);
        Assert.That(() => RerunCheck.Pipeline(_ => Task.CompletedTask).Replay(path), Throws.TypeOf<RerunCheckException>().With.Message.Contains(says).And.Message.Contains("none.rerun.json"));
        Assert.That(() => RerunCheck.Pipeline(_ => Task.CompletedTask).Replay("nowhere.rerun.json"), Throws.TypeOf<RerunCheckException>());
    }

    [Test]
    public async Task A_file_of_another_workload_is_refused()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        RerunCheck Check(IWorkload workload) => RerunCheck.Pipeline(run => Pipelines.PlainInsert(run.Connect(db), run.Deliveries(workload))).Observe(db.Table("ledger"));
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "sales.rerun.json");
        (await Check(Sales.Good()).Schedules(Schedule.Twice).RunAsync()).Failures.Single().SaveRepro(path);
        Assert.That(async () => await Check(Sales.Good().Named("orders")).Replay(path).RunAsync(), Throws.TypeOf<RerunCheckException>().With.Message.Contains("'orders'").And.Message.Contains("sales"));
        Assert.That(() => Workload.FromRepro(path, "orders"), Throws.TypeOf<RerunCheckException>().With.Message.Contains("'sales'"));
    }

    [Test]
    public async Task A_repaired_pipeline_passes_the_token()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var leaky = RerunCheck.Pipeline(run => Pipelines.PlainInsert(run.Connect(db), run.Deliveries(Sales.Good()))).Observe(db.Table("ledger"));
        var repro = (await leaky.Schedules(Schedule.Twice).RunAsync()).Failures.Single().Repro;
        var repaired = RerunCheck.Pipeline(run => Pipelines.GuardedInsert(run.Connect(db), run.Deliveries(Sales.Good()))).Observe(db.Table("ledger"));
        Assert.That((await repaired.Only(repro).RunAsync()).Passed);
    }
}
