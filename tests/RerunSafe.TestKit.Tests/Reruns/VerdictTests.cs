using System.Data.Common;
using Dapper;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Verdicts that the zoo has no pipeline for. Where a verdict must not occur, the zoo's safe twins show it.</summary>
public class VerdictTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_pipeline_that_throws_when_it_is_built_has_crashed()
    {
        var failure = await OnlyFailure(Check(_ => throw new InvalidOperationException("no configuration")));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Completion, Verdict.Crashed)));
        Assert.That(failure.Story, Does.Contain("InvalidOperationException before it took a delivery: no configuration").And.Contain("the clean input either"));
    }

    [Test]
    public async Task A_malformed_record_that_ends_the_run_has_crashed_it()
    {
        var failure = await OnlyFailure(Check(run => Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Faulty()))));
        Assert.That((failure.Verdict, failure.Records), Is.EqualTo((Verdict.Crashed, 1)));
        Assert.That(failure.Story, Does.Contain("JsonException while it worked on delivery").And.Contain("RERUN2002"));
    }

    [Test]
    public async Task A_rerun_that_cannot_get_past_its_own_rows_has_crashed()
    {
        var failure = await OnlyFailure(Check(run => InsertOnly(run.Connect(_db), run.Deliveries(Sales.Good()))).Schedules(Schedule.CrashAtEveryWrite));
        Assert.That((failure.Schedule, failure.Verdict, failure.Records), Is.EqualTo(("CrashAtEveryWrite", Verdict.Crashed, 1)));
        Assert.That(failure.Story, Does.Contain("UNIQUE constraint failed").And.Contain("run after the death"));
    }

    [Test]
    public async Task A_pipeline_that_waits_for_ever_has_hung_and_the_stack_of_its_task_is_told()
    {
        var failure = await OnlyFailure(Check(run => WaitsForEver(run.Connect(_db), run.Deliveries(Sales.Good()))).Within(TimeSpan.FromMilliseconds(300)));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Completion, Verdict.Hung)));
        Assert.That(failure.Story, Does.Contain("delivery 0 of 'sales'").And.Contain("INSERT INTO ledger").And.Contain("VerdictTests.WaitsForEver").And.Contain("VerdictTests.Deeper"));
    }

    [Test]
    public async Task A_pipeline_whose_thread_is_blocked_has_hung()
    {
        using var never = new ManualResetEventSlim();
        var failure = await OnlyFailure(Check(run =>
        {
            never.Wait(run.Stopping);
            return Task.CompletedTask;
        }).Within(TimeSpan.FromMilliseconds(200)));
        Assert.That(failure.Verdict, Is.EqualTo(Verdict.Hung));
        Assert.That(failure.Story, Does.Contain("a thread of it is blocked or busy"));
    }

    [Test]
    public async Task A_pipeline_that_tries_again_for_ever_does_not_hang_when_it_is_dead()
    {
        var report = await Check(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(2)))
            {
                while (true)
                {
                    try
                    {
                        await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) SELECT @Position, '', 1 WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = @Position)", new { delivery.Position });
                        break;
                    }
                    catch (Exception)
                    {
                        await Task.Delay(20);
                    }
                }
            }
        }).Within(TimeSpan.FromMinutes(5)).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Single().Explored, Is.EqualTo(3));
    }

    [Test]
    public async Task A_schedule_ends_early_when_run_after_run_hangs()
    {
        var report = await Check(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(8)))
            {
                try
                {
                    await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) SELECT @Position, '', 1 WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = @Position)", new { delivery.Position });
                }
                catch (DbException)
                {
                    await Task.Delay(Timeout.Infinite, run.Stopping);
                }
            }
        }).Within(TimeSpan.FromMilliseconds(400)).Schedules(Schedule.ErrorAtEveryWrite).RunAsync();
        var failure = report.Failures.Single();
        Assert.That((failure.Verdict, failure.Schedule, failure.MorePoints), Is.EqualTo((Verdict.Hung, "ErrorAtEveryWrite", 2)));
        var errors = report.Schedules.Single();
        Assert.That((errors.Planned, errors.Explored, errors.Skipped, errors.Note), Is.EqualTo((16, 3, 13, "stopped early after 3 failures")));
    }

    [Test]
    public async Task A_write_over_another_connection_is_unseen()
    {
        var failure = await OnlyFailure(Check(async run =>
        {
            await using var own = _db.CreateConnection();
            await own.OpenAsync();
            await Pipelines.GuardedInsert(own, run.Deliveries(Sales.Good(3)));
        }));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Coverage, Verdict.UnseenWrite)));
    }

    [Test]
    public async Task One_unseen_write_among_seen_ones_is_found()
    {
        var failures = (await Check(async run =>
        {
            await Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Good(3)));
            await using var own = _db.CreateConnection();
            await own.OpenAsync();
            await own.ExecuteAsync("INSERT INTO days (day, amount) VALUES ('2026-01-01', 1) ON CONFLICT (day) DO NOTHING");
        }).RunAsync()).Failures;
        Assert.That(failures.Select(f => f.Verdict), Is.EqualTo(new[] { Verdict.UnseenWrite }));
    }

    [Test]
    public async Task A_pipeline_that_works_in_another_order_each_time_leaves_points_unreached()
    {
        var runs = 0;
        var report = await Check(async run =>
        {
            var number = Interlocked.Increment(ref runs);
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
                await db.ExecuteAsync($"INSERT INTO days (day, amount) VALUES ('{delivery.Position}', 0) ON CONFLICT (day) DO UPDATE SET amount = 0 -- {number}".Replace("SET amount = 0", number % 2 == 1 ? "SET amount = 0" : "SET amount = excluded.amount"));
        }, "days").Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Does.Contain(Verdict.UnreachedPoint));
        Assert.That(report.Schedules.Single().Unreached, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_pipeline_that_writes_elsewhere_is_wrong_on_the_clean_input()
    {
        var failure = await OnlyFailure(Check(run => Pipelines.GuardedInsert(run.Connect(_db), run.Deliveries(Sales.Good(3))), "sales"));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Truth, Verdict.Lost)));
        Assert.That(failure.Story, Does.Contain("wrong before anything is done to it"));
    }

    [Test]
    public async Task Good_records_in_the_dead_letters_of_the_clean_input_are_told()
    {
        var report = await Check(async run =>
        {
            var db = run.Connect(_db);
            var first = true;
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                await db.ExecuteAsync(
                    first
                        ? "INSERT INTO keyed_dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, 'too early') ON CONFLICT DO NOTHING"
                        : "INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT DO NOTHING",
                    new { delivery.Position, Payload = delivery.Payload.ToArray() });
                first = false;
            }
        }, "days").DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Oracle, f.Verdict)), Is.EqualTo(new[] { (Oracle.Conservation, Verdict.WronglyDeadLettered), (Oracle.Truth, Verdict.WronglyDeadLettered) }));
    }

    [Test]
    public async Task An_older_version_that_wins_is_against_the_truth()
    {
        var workload = Sales.Good(10).WithDuplicates(0.4, Duplicates.OlderVersion((Sale s) => s.Id, s => s.Version));
        var failure = await OnlyFailure(Check(run => LastOneWins(run.Connect(_db), run.Deliveries(workload)), "sales").Schedules(Schedule.Twice));
        Assert.That((failure.Oracle, failure.Verdict, failure.Schedule, failure.Records, failure.Deliveries.Count), Is.EqualTo((Oracle.Truth, Verdict.Changed, (string?)null, 1, 2)));
    }

    [Test]
    public async Task A_replay_that_counts_again_is_caught_by_the_second_one()
    {
        var failures = (await Check(
            run => run.IsDeadLetterReplay
                ? Pipelines.PlainInsert(run.Connect(_db), run.Deliveries(Sales.Faulty()))
                : Pipelines.LedgerWithDeadLetters(run.Connect(_db), run.Deliveries(Sales.Faulty())))
            .DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload").Position("source_offset"))
            .Schedules(Schedule.DeadLetterReplay).RunAsync()).Failures;
        Assert.That(failures.Select(f => (f.Schedule, f.Verdict)), Does.Contain(("DeadLetterReplay", Verdict.Doubled)));
        Assert.That(failures.Single(f => f.Verdict == Verdict.Doubled).Story, Does.Contain("After the second replay"));
    }

    [Test]
    public async Task A_replay_that_counts_again_is_caught_although_the_first_run_was_already_wrong()
    {
        // The relative total counts newer versions twice, which is against the truth, and counts each replay again.
        var report = await RerunCheck.Pipeline(run => Pipelines.TotalsWithDeadLetters(run.Connect(_db), run.Deliveries(Sales.Faulty())))
            .Observe(_db.Table("totals")).DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload").Position("source_offset"))
            .Schedules(Schedule.DeadLetterReplay).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Schedule, f.Oracle, f.Verdict)), Is.EqualTo(new[] { ((string?)null, Oracle.Truth, Verdict.Changed), ("DeadLetterReplay", Oracle.Convergence, Verdict.Changed) }));
    }

    private RerunCheck Check(Func<PipelineRun, Task> pipeline, string table = "ledger") => RerunCheck.Pipeline(pipeline).Observe(_db.Table(table));

    private static async Task InsertOnly(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1)", new { delivery.Position });
        await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) SELECT 'sum', 'all', count(*) FROM days WHERE NOT EXISTS (SELECT 1 FROM ledger)");
    }

    private static async Task LastOneWins(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO sales (id, shop, amount, version) SELECT json ->> 'id', json ->> 'shop', json ->> 'amount', json ->> 'version' FROM (SELECT @json AS json) WHERE true ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, version = excluded.version", new { json = System.Text.Encoding.UTF8.GetString(delivery.Payload.Span) });
    }

    private static async Task WaitsForEver(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Position, 'x', 1)", new { delivery.Position });
            await Deeper();
        }
    }

    private static async Task Deeper()
    {
        await Task.Delay(Timeout.Infinite);
        GC.KeepAlive(null);
    }

    private static async Task<RerunFailure> OnlyFailure(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Failures, Has.Count.EqualTo(1), report.ToString());
        return report.Failures[0];
    }
}
