using System.Data.Common;
using Dapper;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Pipelines that cheat, or are wrong in a way that hides. None of them may be called rerun-safe.</summary>
public partial class SilentPassTests
{
    private const string Schema = Sales.Schema + """

        CREATE TABLE checkpoints (source TEXT PRIMARY KEY, position INTEGER NOT NULL);
        """;

    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_checkpoint_settled_before_the_write_loses_the_record()
    {
        var failure = await OnlyFailure(Check(run => Checkpointed(run, settleFirst: true)).Schedules(Schedule.CrashAtEveryWrite));
        Assert.That((failure.Verdict, failure.Table), Is.EqualTo((Verdict.Lost, "sales")));
        Assert.That(failure.Point!.ToString(), Does.Contain("checkpoints"));
    }

    [Test]
    public async Task A_checkpoint_in_a_table_that_the_pipeline_makes_itself_hides_no_state()
    {
        var failure = await OnlyFailure(Check(run => Checkpointed(run, settleFirst: true, "CREATE TABLE IF NOT EXISTS own_checkpoints (source TEXT PRIMARY KEY, position INTEGER NOT NULL)", "own_checkpoints")).Schedules(Schedule.CrashAtEveryWrite));
        Assert.That((failure.Verdict, failure.Table), Is.EqualTo((Verdict.Lost, "sales")));
    }

    [Test]
    public async Task A_dead_letter_that_is_settled_before_it_is_written_is_lost()
    {
        var report = await CheckLetters(async run =>
        {
            var db = run.Connect(_db);
            var done = await db.ExecuteScalarAsync<long?>("SELECT position FROM checkpoints") ?? -1;
            await foreach (var delivery in run.Deliveries(Sales.Faulty()))
            {
                if (delivery.Position <= done)
                    continue;
                await SettleAsync(db, delivery);
                await Pipelines.KeyedDeadLetters(db, One(delivery));
            }
        }).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Does.Contain(Verdict.NotDeadLettered).And.Contain(Verdict.Lost));
    }

    [Test]
    public async Task Deduplication_in_a_window_of_time_doubles_when_the_rerun_is_later()
    {
        var failure = await OnlyFailure(RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(5)))
            {
                await db.ExecuteAsync(
                    "INSERT INTO days_loaded (id, loaded_at) SELECT @Position, @now WHERE NOT EXISTS (SELECT 1 FROM days_loaded WHERE id = @Position AND loaded_at > @since)",
                    new { Position = delivery.Position.ToString(), now = run.Clock.GetUtcNow().ToString("O"), since = run.Clock.GetUtcNow().AddHours(-1).ToString("O") });
            }
        }).Observe(_db.Table("days_loaded").Ignoring("loaded_at")).Schedules(Schedule.Twice));
        Assert.That((failure.Verdict, failure.Records), Is.EqualTo((Verdict.Doubled, 1)));
    }

    [Test]
    public async Task A_window_by_the_clock_of_the_machine_is_told_as_not_proved()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(5)))
            {
                await db.ExecuteAsync(
                    "INSERT INTO days_loaded (id, loaded_at) SELECT @Position, @now WHERE NOT EXISTS (SELECT 1 FROM days_loaded WHERE id = @Position AND loaded_at > @since)",
                    new { Position = delivery.Position.ToString(), now = DateTimeOffset.UtcNow.ToString("O"), since = DateTimeOffset.UtcNow.AddHours(-1).ToString("O") });
            }
        }).Observe(_db.Table("days_loaded").Ignoring("loaded_at")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Notes[0], Does.Contain("days_loaded.loaded_at").And.Contain("run.Clock"));
        Assert.That(report.ToString(), Does.Contain("not proved: what a rerun on another day does"));
    }

    [Test]
    public async Task A_replay_under_a_new_id_doubles()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            var prefix = run.IsDeadLetterReplay ? run.Clock.GetUtcNow().ToString("yyyyMMdd") : "";
            await foreach (var delivery in run.Deliveries(Sales.Faulty()))
                await Pipelines.LedgerWithDeadLetters(db, One(delivery), prefix);
        }).Observe(_db.Table("ledger").Key("id"))
            .DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload").Position("source_offset")).Schedules(Schedule.DeadLetterReplay).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Schedule, f.Verdict)), Does.Contain(("DeadLetterReplay", Verdict.Changed)).Or.Contain(("DeadLetterReplay", Verdict.Unexpected)));
    }

    [Test]
    public async Task A_flag_outside_the_sinks_is_told_as_a_memory()
    {
        var done = false;
        var failure = await OnlyFailure(Check(async run =>
        {
            var deliveries = run.Deliveries(Sales.Good(5));
            if (done)
                return;
            await Pipelines.TwoWritesInOneTransaction(run.Connect(_db), deliveries);
            done = true;
        }));
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Determinism, Verdict.NonDeterministic)));
        Assert.That(failure.Story, Does.Contain("made no write instead of 10").And.Contain("a file"));
    }

    [Test]
    public async Task Keys_remembered_in_static_state_are_told_as_a_memory()
    {
        var seen = new HashSet<long>();
        var failure = await OnlyFailure(Check(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(5)))
            {
                if (delivery.Position == 0 || seen.Add(delivery.Position))
                    await Pipelines.TwoWritesInOneTransaction(db, One(delivery));
            }
        }));
        Assert.That(failure.Story, Does.Contain("made 2 writes instead of 10").And.Contain("static field"));
    }

    [Test]
    public async Task A_rerun_that_deletes_good_rows_loses_them()
    {
        var failure = await OnlyFailure(Check(async run =>
        {
            var db = run.Connect(_db);
            await db.ExecuteAsync("DELETE FROM sales WHERE id <> 'S0'");
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM sales") == 0)
                await Pipelines.TwoWritesInOneTransaction(db, run.Deliveries(Sales.Good(5)));
        }).Schedules(Schedule.Twice));
        Assert.That((failure.Schedule, failure.Verdict, failure.Table), Is.EqualTo(("Twice", Verdict.Lost, "sales")));
    }

    [Test]
    public async Task Work_that_nobody_awaits_is_told()
    {
        // The work of a run comes when the next run begins: later than its own task for sure, however busy the machine is.
        var nextRun = new TaskCompletionSource();
        var late = Task.CompletedTask;
        var report = await RerunCheck.Pipeline(async run =>
        {
            nextRun.TrySetResult();
            await late.ContinueWith(_ => { }, TaskScheduler.Default);
            var db = run.Connect(_db);
            await Pipelines.GuardedInsert(db, run.Deliveries(Sales.Good(3)));
            var start = nextRun = new TaskCompletionSource();
            late = Task.Run(async () =>
            {
                await start.Task;
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES ('late', 1) ON CONFLICT DO NOTHING");
            });
        }).Observe(_db.Table("ledger")).RunAsync();
        var failure = report.Failures.Single();
        Assert.That((failure.Oracle, failure.Verdict), Is.EqualTo((Oracle.Completion, Verdict.LeftRunning)));
        Assert.That(failure.Story, Does.Contain("fire and forget"));
    }

    [Test]
    public async Task A_table_that_is_written_and_not_observed_is_told_as_not_proved()
    {
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(3))))
            .Observe(_db.Table("sales")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Notes.Single(), Does.Contain("writes to totals").And.Contain(".Observe(db.Table(\"totals\"))"));
    }

    [Test]
    public async Task A_pipeline_that_catches_everything_without_a_pause_ends_all_the_same()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(2)))
            {
                while (true)
                {
                    try
                    {
                        await Pipelines.GuardedInsert(db, One(delivery));
                        break;
                    }
                    catch
                    {
                        // Once more.
                    }
                }
            }
        }).Observe(_db.Table("ledger")).Schedules(Schedule.CrashAtEveryWrite).Within(TimeSpan.FromMinutes(5)).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    [Test]
    public async Task A_cast_to_the_class_of_the_provider_is_answered_with_the_cure()
    {
        var failure = await OnlyFailure(Check(async run =>
        {
            var db = (Microsoft.Data.Sqlite.SqliteConnection)run.Connect(_db);
            await Pipelines.TwoWrites(db, run.Deliveries(Sales.Good(2)));
        }));
        Assert.That((failure.Verdict, failure.Oracle), Is.EqualTo((Verdict.Crashed, Oracle.Completion)));
        Assert.That(failure.Story, Does.Contain("let the pipeline take DbConnection"));
    }

    private async Task Checkpointed(PipelineRun run, bool settleFirst, string? create = null, string table = "checkpoints")
    {
        var db = run.Connect(_db);
        if (create is not null)
            await db.ExecuteAsync(create);
        var done = await db.ExecuteScalarAsync<long?>($"SELECT position FROM {table}") ?? -1;
        await foreach (var delivery in run.Deliveries(Sales.Good(5)))
        {
            if (delivery.Position <= done)
                continue;
            if (settleFirst)
                await SettleAsync(db, delivery, table);
            await Pipelines.UpsertSales(db, One(delivery));
            if (!settleFirst)
                await SettleAsync(db, delivery, table);
        }
    }

    private static Task SettleAsync(DbConnection db, Delivery delivery, string table = "checkpoints") =>
        db.ExecuteAsync($"INSERT INTO {table} (source, position) VALUES (@Source, @Position) ON CONFLICT (source) DO UPDATE SET position = excluded.position", new { delivery.Source, delivery.Position });

    private static async IAsyncEnumerable<Delivery> One(Delivery delivery)
    {
        await Task.CompletedTask;
        yield return delivery;
    }

    private RerunCheck Check(Func<PipelineRun, Task> pipeline) => RerunCheck.Pipeline(pipeline).Observe(_db.Table("sales"));

    private RerunCheck CheckLetters(Func<PipelineRun, Task> pipeline) =>
        Check(pipeline).DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload").Reason("error").Position("source_offset"));

    private static async Task<RerunFailure> OnlyFailure(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Failures, Has.Count.EqualTo(1), report.ToString());
        return report.Failures[0];
    }
}
