using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Reruns.Schedules;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Which points there are, which are explored, and what a death does.</summary>
public class CrashPointTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task Points_that_leave_the_same_durable_state_are_explored_once()
    {
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(3))))
            .Observe(_db.Table("sales"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var crash = report.Schedules.Single();
        // Three transactions of two writes and a commit with two sides; the states are none, one, two and three of them.
        Assert.That((crash.Planned, crash.Explored, crash.Collapsed, crash.Unreached, crash.Failed), Is.EqualTo((12, 4, 8, 0, 0)));
    }

    [Test]
    public async Task A_state_whose_rerun_was_judged_after_a_death_needs_no_second_rerun_after_an_error()
    {
        RerunCheck Check(params Schedule[] schedules) => RerunCheck.Pipeline(run => Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(3))))
            .Observe(_db.Table("sales"), _db.Table("totals")).Schedules(schedules);
        var alone = await Check(Schedule.ErrorAtEveryWrite).RunAsync();
        var crashes = await Check(Schedule.CrashAtEveryWrite).RunAsync();
        var both = await Check(Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That((both.Passed, both.Schedules[1].Explored, both.Schedules[1].Collapsed), Is.EqualTo((true, alone.Schedules[0].Explored, alone.Schedules[0].Collapsed)));
        // Three undisturbed runs are common to both.
        Assert.That(both.Runs, Is.EqualTo(alone.Runs + crashes.Runs - 3 - alone.Schedules[0].Explored));
    }

    [Test]
    public async Task A_write_that_changes_nothing_collapses_with_the_state_before_it()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var _ in run.Deliveries(Sales.Good(3)))
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES ('one', 1) ON CONFLICT DO NOTHING");
        }).Observe(_db.Table("days")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var crash = report.Schedules.Single();
        Assert.That((crash.Planned, crash.Explored, crash.Collapsed), Is.EqualTo((6, 2, 4)));
    }

    [Test]
    public async Task A_sample_tells_what_it_leaves_out_and_takes_every_kind_of_point()
    {
        var report = await RerunCheck.Pipeline(run => Pipelines.TwoWritesInOneTransaction(run.Connect(_db), run.Deliveries(Sales.Good(10))))
            .Observe(_db.Table("sales"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite).AtMost(4).RunAsync();
        Assert.That(report.Schedules.Select(s => (s.Planned, s.Explored, s.Collapsed, s.Skipped)), Is.EqualTo(new[] { (40, 4, 29, 7), (40, 2, 2, 36) }));
        Assert.That(report.ToString(), Does.Contain("AtMost(4) leaves out 36 points"));
    }

    [Test]
    public void A_sample_holds_one_point_of_each_kind_before_a_second()
    {
        PassedPoint Point(string statement, int position) => new(new(StepKind.Write, statement, null, "s", position, 0, CrashPhase.After, 0), position, "SQLite");
        PassedPoint[] points = [.. Enumerable.Range(0, 50).Select(i => Point(i == 37 ? "DELETE FROM b" : $"INSERT INTO a VALUES ({i})", i))];
        var sample = PointSample.Of(points, 3, p => p.Position == 44 ? "late" : null).Select(p => p.Point.Position);
        Assert.That(sample, Is.EqualTo(new long?[] { 0, 37, 44 }));
        Assert.That(PointSample.Of(points, 10, _ => null), Has.Count.EqualTo(10).And.Unique);
    }

    [Test]
    public async Task A_named_crash_point_dies_between_two_effects_that_no_connection_shows()
    {
        var outside = new List<string>();
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                outside.Add($"mail {delivery.Position}");
                run.CrashPoint("mail sent");
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT DO NOTHING", new { delivery.Position });
            }
        }).Observe(_db.Table("days")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var crash = report.Schedules.Single();
        // Named points: three; states between writes: the first three are those at the named points, and one is after the last write.
        Assert.That(report.Passed, report.ToString());
        Assert.That((crash.Planned, crash.Explored, crash.Unreached), Is.EqualTo((9, 6, 0)));
        Assert.That(outside, Has.Count.GreaterThan(3 * 4));
    }

    [Test]
    public async Task A_named_crash_point_fails_with_its_own_error_only()
    {
        var caught = 0;
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                try
                {
                    run.CrashPoint("mail sent", () => new HttpRequestException("no answer"));
                }
                catch (HttpRequestException)
                {
                    caught++;
                }

                run.CrashPoint("without an error");
                await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT DO NOTHING", new { delivery.Position });
            }
        }).Observe(_db.Table("days")).Schedules(Schedule.ErrorAtEveryWrite).RunAsync();
        var errors = report.Schedules.Single();
        Assert.That((caught, errors.Planned, errors.Skipped, errors.Explored), Is.EqualTo((3, 12, 3, 9)));
        Assert.That(errors.Note, Does.Contain("skipped"));
    }

    [Test]
    public async Task A_dead_run_gets_no_more_deliveries_and_does_no_clean_up()
    {
        var afterDeath = 0;
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            var died = false;
            try
            {
                await foreach (var delivery in run.Deliveries(Sales.Good(3)))
                {
                    try
                    {
                        afterDeath += died ? 1 : 0;
                        await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) SELECT @Position, '', 1 WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = @Position)", new { delivery.Position });
                    }
                    catch (PipelineDeathException)
                    {
                        died = true;
                    }
                }
            }
            finally
            {
                if (died)
                {
                    Assert.That(async () => await db.ExecuteAsync("DELETE FROM ledger"), Throws.TypeOf<PipelineDeathException>());
                    Assert.That(() => run.CrashPoint("clean-up"), Throws.TypeOf<PipelineDeathException>());
                }
            }
        }).Observe(_db.Table("ledger")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(afterDeath, Is.Zero);
    }

    [Test]
    public async Task A_pipeline_with_its_own_data_source_is_seen()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                await using var db = await run.DataSource(_db).OpenConnectionAsync();
                await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Position, '', 1)", new { delivery.Position });
            }
        }).Observe(_db.Table("ledger")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Single().Verdict, Is.EqualTo(Verdict.Doubled));
        Assert.That(report.Schedules.Single().Planned, Is.EqualTo(6));
    }

    [Test]
    public void A_point_keeps_its_id_and_another_one_has_another()
    {
        var point = new CrashPoint(StepKind.Write, "INSERT INTO ledger (id) VALUES (@id)", "ledger", "sales", 12, 0, CrashPhase.After, 0);
        Assert.Multiple(() =>
        {
            Assert.That(point.Id, Is.EqualTo((point with { }).Id).And.Match("^[0-9a-f]{12}$"));
            Assert.That(new[] { point with { Position = 13 }, point with { Phase = CrashPhase.Before }, point with { Occurrence = 1 }, point with { InTransaction = 1 }, point with { Source = "orders" } }
                .Select(p => p.Id), Has.None.EqualTo(point.Id).And.Unique);
            Assert.That(point.ToString(), Is.EqualTo("after INSERT INTO ledger (id) VALUES (@id) of delivery 12 (applied, the answer was lost)"));
        });
    }
}
