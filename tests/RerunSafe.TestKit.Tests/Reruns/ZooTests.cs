using System.Data.Common;
using RerunSafe.TestKit.Reporting;
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
        var failure = await OnlyFailure(Check(Pipelines.PlainInsert, Sales.Good(), "ledger").Schedules(Schedule.Twice));
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
        var failure = await OnlyFailure(Check(Pipelines.PlainInsert, Sales.Good(), "ledger").Schedules(Schedule.CrashAtEveryWrite));
        Assert.That((failure.Verdict, failure.Records, failure.Point!.Phase, failure.MorePoints), Is.EqualTo((Verdict.Doubled, 1, CrashPhase.After, 11)));
        Assert.That(failure.Story, Does.Contain("The run died after INSERT INTO ledger").And.Contain("RERUN1001").And.Contain("Only(\"CrashAtEveryWrite/"));
    }

    [Test]
    public Task An_insert_guarded_by_its_key_passes() => Passes(Check(Pipelines.GuardedInsert, Sales.Good(), "ledger"));

    [Test]
    public async Task A_relative_update_counts_again()
    {
        var failure = await OnlyFailure(Check(Pipelines.RelativeUpdate, Sales.Good(), "totals").Schedules(Schedule.Times(3)));
        Assert.That((failure.Schedule, failure.Verdict, failure.Records), Is.EqualTo(("Times(3)", Verdict.Changed, 1)));
        Assert.That(failure.LikelyRule, Does.StartWith("RERUN1004"));
    }

    [Test]
    public Task A_total_computed_from_keyed_rows_passes() => Passes(Check(Pipelines.ComputedTotal, Sales.Good(), "sales", "totals"));

    [Test]
    public async Task Two_writes_without_a_transaction_pass_a_second_run_and_fail_after_a_death_between_them()
    {
        var check = Check(Pipelines.TwoWrites, Sales.Good(), "sales", "totals");
        Assert.That((await check.Schedules(Schedule.Twice).RunAsync()).Passed);
        var failure = await OnlyFailure(check.Schedules(Schedule.CrashAtEveryWrite));
        Assert.That(failure.Point!.ToString(), Does.StartWith("after INSERT INTO sales"));
        // One sale was forgotten, and another one of the same shop keeps the total's row from being lost.
        Assert.That((failure.Verdict, failure.Table, failure.Records), Is.EqualTo((Verdict.Changed, "totals", 2)));
        // The update is relative, but what is too small was not counted twice.
        Assert.That(failure.LikelyRule, Does.StartWith("RERUN2001").And.Contain("between two writes that belong into one transaction"));
    }

    [Test]
    public Task Two_writes_in_one_transaction_pass() => Passes(Check(Pipelines.TwoWritesInOneTransaction, Sales.Good(), "sales", "totals"));

    [Test]
    public async Task A_catch_that_goes_on_loses_the_record_whose_write_failed()
    {
        var failure = await OnlyFailure(Check(Pipelines.CatchAndContinue, Sales.Good(), "sales"));
        Assert.That((failure.Schedule, failure.Verdict, failure.Table), Is.EqualTo(("ErrorAtEveryWrite", Verdict.Lost, "sales")));
        Assert.That(failure.LikelyRule, Does.StartWith("RERUN2001"));
    }

    [Test]
    public async Task A_catch_that_goes_on_leaves_no_dead_letter()
    {
        var failure = await OnlyFailure(CheckLetters(Pipelines.CatchAndContinue, "keyed_dead_letters").Schedules(Schedule.Twice));
        Assert.That((failure.Oracle, failure.Verdict, failure.Records), Is.EqualTo((Oracle.Conservation, Verdict.NotDeadLettered, 1)));
    }

    [Test]
    public async Task Malformed_records_without_a_place_for_dead_letters_are_told()
    {
        var failure = await OnlyFailure(Check(Pipelines.KeyedDeadLetters, Sales.Faulty(), "sales").Schedules(Schedule.Twice));
        Assert.That(failure.Verdict, Is.EqualTo(Verdict.NotDeadLettered));
        Assert.That(failure.Story, Does.Contain(".DeadLetters("));
    }

    [Test]
    public async Task A_dead_letter_without_a_key_is_there_twice_after_a_rerun()
    {
        var failure = await OnlyFailure(CheckLetters(Pipelines.PlainDeadLetters, "dead_letters").Schedules(Schedule.Twice));
        Assert.That((failure.Oracle, failure.Verdict, failure.Records), Is.EqualTo((Oracle.Conservation, Verdict.DeadLetteredTwice, 1)));
    }

    [Test]
    public Task Keyed_dead_letters_pass() => Passes(CheckLetters(Pipelines.KeyedDeadLetters, "keyed_dead_letters"), explored: 50);

    [Test]
    public async Task Dead_letters_are_replayed_twice()
    {
        var report = await CheckLetters(Pipelines.KeyedDeadLetters, "keyed_dead_letters").Schedules(Schedule.DeadLetterReplay).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That((report.Schedules.Single().Explored, report.Schedules.Single().Note), Is.EqualTo((2, (string?)null)));
    }

    [Test]
    public async Task A_letter_kept_as_decoded_text_is_altered()
    {
        var failure = await OnlyFailure(CheckLetters(
            (db, deliveries) => Pipelines.DeadLettering(db, deliveries, KeyedLetter, d => System.Text.Encoding.UTF8.GetString(d.Payload.Span)), "keyed_dead_letters").Schedules(Schedule.Twice));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Conservation, Verdict.DeadLetterAltered)));
        Assert.That(failure.Deliveries.Single(), Does.Contain("not UTF-8"));
    }

    [Test]
    public Task A_letter_kept_as_Base64_passes() => Passes(CheckLetters(
        (db, deliveries) => Pipelines.DeadLettering(db, deliveries, KeyedLetter, d => Convert.ToBase64String(d.Payload.Span)), "keyed_dead_letters"));

    [Test]
    public async Task A_transient_error_that_is_dead_lettered_sets_a_good_record_aside()
    {
        var failures = (await CheckLetters(Pipelines.DeadLetterEverything, "keyed_dead_letters").Schedules(Schedule.ErrorAtEveryWrite).RunAsync()).Failures;
        Assert.That(failures.Select(f => f.Verdict), Does.Contain(Verdict.WronglyDeadLettered).And.Contain(Verdict.Lost));
    }

    [Test]
    public async Task A_slice_by_the_day_of_the_run_lands_elsewhere_a_day_later()
    {
        var failure = await OnlyFailure(Observing("days", run => Pipelines.SumByDayOfRun(run.Connect(_db), run.Deliveries(Sales.Good()), run.Clock)).Schedules(Schedule.Twice));
        Assert.That((failure.Verdict, failure.Records), Is.EqualTo((Verdict.Unexpected, 1)));
        Assert.That(failure.LikelyRule, Does.StartWith("RERUN1006"));
    }

    [Test]
    public Task A_slice_by_the_day_of_the_data_passes() => Passes(Check(Pipelines.SumByDayOfArrival, Sales.Good(), "days"), explored: 3);

    [Test]
    public async Task The_wall_clock_in_a_column_is_non_deterministic()
    {
        var failure = await OnlyFailure(Check((db, deliveries) => Pipelines.StampedBy(db, deliveries, () => DateTimeOffset.UtcNow), Sales.Good(), "sales"));
        Assert.That((failure.Oracle, failure.Verdict, failure.Records), Is.EqualTo((Oracle.Determinism, Verdict.NonDeterministic, 1)));
        Assert.That(failure.Story, Does.Contain("column loaded_at of sales").And.Contain(".Ignoring(\"loaded_at\")"));
    }

    [Test]
    public Task An_ignored_load_time_passes() => Passes(
        Check((db, deliveries) => Pipelines.StampedBy(db, deliveries, () => DateTimeOffset.UtcNow), Sales.Good(), "dead_letters").Observe(_db.Table("sales").Ignoring("loaded_at")));

    [Test]
    public async Task A_load_time_by_the_clock_of_the_run_shows_in_a_rerun()
    {
        var failure = await OnlyFailure(Observing("sales", run => Pipelines.StampedBy(run.Connect(_db), run.Deliveries(Sales.Good()), run.Clock.GetUtcNow)).Schedules(Schedule.Twice));
        Assert.That((failure.Verdict, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Changed, "RERUN1006")));
    }

    [Test]
    public async Task A_plain_insert_with_a_load_time_is_laid_to_the_insert_and_not_to_the_clock()
    {
        var failure = await OnlyFailure(Observing("days_loaded", run => Pipelines.StampedInsert(run.Connect(_db), run.Deliveries(Sales.Good()), run.Clock)).Schedules(Schedule.Twice));
        Assert.That((failure.Verdict, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Doubled, "RERUN1001")));
    }

    [Test]
    public async Task A_retry_after_an_ambiguous_commit_doubles_the_row()
    {
        var failure = await OnlyFailure(Check((db, deliveries) => Pipelines.RetriedCommit(db, deliveries, "INSERT INTO ledger (id, shop, amount) VALUES (@Id, @Shop, @Amount)"), Sales.Good(), "ledger").Schedules(Schedule.ErrorAtEveryWrite));
        Assert.That((failure.Verdict, failure.Point!.Statement, failure.Point.Phase, failure.Records), Is.EqualTo((Verdict.Doubled, "COMMIT", CrashPhase.After, 1)));
        Assert.That(failure.Story, Does.Contain("committed, the answer was lost"));
    }

    [Test]
    public Task A_retry_of_an_upsert_passes() => Passes(
        Check((db, deliveries) => Pipelines.RetriedCommit(db, deliveries, "INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount"), Sales.Good(), "sales"));

    private const string KeyedLetter = "INSERT INTO keyed_dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING";

    private RerunCheck CheckLetters(Func<DbConnection, IAsyncEnumerable<Delivery>, Task> pipeline, string table) =>
        Check(pipeline, Sales.Faulty(), "sales").DeadLetters(_db.Table(table), d => d.Payload("payload").Reason("error").Position("source_offset"));

    private RerunCheck Observing(string table, Func<PipelineRun, Task> pipeline) => RerunCheck.Pipeline(pipeline).Observe(_db.Table(table));

    private RerunCheck Check(Func<DbConnection, IAsyncEnumerable<Delivery>, Task> pipeline, IWorkload workload, params string[] tables) =>
        RerunCheck.Pipeline(run => pipeline(run.Connect(_db), run.Deliveries(workload))).Observe([.. tables.Select(_db.Table)]);

    private static async Task<RerunFailure> OnlyFailure(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Failures, Has.Count.EqualTo(1), report.ToString());
        return report.Failures[0];
    }

    private static async Task Passes(RerunCheck check, int explored = 10)
    {
        var report = await check.RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Sum(s => s.Explored), Is.GreaterThanOrEqualTo(explored), "A check that explores nothing passes too.");
    }
}
