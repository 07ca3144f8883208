using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <content>Pipelines that drop the same records on every run, so that each run equals the others.</content>
public partial class SilentPassTests
{
    [Test]
    public async Task A_pipeline_that_stops_before_the_end_of_its_deliveries_loses_the_others()
    {
        var failures = (await Check(async run =>
        {
            var db = run.Connect(_db);
            var taken = 0;
            await foreach (var delivery in run.Deliveries(Sales.Good(5)))
            {
                await Pipelines.TwoWritesInOneTransaction(db, One(delivery));
                if (++taken == 3)
                    break;
            }
        }).Schedules(Schedule.Twice).RunAsync()).Failures;
        Assert.That(failures.Select(f => (f.Oracle, f.Verdict)), Does.Contain((Oracle.Conservation, Verdict.Lost)));
        Assert.That(failures[0].Story, Does.Contain("after 3 of 4 deliveries"));
    }

    [Test]
    public async Task Good_records_that_every_run_drops_are_lost()
    {
        var failures = (await Check(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(9)))
            {
                if (delivery.Position % 3 != 0)
                    await Pipelines.TwoWritesInOneTransaction(db, One(delivery));
            }
        }).Schedules(Schedule.Twice).RunAsync()).Failures;
        Assert.That(failures.Select(f => (f.Oracle, f.Verdict, f.Table)), Is.EqualTo(new[] { (Oracle.Conservation, Verdict.Lost, "sales") }));
        Assert.That(failures[0].Story, Does.Contain("On the whole input: 3 of 9 good records").And.Contain("key S"));
    }

    [Test]
    public async Task Records_that_the_contract_leaves_out_are_not_missed()
    {
        var odd = Sales.Good(9).FilteredOut(sale => sale.Id is "S0" or "S3" or "S6");
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(odd))
            {
                if (delivery.Position % 3 != 0)
                    await Pipelines.TwoWritesInOneTransaction(db, One(delivery));
            }
        }).Observe(_db.Table("sales"), _db.Table("totals")).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    [Test]
    public async Task A_record_that_the_contract_leaves_out_and_the_pipeline_keeps_is_against_the_truth()
    {
        var odd = Sales.Good(9).FilteredOut(sale => sale.Id == "S3");
        var failure = await OnlyFailure(Check(run => Pipelines.UpsertSales(run.Connect(_db), run.Deliveries(odd))));
        Assert.That((failure.Oracle, failure.Verdict, failure.Records), Is.EqualTo((Oracle.Truth, Verdict.Unexpected, 1)));
    }

    [Test]
    public async Task Rows_that_were_there_before_hide_no_pipeline_that_writes_nothing()
    {
        await using (var own = _db.CreateConnection())
        {
            await own.OpenAsync();
            await own.ExecuteAsync("INSERT INTO sales (id, shop, amount, version) VALUES ('S0', 'north', 1, 1)");
        }

        var failure = await OnlyFailure(Check(async run =>
        {
            var db = run.Connect(_db);
            await using var forgotten = await db.BeginTransactionAsync();
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
                await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Position, '', 1)", new { delivery.Position }, forgotten);
        }));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Truth, Verdict.Lost)));
        Assert.That(failure.Story, Does.Contain("changed nothing in the sinks").And.Contain("never commits"));
    }

    [Test]
    public async Task One_unseen_write_in_the_middle_of_many_is_found()
    {
        var failure = await OnlyFailure(Check(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(90)))
            {
                await Pipelines.UpsertSales(db, One(delivery));
                if (delivery.Position != 3_700)
                    continue;
                await using var own = _db.CreateConnection();
                await own.OpenAsync();
                await own.ExecuteAsync("INSERT INTO days (day, amount) VALUES ('seen by nobody', 1) ON CONFLICT DO NOTHING");
            }
        }).Schedules(Schedule.Twice));
        Assert.That(failure.Verdict, Is.EqualTo(Verdict.UnseenWrite));
    }

    [Test]
    public async Task What_cannot_be_told_of_single_records_is_said()
    {
        var sums = await RerunCheck.Pipeline(run => Pipelines.SumByDayOfArrival(run.Connect(_db), run.Deliveries(Sales.Good(3))))
            .Observe(_db.Table("days")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(sums.Notes.Single(), Does.Contain("no observed table holds the business keys"));
        var keyless = await Check(run => Pipelines.UpsertSales(run.Connect(_db), run.Deliveries(Workload.Of(new SaleFaker()).Count(3)))).Schedules(Schedule.Twice).RunAsync();
        Assert.That(keyless.Notes.Single(), Does.Contain(".KeyedBy("));
    }

    [Test]
    public async Task A_batch_that_is_flushed_only_when_it_is_full_loses_its_rest()
    {
        var failures = (await Check(async run =>
        {
            var db = run.Connect(_db);
            var batch = new List<Delivery>();
            await foreach (var delivery in run.Deliveries(Sales.Good(10)))
            {
                batch.Add(delivery);
                if (batch.Count < 4)
                    continue;
                foreach (var one in batch)
                    await Pipelines.TwoWritesInOneTransaction(db, One(one));
                batch.Clear();
            }
        }).Schedules(Schedule.Twice).RunAsync()).Failures;
        Assert.That(failures.Select(f => (f.Oracle, f.Verdict, f.Table)), Is.EqualTo(new[] { (Oracle.Conservation, Verdict.Lost, "sales") }));
    }
}
