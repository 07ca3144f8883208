using System.Data.Common;
using System.Text.Json;
using Dapper;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Each schedule catches what the others let pass, and lets its safe twin pass.</summary>
public class ScheduleTests
{
    private const string Schema = Sales.Schema + """

        CREATE TABLE marks (batch TEXT PRIMARY KEY);
        """;

    private const string Put = "INSERT INTO ledger (id, shop, amount) VALUES (@Id, @Shop, @Amount)";

    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_stale_version_that_comes_again_alone_wins()
    {
        var versions = Sales.Good(6).WithDuplicates(0.5, Duplicates.NewerVersion((Sale s) => s.Id, s => s.Version));
        var check = Check("sales", (db, deliveries) => ForEach(deliveries, sale => db.ExecuteAsync(
            "INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, version = excluded.version", sale)), versions);
        await Passes(check.Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite));
        var failure = await OnlyFailure(check.Schedules(Schedule.Redelivered));
        Assert.That((failure.Verdict, failure.Records), Is.EqualTo((Verdict.Changed, 1)));
        Assert.That(failure.Story, Does.Contain("What happened: ").And.Match("Only\\(\"Redelivered/(backwards|only \\d+|some \\d)/groups sales \\d+\"\\)"));
        await Passes(Check("sales", Pipelines.UpsertSales, versions).Schedules(Schedule.Redelivered, Schedule.Permuted, Schedule.Overlapping));
    }

    [Test]
    public async Task A_repro_of_a_redelivery_is_that_redelivery_only()
    {
        var check = Check("totals", Pipelines.RelativeUpdate, Sales.Good(8));
        var whole = await OnlyFailure(check.Schedules(Schedule.Redelivered));
        var again = await check.Only(whole.Repro).RunAsync();
        Assert.That(again.Schedules.Single().Planned, Is.EqualTo(1));
        Assert.That((again.Failures.Single().Verdict, again.Failures.Single().Repro), Is.EqualTo((whole.Verdict, whole.Repro)));
    }

    [Test]
    public async Task Redeliveries_are_every_record_alone_and_every_rest()
    {
        var report = await Check("ledger", Pipelines.GuardedInsert, Sales.Good(7)).Schedules(Schedule.Redelivered).RunAsync();
        var redelivered = report.Schedules.Single();
        Assert.That(report.Passed, report.ToString());
        // Each alone, from each but the first one on, backwards, three samples, and two ways in one process.
        Assert.That((redelivered.Planned, redelivered.Explored, redelivered.Runs), Is.EqualTo((7 + 6 + 1 + 3 + 2, 19, 20)));
    }

    [Test]
    public async Task A_slice_that_is_replaced_by_what_came_loses_the_rest_when_a_part_comes_again()
    {
        var check = Check("ledger", async (db, deliveries) =>
        {
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync("DELETE FROM ledger", transaction: transaction);
            await ForEach(deliveries, sale => db.ExecuteAsync(Put, sale, transaction));
            await transaction.CommitAsync();
        }, Sales.Good(6));
        await Passes(check);
        Assert.That((await check.Schedules(Schedule.Redelivered, Schedule.Overlapping).RunAsync()).Failures.Select(f => (f.Schedule, f.Verdict)),
            Does.Contain(("Redelivered", Verdict.Lost)).And.Contain(("Overlapping", Verdict.Lost)));
    }

    [Test]
    public async Task The_last_one_to_arrive_wins_although_it_is_older()
    {
        var versions = Sales.Good(6).WithDuplicates(0.5, Duplicates.NewerVersion((Sale s) => s.Id, s => s.Version));
        var failure = await OnlyFailure(Check("sales", (db, deliveries) => ForEach(deliveries, sale => db.ExecuteAsync(
            "INSERT OR REPLACE INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version)", sale)), versions).Schedules(Schedule.Permuted));
        Assert.That((failure.Verdict, failure.Records), Is.EqualTo((Verdict.Changed, 1)));
    }

    [Test]
    public async Task Another_order_of_malformed_records_dead_letters_them_at_their_new_places()
    {
        var check = RerunCheck.Pipeline(run => Pipelines.KeyedDeadLetters(run.Connect(_db), run.Deliveries(Sales.Faulty())))
            .Observe(_db.Table("sales")).DeadLetters(_db.Table("keyed_dead_letters"), d => d.Payload("payload").Reason("error").Position("source_offset"));
        await Passes(check.Schedules(Schedule.RecordByRecord));
    }

    [Test]
    public async Task Where_lateness_decides_no_other_order_is_tried()
    {
        var late = Workload.From(Enumerable.Range(0, 8).Select(i => new Reading($"R{i}", new DateTimeOffset(2026, 1, 1, i, 0, 0, TimeSpan.Zero))))
            .Named("readings").KeyedBy(r => r.Id).WithLate(0.5, r => r.At, past: TimeSpan.FromMinutes(5)).LateIsDropped();
        var report = await Check("days", async (db, deliveries) =>
        {
            await foreach (var delivery in deliveries)
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT DO NOTHING", new { delivery.Position });
        }, late).Schedules(Schedule.Permuted).RunAsync();
        Assert.That((report.Schedules.Single().Planned, report.Schedules.Single().Note), Is.EqualTo((0, "the input holds late records that must be dropped, and which those are depends on the order")));
    }

    [Test]
    public async Task A_window_that_counts_what_another_has_counted_counts_twice()
    {
        var failure = await OnlyFailure(Check("totals", Pipelines.RelativeUpdate, Sales.Good(10)).Schedules(Schedule.Overlapping));
        Assert.That((failure.Verdict, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Changed, "RERUN1004")));
        await Passes(Check("totals", Pipelines.ComputedTotal, Sales.Good(10)).Schedules(Schedule.Overlapping));
    }

    [Test]
    public async Task Two_runs_that_look_before_they_insert_insert_both()
    {
        var check = Check("ledger", (db, deliveries) => ForEach(deliveries, async sale =>
        {
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM ledger WHERE id = @Id", sale) == 0)
                await db.ExecuteAsync(Put, sale);
        }), Sales.Good(5));
        await Passes(check);
        var failure = await OnlyFailure(check.Schedules(Schedule.Concurrent(2)));
        Assert.That((failure.Verdict, failure.Records, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Doubled, 1, "RERUN3003")));
        Assert.That(failure.Story, Does.Contain("the first one stood still before INSERT INTO ledger").And.Contain("Only(\"Concurrent(2)/stop 2/"));
        await Passes(Check("ledger", Pipelines.GuardedInsert, Sales.Good(5)).Schedules(Schedule.Concurrent(2), Schedule.Concurrent(3)));
    }

    [Test]
    public async Task A_run_that_a_unique_key_refuses_is_run_again()
    {
        var check = Check("sales", (db, deliveries) => ForEach(deliveries, async sale =>
        {
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM sales WHERE id = @Id", sale) == 0)
                await db.ExecuteAsync("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version)", sale);
        }), Sales.Good(5));
        var report = await check.Schedules(Schedule.Concurrent(2)).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Single().Runs, Is.GreaterThan(1 + (2 * report.Schedules.Single().Explored)));
    }

    [Test]
    public async Task Look_and_insert_in_one_transaction_of_SQLite_pass()
    {
        var report = await Check("ledger", (db, deliveries) => ForEach(deliveries, async sale =>
        {
            await using var transaction = await db.BeginTransactionAsync();
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM ledger WHERE id = @Id", sale, transaction) == 0)
                await db.ExecuteAsync(Put, sale, transaction);
            await transaction.CommitAsync();
        }), Sales.Good(5)).Schedules(Schedule.Concurrent(2)).RunAsync();
        Assert.That(report.Passed, report.ToString());
        var concurrent = report.Schedules.Single();
        // Runs stop between transactions only, so that nobody waits.
        Assert.That((concurrent.Planned, concurrent.Explored, concurrent.Infeasible), Is.EqualTo((4 + 8, 12, 0)));
    }

    [Test]
    public async Task A_run_that_waits_for_the_lock_of_one_that_stands_still_is_infeasible_and_not_passed()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES ('north', 0), ('south', 0) ON CONFLICT DO NOTHING");
            // An open result keeps the others from committing on SQLite.
            await using var open = await db.ExecuteReaderAsync("SELECT shop FROM totals");
            await open.ReadAsync();
            await foreach (var delivery in run.Deliveries(Sales.Good(2)))
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT DO NOTHING", new { delivery.Position });
        }).Observe(_db.Table("days")).Schedules(Schedule.Concurrent(2)).AtMost(5).RunAsync();
        var concurrent = report.Schedules.Single();
        Assert.That(report.Passed, report.ToString());
        Assert.That(concurrent.Infeasible, Is.GreaterThan(0));
        Assert.That(concurrent.Planned, Is.EqualTo(concurrent.Explored + concurrent.Infeasible + concurrent.Skipped));
    }

    [TestCase(1)]
    [TestCase(9)]
    public void Runs_at_the_same_time_are_two_to_eight(int runs) => Assert.That(() => Schedule.Concurrent(runs), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_recovery_that_a_second_death_interrupts_is_caught_by_two_deaths_only()
    {
        RerunCheck Batch(string recovery) => RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM marks WHERE batch = 'done'") > 0)
            {
                await run.Deliveries(Sales.Good(4)).AsAsyncEnumerable().CountAsync();
                return;
            }

            if (await db.ExecuteScalarAsync<int>("SELECT count(*) FROM marks WHERE batch = 'begun'") > 0)
                await db.ExecuteAsync(recovery);
            await db.ExecuteAsync("INSERT INTO marks (batch) VALUES ('begun')");
            await ForEach(run.Deliveries(Sales.Good(4)), sale => db.ExecuteAsync(Put, sale));
            await db.ExecuteAsync("UPDATE marks SET batch = 'done'");
        }).Observe(_db.Table("ledger"));

        const string MarkFirst = "DELETE FROM marks; DELETE FROM ledger";
        await Passes(Batch(MarkFirst).Schedules(Schedule.CrashAtEveryWrite));
        var failure = await OnlyFailure(Batch(MarkFirst).Schedules(Schedule.CrashAtEveryWrite, Schedule.CrashTwice));
        Assert.That((failure.Schedule, failure.Verdict, failure.Records), Is.EqualTo(("CrashTwice", Verdict.Doubled, 1)));
        Assert.That(failure.Story, Does.Contain("the run died ").And.Contain("; its rerun died ").And.Contain("DELETE FROM marks"));
        Assert.That((await Batch(MarkFirst).Only(failure.Repro).RunAsync()).Failures.Single().Verdict, Is.EqualTo(Verdict.Doubled));
        await Passes(Batch("DELETE FROM ledger; DELETE FROM marks").Schedules(Schedule.CrashAtEveryWrite, Schedule.CrashTwice));
    }

    [Test]
    public async Task A_query_that_fails_is_taken_for_an_empty_answer()
    {
        RerunCheck Lookup(bool swallows) => Check("ledger", (db, deliveries) => ForEach(deliveries.Append(new("sales", 0, Encode(new Sale { Id = "S0", Shop = "north", Amount = 3, Version = 1 }), default)), async sale =>
        {
            var known = 0;
            try
            {
                known = await db.ExecuteScalarAsync<int>("SELECT count(*) FROM ledger WHERE id = @Id", sale);
            }
            catch (DbException) when (swallows)
            {
                // Probably not there.
            }

            if (known == 0)
                await db.ExecuteAsync(Put, sale);
        }), Sales.Good(3));
        await Passes(Lookup(swallows: true).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite));
        var failure = await OnlyFailure(Lookup(swallows: true).Schedules(Schedule.ErrorAtEveryRead));
        Assert.That((failure.Verdict, failure.Point!.Kind), Is.EqualTo((Verdict.Doubled, TestKit.Seams.StepKind.Query)).Or.EqualTo((Verdict.Unexpected, TestKit.Seams.StepKind.Query)));
        Assert.That(failure.Story, Does.Contain("The call failed before SELECT count(*) FROM ledger"));
        await Passes(Lookup(swallows: false).Schedules(Schedule.ErrorAtEveryRead));
    }

    private sealed record Reading(string Id, DateTimeOffset At);

    private static byte[] Encode(Sale sale) => JsonSerializer.SerializeToUtf8Bytes(sale, JsonSerializerOptions.Web);

    private static async Task ForEach(IAsyncEnumerable<Delivery> deliveries, Func<Sale, Task> act)
    {
        await foreach (var delivery in deliveries)
            await act(JsonSerializer.Deserialize<Sale>(delivery.Payload.Span, JsonSerializerOptions.Web)!);
    }

    private RerunCheck Check(string table, Func<DbConnection, IAsyncEnumerable<Delivery>, Task> pipeline, IWorkload workload) =>
        RerunCheck.Pipeline(run => pipeline(run.Connect(_db), run.Deliveries(workload))).Observe(_db.Table(table));

    private static async Task Passes(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Sum(s => s.Explored), Is.GreaterThan(0), "A check that explores nothing passes too.");
    }

    private static async Task<RerunFailure> OnlyFailure(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Failures, Has.Count.EqualTo(1), report.ToString());
        return report.Failures[0];
    }
}
