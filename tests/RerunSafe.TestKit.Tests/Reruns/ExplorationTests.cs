using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Reruns.Schedules;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>What an exploration costs, and what its budgets leave out.</summary>
public class ExplorationTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_hundred_records_are_explored_with_one_run_for_each_durable_state()
    {
        const int Records = 100;
        var writes = 0;
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(Records)))
            {
                Interlocked.Increment(ref writes);
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT (day) DO UPDATE SET amount = excluded.amount", new { delivery.Position });
            }
        }).Observe(_db.Table("days")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var crash = report.Schedules.Single();
        Assert.That(report.Passed, report.ToString());
        Assert.That((crash.Planned, crash.Explored, crash.Collapsed, crash.Infeasible, crash.Skipped, crash.Unreached), Is.EqualTo((2 * Records, Records + 1, Records - 1, 0, 0, 0)));
        // One recording, a rerun for each state, and one run that really dies to confirm the copies (this pipeline has no transactions to die in).
        Assert.That(crash.Runs, Is.EqualTo(1 + Records + 1 + 1));
        // Every run but the one that dies writes each record once: nothing is replayed to get to a point. Three runs come before the schedule.
        Assert.That(writes, Is.EqualTo((3 + 1 + Records + 1 + 1) * Records));
    }

    [Test]
    public async Task The_last_points_cost_no_more_runs_than_the_first()
    {
        async Task<double> RunsPerState(int records)
        {
            var report = await RerunCheck.Pipeline(run => Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(records))))
                .Observe(_db.Table("sales"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
            return (report.Schedules.Single().Runs - 3d) / report.Schedules.Single().Explored;
        }

        Assert.That(await RunsPerState(10), Is.EqualTo(1));
        Assert.That(await RunsPerState(60), Is.EqualTo(1));
    }

    [Test]
    public async Task A_failure_found_from_a_copy_is_told_from_a_real_death()
    {
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWrites(run.Connect(_db), run.Deliveries(Sales.Good(20))))
            .Observe(_db.Table("sales"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var failure = report.Failures.Single();
        Assert.That((failure.Verdict, failure.MorePoints), Is.EqualTo((Verdict.Changed, 19)));
        Assert.That(failure.Story, Does.Contain("The run died after INSERT INTO sales").And.Match(@"\[Pipelines\.cs:\d+(-\d+)?; .*Id='S\d+'"));
    }

    [Test]
    public async Task A_sink_that_cannot_be_copied_is_really_died_in_at_every_point()
    {
        var sink = new WithoutCopies(_db);
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWrites(run.Connect(sink), run.Deliveries(Sales.Good(10))))
            .Observe(sink.Table("sales"), sink.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var crash = report.Schedules.Single();
        Assert.That(report.Failures.Single().Verdict, Is.EqualTo(Verdict.Changed));
        Assert.That(crash.Runs, Is.GreaterThanOrEqualTo(2 * crash.Explored));
    }

    [Test]
    public async Task Copies_that_do_not_hold_what_a_death_leaves_are_not_used()
    {
        var sink = new WithoutCopies(_db) { Copy = () => _db.SaveAsync().ContinueWith(SinkImage? (saved) => saved.Result, TaskScheduler.Default), ForgetsRows = true };
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWrites(run.Connect(sink), run.Deliveries(Sales.Good(10))))
            .Observe(sink.Table("sales"), sink.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Does.Contain(Verdict.Changed));
        Assert.That(report.Schedules.Single().Runs, Is.GreaterThanOrEqualTo(2 * report.Schedules.Single().Explored));
    }

    [Test]
    public async Task A_budget_of_time_tells_what_it_leaves_out()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            await Task.Delay(50);
            await Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(40)));
        }).Observe(_db.Table("sales"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).AtMost(TimeSpan.FromMilliseconds(900)).RunAsync();
        var crash = report.Schedules.Single();
        Assert.That(crash.Explored, Is.InRange(1, 30));
        Assert.That(crash.Planned, Is.EqualTo(crash.Explored + crash.Collapsed + crash.Skipped));
        Assert.That(crash.Note, Does.Match("^\\d+ points left out after 0.9 s$"));
    }

    [Test]
    public void A_budget_of_no_time_is_refused() =>
        Assert.That(() => RerunCheck.Pipeline(_ => Task.CompletedTask).AtMost(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Every_beginning_of_a_spread_covers_the_run()
    {
        PassedPoint Point(int i) => new(new(StepKind.Write, i == 71 ? "DELETE FROM b" : "INSERT INTO a", null, "s", i, 0, CrashPhase.After, 0), i, "SQLite");
        PassedPoint[] points = [.. Enumerable.Range(0, 100).Select(Point)];
        var spread = PointSample.Spread(points, _ => null);
        Assert.That(spread, Is.EquivalentTo(points));
        Assert.That(spread.Take(6).Select(p => p.DurableState), Is.EqualTo(new[] { 0, 71, 64, 32, 96, 16 }));
    }

    [Test]
    public async Task A_check_that_is_cancelled_while_it_explores_ends()
    {
        using var cancelled = new CancellationTokenSource();
        await using var progress = new StringWriter();
        var runs = 0;
        var check = RerunCheck.Pipeline(async run =>
        {
            if (++runs == 12)
                await cancelled.CancelAsync();
            await Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(40)));
        }).Observe(_db.Table("sales")).Schedules(Schedule.CrashAtEveryWrite).ReportProgressTo(progress);
        Assert.That(async () => await check.RunAsync(cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runs, Is.LessThanOrEqualTo(13));
        Assert.That((await _db.ReadAsync(_db.Table("sales"))).Rows, Is.Empty, "the sinks hold again what they held before");
    }
}
