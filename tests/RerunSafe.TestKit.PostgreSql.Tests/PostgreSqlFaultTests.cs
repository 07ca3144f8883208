using System.Data.Common;
using Dapper;
using Npgsql;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>What errors and deaths do on PostgreSQL.</summary>
public class PostgreSqlFaultTests
{
    private const string Insert = "INSERT INTO days (day, amount) VALUES (@Day, 1) ON CONFLICT (day) DO UPDATE SET amount = 1";

    private PostgreSqlSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await PostgreSqlSink.CreateAsync("CREATE TABLE days (day TEXT PRIMARY KEY, amount INTEGER NOT NULL); CREATE TABLE ledger (nr BIGSERIAL, id TEXT)");

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task An_error_inside_a_transaction_aborts_it_for_real()
    {
        var after = new List<string>();
        var report = await Check(async (db, day) =>
        {
            await using var transaction = await db.BeginTransactionAsync();
            try
            {
                await db.ExecuteAsync(Insert, new { Day = day }, transaction);
            }
            catch (PostgresException)
            {
                var next = Assert.ThrowsAsync<PostgresException>(() => db.ExecuteAsync(Insert, new { Day = day + " again" }, transaction))!;
                after.Add(next.SqlState);
                throw;
            }

            await transaction.CommitAsync();
        }).Schedules(Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(after, Is.Not.Empty.And.All.EqualTo(PostgresErrorCodes.InFailedSqlTransaction));
    }

    [Test]
    public async Task Errors_are_the_ones_of_the_provider_and_worth_a_retry()
    {
        var seen = new HashSet<string>();
        var report = await Check(async (db, day) =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await db.BeginTransactionAsync();
                    await db.QuerySingleAsync<long>("SELECT count(*) FROM days", transaction: transaction);
                    await db.ExecuteAsync(Insert, new { Day = day }, transaction);
                    await transaction.CommitAsync();
                    return;
                }
                catch (NpgsqlException e) when (e.IsTransient && attempt < 3)
                {
                    seen.Add(e is PostgresException p ? p.SqlState : e.InnerException!.GetType().Name);
                }
            }
        }).Schedules(Schedule.ErrorAtEveryWrite, Schedule.ErrorAtEveryRead).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(seen, Is.EquivalentTo(new[] { "40001", "40P01", nameof(TimeoutException) }));
    }

    [Test]
    public async Task A_text_of_several_writes_is_one_transaction_there_and_nothing_is_left_unproved()
    {
        var report = await Check((db, day) => db.ExecuteAsync($"{Insert}; UPDATE days SET amount = 1 WHERE day = @Day", new { Day = day })).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Notes, Has.None.Contains("a death between the writes"));
    }

    [Test]
    public async Task Numbers_that_a_rolled_back_transaction_drew_are_no_other_state()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(10)))
            {
                await using var transaction = await db.BeginTransactionAsync();
                var id = delivery.Position.ToString();
                if (await db.ExecuteScalarAsync<long>("SELECT count(*) FROM ledger WHERE id = @id", new { id }, transaction) == 0)
                    await db.ExecuteAsync("INSERT INTO ledger (id) VALUES (@id)", new { id }, transaction);
                await transaction.CommitAsync();
            }
        }).Observe(_db.Table("ledger").Key("id").Ignoring("nr")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        var crash = report.Schedules.Single();
        Assert.That((crash.Planned, crash.Explored, crash.Collapsed, crash.Runs), Is.EqualTo((30, 11, 19, 1 + 2 + 11)));
    }

    [Test]
    public async Task A_look_in_a_transaction_of_its_own_does_not_keep_the_other_run_out()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                await using var transaction = await db.BeginTransactionAsync();
                var id = delivery.Position.ToString();
                if (await db.ExecuteScalarAsync<long>("SELECT count(*) FROM ledger WHERE id = @id", new { id }, transaction) == 0)
                    await db.ExecuteAsync("INSERT INTO ledger (id) VALUES (@id)", new { id }, transaction);
                await transaction.CommitAsync();
            }
        }).Observe(_db.Table("ledger").Key("id").Ignoring("nr")).Schedules(Schedule.Concurrent(2)).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Verdict, f.LikelyRule![..9])), Is.EqualTo(new[] { (Verdict.Doubled, "RERUN3003") }), report.ToString());
    }

    [Test]
    public async Task Runs_that_wait_for_a_lock_are_infeasible()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteScalarAsync("SELECT pg_advisory_xact_lock(7)", transaction: transaction);
            await foreach (var delivery in run.Deliveries(Sales.Good(2)))
                await db.ExecuteAsync(Insert, new { Day = delivery.Position.ToString() }, transaction);
            await transaction.CommitAsync();
        }).Observe(_db.Table("days")).Schedules(Schedule.Concurrent(2)).AtMost(4).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Single().Infeasible, Is.GreaterThan(0));
    }

    private RerunCheck Check(Func<DbConnection, string, Task> import) => RerunCheck.Pipeline(async run =>
    {
        var db = run.Connect(_db);
        await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            await import(db, delivery.Position.ToString());
    }).Observe(_db.Table("days"));
}
