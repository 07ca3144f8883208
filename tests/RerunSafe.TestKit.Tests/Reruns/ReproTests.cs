using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

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
    public async Task A_repaired_pipeline_passes_the_token()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var leaky = RerunCheck.Pipeline(run => Pipelines.PlainInsert(run.Connect(db), run.Deliveries(Sales.Good()))).Observe(db.Table("ledger"));
        var repro = (await leaky.Schedules(Schedule.Twice).RunAsync()).Failures.Single().Repro;
        var repaired = RerunCheck.Pipeline(run => Pipelines.GuardedInsert(run.Connect(db), run.Deliveries(Sales.Good()))).Observe(db.Table("ledger"));
        Assert.That((await repaired.Only(repro).RunAsync()).Passed);
    }
}
