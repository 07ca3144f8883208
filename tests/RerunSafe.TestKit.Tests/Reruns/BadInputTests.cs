using Bogus;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>A check that is set up wrongly says so and never passes.</summary>
public class BadInputTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public void A_check_that_observes_nothing_is_refused() => Refuses(
        RerunCheck.Pipeline(run => Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Good()))), "looks at no table", ".Observe(");

    [Test]
    public void A_check_that_observes_the_dead_letters_only_is_refused() => Refuses(
        RerunCheck.Pipeline(_ => Task.CompletedTask).Observe(_db.Table("dead_letters")).DeadLetters(_db.Table("dead_letters"), d => d.Payload("payload")), "looks at no table");

    [Test]
    public void Observing_no_table_is_refused() =>
        Assert.That(() => RerunCheck.Pipeline(_ => Task.CompletedTask).Observe(), Throws.TypeOf<RerunCheckException>().With.Message.Contains("at least one table"));

    [Test]
    public void A_table_that_does_not_exist_is_told_with_the_nearest_name() =>
        Assert.That(() => _db.Table("ledgr"), Throws.TypeOf<SinkException>().With.Message.Contains("Did you mean 'ledger'"));

    [Test]
    public void A_workload_without_deliveries_is_refused() => Refuses(Check(Sales.Good(0)), "no deliveries", "Raise Count");

    [Test]
    public void A_pipeline_that_never_asks_for_deliveries_is_refused() =>
        Refuses(RerunCheck.Pipeline(_ => Task.CompletedTask).Observe(_db.Table("ledger")), "never asked for its deliveries", "run.Deliveries(workload)");

    [Test]
    public void A_pipeline_that_never_reads_its_deliveries_is_refused() => Refuses(
        RerunCheck.Pipeline(run =>
        {
            _ = run.Deliveries(Sales.Good());
            return Task.CompletedTask;
        }).Observe(_db.Table("ledger")), "without having read any delivery");

    [Test]
    public void A_pipeline_that_is_null_is_refused() =>
        Refuses(RerunCheck.Pipeline(_ => null!).Observe(_db.Table("ledger")), "returned null");

    [Test]
    public void Two_workloads_of_one_name_are_refused() => Refuses(
        RerunCheck.Pipeline(async run =>
        {
            await Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Good()));
            await Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Good(5)));
        }).Observe(_db.Table("ledger")), "name 'sales'", ".Named(");

    [Test]
    public void A_faker_that_throws_ends_the_check_with_the_record() =>
        Assert.That(async () => await Check(Workload.Of(new BrokenFaker()).Count(100)).RunAsync(), Throws.TypeOf<WorkloadException>().With.Message.Contains("57"));

    [Test]
    public void No_schedule_is_refused() =>
        Assert.That(() => Check(Sales.Good()).Schedules(), Throws.TypeOf<RerunCheckException>().With.Message.Contains("Schedule.Twice"));

    [Test]
    public void A_schedule_of_one_run_is_refused() => Assert.That(() => Schedule.Times(1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_deadline_of_nothing_is_refused() => Assert.That(() => Check(Sales.Good()).Within(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase("Twice/groups 4", "name of a workload")]
    [TestCase("Twice/groups sales x", "number of a group")]
    [TestCase("CrashAtEveryWrite/abc/17", "begin with 'groups '")]
    public void A_text_that_is_no_repro_token_is_refused(string token, string why) =>
        Assert.That(() => Check(Sales.Good()).Only(token), Throws.ArgumentException.With.Message.Contains(why).And.Message.Contains("take it from a report"));

    [Test]
    public void A_token_of_an_unknown_schedule_is_refused() => Refuses(Check(Sales.Good()).Only("Thrice/groups sales 1"), "'Thrice'", "Twice");

    [Test]
    public void A_token_of_another_workload_is_refused() => Refuses(Check(Sales.Good()).Only("Twice/groups orders 1"), "'orders'", "It reads: sales");

    [Test]
    public void A_token_of_a_group_that_is_not_there_is_refused() => Refuses(Check(Sales.Good()).Only("Twice/groups sales 99"), "There is no group 99");

    [Test]
    public void A_sample_of_nothing_is_refused() => Assert.That(() => Check(Sales.Good()).AtMost(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_token_of_a_point_that_is_gone_fails()
    {
        var failure = (await Check(Sales.Good()).Only("CrashAtEveryWrite/0123456789ab/groups sales 1").RunAsync()).Failures.Single();
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Coverage, Verdict.UnreachedPoint)));
    }

    [Test]
    public void Dead_letters_without_a_payload_are_refused() =>
        Assert.That(() => Check(Sales.Good()).DeadLetters(_db.Table("dead_letters"), d => d.Reason("error")), Throws.TypeOf<RerunCheckException>().With.Message.Contains("d.Payload("));

    [Test]
    public void A_dead_letter_column_that_does_not_exist_is_told() =>
        Assert.That(() => Check(Sales.Good()).DeadLetters(_db.Table("dead_letters"), d => d.Payload("paylod")), Throws.TypeOf<SinkException>().With.Message.Contains("'payload'"));

    [Test]
    public async Task The_sinks_hold_afterwards_what_they_held_before()
    {
        await using (var connection = _db.CreateConnection())
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES ('old', 'north', 1)");
        }

        var report = await Check(Sales.Good()).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That((await _db.ReadAsync(_db.Table("ledger"))).Rows.Single()["id"], Is.EqualTo("old"));
    }

    [Test]
    public void A_cancelled_check_ends()
    {
        using var cancelled = new CancellationTokenSource();
        var check = RerunCheck.Pipeline(async run =>
        {
            _ = run.Deliveries(Sales.Good());
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, run.Stopping);
        }).Observe(_db.Table("ledger"));
        Assert.That(async () => await check.RunAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private RerunCheck Check(IWorkload workload) =>
        RerunCheck.Pipeline(run => Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(workload))).Observe(_db.Table("ledger"));

    private static void Refuses(RerunCheck check, params string[] says)
    {
        var refused = Assert.ThrowsAsync<RerunCheckException>(async () => await check.RunAsync())!;
        foreach (var text in says)
            Assert.That(refused.Message, Does.Contain(text));
    }

    private sealed class BrokenFaker : Faker<Sale>
    {
        public BrokenFaker()
        {
            CustomInstantiator(_ => new Sale { Id = "", Shop = "" });
            RuleFor(s => s.Id, f => f.IndexFaker == 57 ? throw new InvalidOperationException("no more numbers") : $"S{f.IndexFaker}");
        }
    }
}
