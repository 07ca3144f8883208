using System.Diagnostics;
using Npgsql;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>Other clients than Npgsql through the proxy: message by message, and psql as a program.</summary>
public class PostgreSqlProtocolTests : LedgerTests
{
    [Test]
    public async Task A_client_that_flushes_hears_of_its_parts_before_the_whole_is_durable()
    {
        RerunCheck Flushing(string table, string otherwise) => Check(table, (db, id) =>
        {
            db.Parse($"INSERT INTO {table} VALUES ('{id}', 1){otherwise}");
            db.Bind();
            db.Execute();
            db.Send('H');
            Assert.That(db.Until('C'), Is.EqualTo("12C"));
            db.Send('S');
            db.Until('Z');
        });

        var bad = await Flushing("ledger", "").Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Verdict, f.Point!.Phase)), Is.EqualTo(new[] { (Verdict.Doubled, CrashPhase.After) }), bad.ToString());
        var good = await Flushing("sales", " ON CONFLICT DO NOTHING").RunAsync();
        Assert.That(good.Passed, good.ToString());
        var crash = good.Schedules.Single(s => s.Schedule == "CrashAtEveryWrite");
        Assert.That((crash.Planned, crash.Explored, crash.Unreached), Is.EqualTo((6, 4, 0)));
    }

    [Test]
    public async Task A_copy_by_an_extended_query_is_one_write()
    {
        var report = await Check("ledger", (db, id) =>
        {
            db.Parse("COPY ledger FROM STDIN");
            db.Bind();
            db.Execute();
            db.Send('S');
            db.Until('G');
            db.Send('d', $"{id}\t1\n");
            db.Send('c');
            db.Send('S');
            Assert.That(db.Until('Z'), Is.EqualTo("CZ"));
        }).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Failures.Select(f => f.Verdict), Is.EqualTo(new[] { Verdict.Doubled }), report.ToString());
        Assert.That((report.Schedules[0].Planned, report.Schedules[0].Unreached), Is.EqualTo((6, 0)));
    }

    [Test]
    public async Task A_copy_that_the_client_gives_up_has_nothing_after_it()
    {
        var report = await Check("sales", (db, id) =>
        {
            db.Send('Q', "COPY ledger FROM STDIN\0");
            db.Until('G');
            db.Send('d', "half\t1\n");
            db.Send('f', "given up\0");
            Assert.That(db.Until('Z'), Is.EqualTo("EZ"));
            db.Send('Q', $"INSERT INTO sales VALUES ('{id}', 1) ON CONFLICT DO NOTHING\0");
            db.Until('Z');
        }).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        // Before the copy, and on both sides of the insert.
        Assert.That(report.Schedules[0].Planned, Is.EqualTo(9));
    }

    [Test]
    public async Task A_script_of_psql_is_killed_at_its_statements()
    {
        RerunCheck Script(string before, string after) => RerunCheck.Pipeline(async run =>
        {
            await foreach (var _ in run.Deliveries(Sales.Good(1)))
            {
            }

            var proxy = new NpgsqlConnectionStringBuilder(run.ConnectionString(Db));
            var (file, data) = (Path.GetTempFileName(), Path.GetTempFileName());
            await File.WriteAllTextAsync(data, "one\t1\ntwo\t1\n");
            await File.WriteAllTextAsync(file, $"\\set ON_ERROR_STOP on\nSELECT count(*) = 0 AS isnew FROM loads \\gset\n\\if :isnew\n{before}\\copy ledger FROM '{data}'\nINSERT INTO loads VALUES ('ledger');\n{after}\\endif\n");
            try
            {
                await run.ExecuteAsync(new ProcessStartInfo("psql", ["-qXf", file]) { Environment = { ["PGHOST"] = proxy.Host, ["PGPORT"] = $"{proxy.Port}", ["PGUSER"] = proxy.Username, ["PGDATABASE"] = proxy.Database } });
            }
            finally
            {
                File.Delete(file);
                File.Delete(data);
            }
        }).Observe(Db.Table("ledger")).Schedules(Schedule.Twice, Schedule.CrashAtEveryWrite);

        var bad = await Script("", "").RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Schedule, f.Verdict)), Is.EqualTo(new[] { ("CrashAtEveryWrite", Verdict.Doubled) }), bad.ToString());
        var good = await Script("BEGIN;\n", "COMMIT;\n").RunAsync();
        Assert.That(good.Passed, good.ToString());
        Assert.That((good.Schedules[1].Planned, good.Schedules[1].Explored), Is.EqualTo((4, 2)));
    }

    [Test]
    public async Task Two_runs_at_once_look_before_either_has_written()
    {
        RerunCheck Looking(string table) => Check(table, (db, id) =>
        {
            db.Send('Q', $"SELECT count(*) FROM {table} WHERE id = '{id}'\0");
            db.Until('Z');
            db.Send('Q', $"INSERT INTO {table} SELECT '{id}', 1 WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = '{id}') ON CONFLICT DO NOTHING\0");
            db.Until('Z');
        }).Schedules(Schedule.Concurrent(2));
        var good = await Looking("sales").RunAsync();
        Assert.That(good.Passed, good.ToString());
        Assert.That(good.Schedules[0].Explored, Is.GreaterThan(5));

        var bad = await Check("ledger", (db, id) =>
        {
            db.Send('Q', $"SELECT 1 FROM ledger WHERE id = '{id}'\0");
            if (db.Until('Z').Contains('D'))
                return;
            db.Send('Q', $"INSERT INTO ledger VALUES ('{id}', 1)\0");
            db.Until('Z');
        }).Schedules(Schedule.Concurrent(2)).RunAsync();
        Assert.That(bad.Failures.Select(f => (f.Verdict, f.LikelyRule![..9])), Is.EqualTo(new[] { (Verdict.Doubled, "RERUN3003") }), bad.ToString());
    }

    [Test]
    public void A_client_of_another_protocol_is_told()
    {
        var error = Assert.ThrowsAsync<RerunCheckException>(() => RerunCheck.Pipeline(async run =>
        {
            using var http = new HttpClient();
            await http.GetAsync($"http://{run.Through(Db.Wire)}/");
        }).Observe(Db.Table("sales")).RunAsync());
        Assert.That(error!.Message, Does.Contain("not PostgreSQL's protocol"));
    }

    private RerunCheck Check(string table, Action<RawPostgreSql, string> act) => RerunCheck.Pipeline(async run =>
    {
        using var db = new RawPostgreSql(run.Through(Db.Wire), new NpgsqlConnectionStringBuilder(Db.ConnectionString).Database!);
        await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            act(db, delivery.Position.ToString());
        db.Send('X');
    }).Observe(Db.Table(table));
}
