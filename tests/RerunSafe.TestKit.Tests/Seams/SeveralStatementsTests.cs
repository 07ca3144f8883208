using System.Data.Common;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.Tests.Seams;

/// <summary>A text of several statements: each is a step of its own, and what the caller gets is what the provider gives.</summary>
public class SeveralStatementsTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [TestCase("INSERT INTO days VALUES (@day, 1); UPDATE days SET amount = 2 WHERE day = @day; DELETE FROM totals")]
    [TestCase("INSERT INTO days VALUES ('a;b', 1); -- a comment; with a semicolon\nINSERT INTO days VALUES ('c', 2);;")]
    [TestCase("BEGIN; INSERT INTO days VALUES ('a', 1), ('b', 2); COMMIT;")]
    [TestCase("SELECT 1; SELECT 2")]
    [TestCase("CREATE TEMP TRIGGER tr AFTER INSERT ON days BEGIN INSERT INTO totals VALUES (new.day, 1); END; INSERT INTO days VALUES ('x', 1)")]
    [TestCase("PRAGMA user_version; INSERT INTO days VALUES ('p', 1)")]
    public async Task The_rows_and_the_count_are_those_of_the_provider(string sql)
    {
        await using var raw = _db.CreateConnection();
        var expected = (await RunAsync(raw, sql), Fingerprint());
        await _db.ResetAsync();
        var run = new GatedRunOf(_db);
        await using var gated = run.Connect();
        var actual = (await RunAsync(gated, sql), Fingerprint());
        Assert.That(actual, Is.EqualTo(expected));

        string Fingerprint() => _db.FingerprintAllAsync().GetAwaiter().GetResult().Value;
    }

    [Test]
    public async Task A_statement_that_fails_leaves_those_before_it_done()
    {
        var run = new GatedRunOf(_db);
        await using var gated = run.Connect();
        Assert.That(async () => await RunAsync(gated, "INSERT INTO days VALUES ('a', 1); INSERT INTO days VALUES ('a', 2)"), Throws.TypeOf<SqliteException>());
        Assert.That((await _db.ReadAsync(_db.Table("days"))).Rows, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_command_keeps_its_text_and_can_be_executed_again()
    {
        const string Sql = "INSERT INTO days VALUES (@day, 1); DELETE FROM days WHERE day = @day";
        await using var gated = new GatedRunOf(_db).Connect();
        await gated.OpenAsync();
        await using var command = gated.CreateCommand();
        command.CommandText = Sql;
        Add(command, "@day", "x");
        Assert.That((command.ExecuteNonQuery(), command.ExecuteNonQuery(), command.CommandText), Is.EqualTo((2, 2, Sql)));
    }

    [Test]
    public async Task A_death_between_two_statements_of_one_text_is_tried()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            await using var command = run.Connect(_db).CreateCommand();
            // The first statement guards the second: after a death between them the total is lost for ever.
            command.CommandText = "INSERT INTO days (day, amount) VALUES (@day, 1) ON CONFLICT DO NOTHING; INSERT INTO totals (shop, amount) SELECT @day, 1 WHERE (SELECT changes()) = 1";
            var day = Add(command, "@day", "");
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                day.Value = delivery.Position.ToString();
                await command.ExecuteNonQueryAsync();
            }
        }).Observe(_db.Table("days"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That((report.Schedules.Single().Planned, report.Failures.Single().Verdict, report.Failures[0].Table), Is.EqualTo((12, Verdict.Lost, "totals")));
    }

    [Test]
    public async Task Several_writes_under_one_reader_are_told_as_not_proved()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            await using var command = run.Connect(_db).CreateCommand();
            command.CommandText = "INSERT INTO days (day, amount) VALUES (@day, 1) ON CONFLICT DO NOTHING; INSERT INTO totals (shop, amount) VALUES (@day, 1) ON CONFLICT DO NOTHING; SELECT last_insert_rowid()";
            var day = Add(command, "@day", "");
            await foreach (var delivery in run.Deliveries(Sales.Good(3)))
            {
                day.Value = delivery.Position.ToString();
                _ = await command.ExecuteScalarAsync();
            }
        }).Observe(_db.Table("days"), _db.Table("totals")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Notes[0], Does.StartWith("a death between the writes of 'INSERT INTO days").And.Contain("into a transaction"));
    }

    private static async Task<int> RunAsync(DbConnection connection, string sql)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Add(command, "@day", "today");
        return await command.ExecuteNonQueryAsync();
    }

    private static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }

    private sealed class GatedRunOf(SqliteSink db)
    {
        private readonly TestKit.Seams.GatedRun _run = new(new FakeGate());

        public DbConnection Connect() => _run.Wrap(db.CreateConnection());
    }
}
