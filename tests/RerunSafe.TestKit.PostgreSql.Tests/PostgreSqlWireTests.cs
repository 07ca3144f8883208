using Dapper;
using Npgsql;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>Pipelines that need Npgsql itself, seen on the wire.</summary>
public class PostgreSqlWireTests : LedgerTests
{
    [Test]
    public async Task A_copy_without_a_guard_doubles()
    {
        var report = await Check(run => Load(run, (db, ids) => CopyAsync(db, "ledger", ids))).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Schedule, f.Verdict)), Is.EqualTo(new[] { ("Twice", Verdict.Doubled), ("CrashAtEveryWrite", Verdict.Doubled) }), report.ToString());
        var point = report.Failures[1].Point!;
        Assert.That((point.Kind, point.Table, point.Phase), Is.EqualTo((StepKind.Write, "ledger", CrashPhase.After)));
        Assert.That(point.ToString(), Does.StartWith("after COPY ledger").And.Contain("the answer was lost"));
        Assert.That(report.Failures[0].LikelyRule, Does.StartWith("RERUN1003"));
    }

    [Test]
    public async Task A_copy_and_its_mark_in_two_transactions_are_told_apart_by_a_death_between_them()
    {
        Func<PipelineRun, Task> Marked(bool together) => run => Load(run, async (db, ids) =>
        {
            if (await db.ExecuteScalarAsync<long>("SELECT count(*) FROM loads") > 0)
                return;
            await using var transaction = together ? await db.BeginTransactionAsync() : null;
            await CopyAsync(db, "ledger", ids);
            await db.ExecuteAsync("INSERT INTO loads VALUES ('sales')", transaction: transaction);
            if (transaction is not null)
                await transaction.CommitAsync();
        });

        var bad = await Check(Marked(together: false)).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Schedule, f.Verdict)), Does.Contain(("CrashAtEveryWrite", Verdict.Doubled)), bad.ToString());
        Assert.That(bad.Failures.Select(f => f.Schedule), Has.None.EqualTo("Twice"));
        var good = await Check(Marked(together: true)).RunAsync();
        Assert.That(good.Passed, good.ToString());
        var crash = good.Schedules.Single(s => s.Schedule == "CrashAtEveryWrite");
        // Before each of the two writes and on both sides of the commit; nothing or all is there.
        Assert.That((crash.Planned, crash.Explored, crash.Unreached), Is.EqualTo((4, 2, 0)));
    }

    [Test]
    public async Task A_copy_into_a_stage_and_an_upsert_from_there_pass_everything()
    {
        var report = await Check(run => Load(run, async (db, ids) =>
        {
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync("CREATE TEMP TABLE stage (id TEXT, amount INT) ON COMMIT DROP", transaction: transaction);
            await CopyAsync(db, "stage", ids);
            await db.ExecuteAsync("INSERT INTO sales SELECT id, amount FROM stage ON CONFLICT (id) DO UPDATE SET amount = excluded.amount", transaction: transaction);
            await transaction.CommitAsync();
        }), "sales").RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Where(s => s.Schedule is "Twice" or "CrashAtEveryWrite" or "ErrorAtEveryWrite").Select(s => s.Explored), Is.All.GreaterThan(0));
    }

    [Test]
    public async Task A_commit_whose_answer_is_lost_is_committed_and_the_error_is_one_of_the_connection()
    {
        var seen = new List<(Exception, long)>();
        var report = await Check(async run =>
        {
            var connectionString = run.ConnectionString(Db);
            await foreach (var delivery in run.Deliveries(Sales.Good(2)))
            {
                for (var attempt = 1; ; attempt++)
                {
                    await using var db = new NpgsqlConnection(connectionString);
                    try
                    {
                        await db.OpenAsync();
                        await using var transaction = await db.BeginTransactionAsync();
                        await db.ExecuteAsync("INSERT INTO ledger VALUES (@Id, 1)", new { Id = delivery.Position.ToString() }, transaction);
                        await transaction.CommitAsync();
                        break;
                    }
                    catch (NpgsqlException e) when (e.IsTransient && attempt < 3)
                    {
                        await using var look = Db.CreateConnection();
                        seen.Add((e, await look.ExecuteScalarAsync<long>("SELECT count(*) FROM ledger")));
                    }
                }
            }
        }).Schedules(Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => (f.Verdict, f.LikelyRule![..9], f.Point!.Kind)), Is.EqualTo(new[] { (Verdict.Doubled, "RERUN1012", StepKind.Commit) }), report.ToString());
        Assert.That(seen.Select(s => (s.Item1 as PostgresException)?.SqlState).Take(3), Is.EqualTo(new[] { "40P01", "40001", null }));
        Assert.That(seen.Select(s => s.Item2).Take(3), Is.EqualTo(new[] { 0L, 0L, 1L }));
    }

    [Test]
    public async Task Statements_with_parameters_have_the_points_that_the_decorator_gives_them()
    {
        Task<RerunReport> Count(Func<PipelineRun, System.Data.Common.DbConnection> connect) => Check(async run =>
        {
            await using var db = connect(run);
            if (db.State == System.Data.ConnectionState.Closed)
                await db.OpenAsync();
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                await using var transaction = await db.BeginTransactionAsync();
                var id = delivery.Position.ToString();
                if (await db.ExecuteScalarAsync<long>("SELECT count(*) FROM ledger WHERE id = @id", new { id }, transaction) == 0)
                    await db.ExecuteAsync("INSERT INTO ledger VALUES (@id, 1); INSERT INTO sales VALUES (@id, 1) ON CONFLICT DO NOTHING", new { id }, transaction);
                await transaction.CommitAsync();
            }
        }).Schedules(Schedule.CrashAtEveryWrite, Schedule.CrashTwice).RunAsync();

        var wire = await Count(run => new NpgsqlConnection(run.ConnectionString(Db)));
        var decorated = await Count(run => run.Connect(Db));
        Assert.That(wire.Passed && decorated.Passed, wire.ToString());
        Assert.That(wire.Schedules.Select(s => (s.Planned, s.Explored, s.Collapsed, s.Runs)), Is.EqualTo(decorated.Schedules.Select(s => (s.Planned, s.Explored, s.Collapsed, s.Runs))));
        Assert.That(wire.Schedules[0].Planned, Is.EqualTo(9));
    }

    [Test]
    public async Task Prepared_statements_batches_and_notifications_pass()
    {
        var report = await Check(async run =>
        {
            await using var db = new NpgsqlConnection(run.ConnectionString(Db));
            await db.OpenAsync();
            var heard = 0;
            db.Notification += (_, _) => heard++;
            await db.ExecuteAsync("LISTEN news");
            await using var upsert = new NpgsqlCommand("INSERT INTO sales VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET amount = 1", db) { Parameters = { new() { Value = "" } } };
            await upsert.PrepareAsync();
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                upsert.Parameters[0].Value = delivery.Position.ToString();
                await upsert.ExecuteNonQueryAsync();
            }

            await using var batch = new NpgsqlBatch(db) { BatchCommands = { new("DELETE FROM loads"), new("INSERT INTO loads VALUES ('b')"), new("NOTIFY news") } };
            await batch.ExecuteNonQueryAsync();
            using var rows = await db.BeginTextExportAsync("COPY sales TO STDOUT");
            Assert.That((await rows.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
            Assert.That(heard, Is.EqualTo(1));
        }, "sales", "loads").Schedules(Schedule.CrashAtEveryWrite, Schedule.ErrorAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        // Three upserts and a batch, each with two sides; what is only read is no point.
        Assert.That(report.Schedules.Select(s => s.Planned), Is.All.EqualTo(8));
    }

    [Test]
    public async Task A_dead_run_reaches_nothing_any_more()
    {
        var after = new List<Exception>();
        var report = await Check(run => Load(run, async (db, ids) =>
        {
            try
            {
                await db.ExecuteAsync("INSERT INTO sales VALUES ('one', 1) ON CONFLICT DO NOTHING");
                await db.ExecuteAsync("INSERT INTO sales VALUES ('two', 1) ON CONFLICT DO NOTHING");
            }
            catch (NpgsqlException)
            {
                await using var again = new NpgsqlConnection(run.ConnectionString(Db));
                after.Add(Assert.CatchAsync(() => again.OpenAsync())!);
            }
        }), "sales").Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(after, Is.Not.Empty.And.All.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task A_transaction_that_a_dead_run_held_open_is_over_when_the_next_run_begins()
    {
        var report = await Check(async run =>
        {
            await using var holder = new NpgsqlConnection(run.ConnectionString(Db));
            await holder.OpenAsync();
            await using var open = await holder.BeginTransactionAsync();
            await holder.ExecuteAsync("LOCK TABLE loads IN ACCESS EXCLUSIVE MODE", transaction: open);
            await Load(run, (db, ids) => db.ExecuteAsync("INSERT INTO sales SELECT unnest(@ids), 1 ON CONFLICT DO NOTHING", new { ids }));
            await open.CommitAsync();
        }, "sales").Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    [Test]
    public async Task A_statement_can_be_cancelled()
    {
        var report = await Check(run => Load(run, async (db, ids) =>
        {
            await using var sleep = new NpgsqlCommand("SELECT pg_sleep(60)", db);
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            Assert.CatchAsync<OperationCanceledException>(() => sleep.ExecuteNonQueryAsync(soon.Token));
            await db.ExecuteAsync("INSERT INTO sales SELECT unnest(@ids), 1 ON CONFLICT DO NOTHING", new { ids });
        }), "sales").Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    [Test]
    public void A_client_that_insists_on_TLS_is_told_what_to_do()
    {
        var error = Assert.ThrowsAsync<RerunCheckException>(() => Check(run =>
        {
            var without = new NpgsqlConnectionStringBuilder(run.ConnectionString(Db)) { SslMode = SslMode.Require };
            return Load(run, without.ToString(), (_, _) => Task.CompletedTask);
        }).RunAsync());
        Assert.That(error!.Message, Does.Contain("insists on TLS").And.Contain("SSL Mode=Disable"));
    }

    [Test]
    public void A_server_that_is_not_there_is_told()
    {
        var nobody = Wire.WireServer.PostgreSql(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));
        var error = Assert.ThrowsAsync<RerunCheckException>(() => Check(run => Load(run, $"Host=127.0.0.1;Port={run.Through(nobody).Port};Username=x;SSL Mode=Disable", (_, _) => Task.CompletedTask)).RunAsync());
        Assert.That(error!.Message, Does.Contain("cannot reach PostgreSQL at 127.0.0.1:1"));
    }

    [Test]
    public async Task A_write_beside_the_proxy_is_unseen()
    {
        var report = await Check(run => Load(run, async (db, ids) =>
        {
            await db.ExecuteAsync("INSERT INTO sales SELECT unnest(@ids), 1 ON CONFLICT DO NOTHING", new { ids });
            await using var own = Db.CreateConnection();
            await own.ExecuteAsync("INSERT INTO loads VALUES ('own') ON CONFLICT DO NOTHING");
        }), "sales", "loads").Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Is.EqualTo(new[] { Verdict.UnseenWrite }), report.ToString());
    }

    private RerunCheck Check(Func<PipelineRun, Task> pipeline, params string[] tables) =>
        RerunCheck.Pipeline(pipeline).Observe(tables.Length == 0 ? [Db.Table("ledger")] : [.. tables.Select(t => Db.Table(t))]);

    private Task Load(PipelineRun run, Func<NpgsqlConnection, string[], Task> load) => Load(run, run.ConnectionString(Db), load);

    private static async Task Load(PipelineRun run, string connectionString, Func<NpgsqlConnection, string[], Task> load)
    {
        var ids = await run.Deliveries(Sales.Good(4)).AsAsyncEnumerable().Select(d => d.Position.ToString()).ToArrayAsync();
        await using var db = new NpgsqlConnection(connectionString);
        await db.OpenAsync();
        await load(db, ids);
    }

    private static async Task CopyAsync(NpgsqlConnection db, string table, string[] ids)
    {
        await using var writer = await db.BeginBinaryImportAsync($"COPY {table} (id, amount) FROM STDIN (FORMAT BINARY)");
        foreach (var id in ids)
            await writer.WriteRowAsync(default, id, 1);
        await writer.CompleteAsync();
    }
}
