using Dapper;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DuckDb.Tests;

public class DuckDbSinkTests
{
    private const string Schema = """
        CREATE TABLE orders (id TEXT PRIMARY KEY, amount DOUBLE, loaded_at TIMESTAMP);
        CREATE TABLE events (line TEXT, note TEXT, tags INT[]);
        CREATE SEQUENCE numbers;
        CREATE SCHEMA audit;
        CREATE TABLE audit.log (line TEXT);
        CREATE VIEW daily AS SELECT count(*) AS n FROM orders;
        INSERT INTO orders VALUES ('first', 1.5, '2026-01-01');
        """;

    private DuckDbSink _sink = null!;

    [SetUp]
    public async Task Create() => _sink = await DuckDbSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _sink.DisposeAsync();

    [Test]
    public async Task Reset_gives_the_state_right_after_creation_also_when_the_shape_has_changed()
    {
        var fresh = await _sink.FingerprintAllAsync();
        Execute("INSERT INTO orders VALUES ('a', 1, NULL); CREATE TABLE made (id TEXT); ALTER TABLE events DROP COLUMN note");
        Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(fresh));
        await _sink.ResetAsync();
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(fresh));
        Assert.That(_sink.Tables().Select(t => t.Name), Is.EquivalentTo(new[] { "audit.log", "events", "orders" }));
    }

    [Test]
    public async Task A_saved_state_can_be_restored_any_number_of_times_with_its_sequences()
    {
        Execute("INSERT INTO events SELECT nextval('numbers')::TEXT, NULL, NULL");
        using var image = await _sink.SaveAsync();
        var saved = await _sink.FingerprintAllAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(Query<long>("SELECT nextval('numbers')"), Is.EqualTo(2));
            Execute("INSERT INTO orders VALUES ('b', 1, NULL); CHECKPOINT; UPDATE orders SET amount = amount + 1");
            Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(saved));
            await _sink.RestoreAsync(image);
            Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(saved));
        }
    }

    [Test]
    public async Task What_is_committed_is_saved_while_a_transaction_is_open()
    {
        var before = await _sink.FingerprintAllAsync();
        SinkImage? image;
        await using (var open = _sink.CreateConnection())
        {
            await open.OpenAsync();
            await using var transaction = await open.BeginTransactionAsync();
            await open.ExecuteAsync("INSERT INTO orders VALUES ('open', 1, NULL)", transaction: transaction);
            image = await _sink.SaveCommittedAsync();
            Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(before));
            await transaction.CommitAsync();
            Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(before));
        }

        using (image)
            await _sink.RestoreAsync(image!);
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_connection_that_a_test_has_left_open_is_told()
    {
        await using var open = _sink.CreateConnection();
        await open.OpenAsync();
        Assert.That(async () => await _sink.ResetAsync(), Throws.TypeOf<SinkException>().With.Message.Contains("still open"));
    }

    [Test]
    public async Task Doubled_rows_differ_and_pairs_do_not_cancel()
    {
        var seen = new HashSet<string>();
        for (var times = 0; times < 6; times++)
        {
            Assert.That(seen.Add((await _sink.FingerprintAsync([_sink.Table("events")])).Value[^32..]), Is.True, $"{times} times the same row");
            Execute("INSERT INTO events VALUES ('same', 'row', NULL)");
        }
    }

    [TestCase("NULL, '', NULL")]
    [TestCase("'', NULL, NULL")]
    [TestCase("'a', 'bc', NULL")]
    [TestCase("'ab', 'c', []")]
    [TestCase("'c', 'ab', NULL")]
    public async Task Borders_and_empty_values_count(string other)
    {
        Execute("INSERT INTO events VALUES ('ab', 'c', NULL)");
        var one = await _sink.FingerprintAsync([_sink.Table("events")]);
        Execute($"DELETE FROM events; INSERT INTO events VALUES ({other})");
        Assert.That(await _sink.FingerprintAsync([_sink.Table("events")]), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task A_diff_fetches_the_rows_that_differ_and_not_the_table()
    {
        Execute("INSERT INTO orders SELECT 'K' || i, i, NULL FROM range(1, 5001) t(i)");
        var view = _sink.Table("orders").Ignoring("loaded_at");
        var expected = await _sink.ReadAsync(view);
        Execute("UPDATE orders SET amount = -1 WHERE id = 'K77'; DELETE FROM orders WHERE id = 'K4000'; INSERT INTO orders VALUES ('new', 1, NULL); UPDATE orders SET loaded_at = now()");
        var parts = await _sink.ReadDifferingAsync(view, expected);
        var diff = TableDiff.Between(parts.Expected, parts.Actual, view);
        Assert.That(diff.Changed.Single().Actual["id"], Is.EqualTo("K77"));
        Assert.That(diff.Missing.Single()["id"], Is.EqualTo("K4000"));
        Assert.That(diff.Extra.Single()["id"], Is.EqualTo("new"));
        Assert.That(parts.ActualCount, Is.EqualTo(5001));
        Assert.That(_sink.RowsFetched, Is.InRange(3, 200));
    }

    [Test]
    public async Task Two_tables_are_compared_where_they_lie()
    {
        Execute("INSERT INTO orders SELECT 'K' || i, i, NULL FROM range(1, 5001) t(i); CREATE TABLE rebuilt AS FROM orders; UPDATE rebuilt SET amount = 0 WHERE id = 'K9'");
        var diff = await TableDiff.BetweenAsync(_sink.Table("orders"), _sink.Table("rebuilt"));
        Assert.That(diff.Changed.Single().Expected["amount"], Is.EqualTo(9.0));
        Assert.That((diff.ExpectedCount, diff.ActualCount), Is.EqualTo((5001L, 5001L)));
        Assert.That(_sink.RowsFetched, Is.InRange(1, 100));
        Execute("UPDATE rebuilt SET amount = 9 WHERE id = 'K9'");
        Assert.That((await TableDiff.BetweenAsync(_sink.Table("orders"), _sink.Table("rebuilt"))).IsEmpty);
        Assert.That(_sink.RowsFetched, Is.Zero);
    }

    [Test]
    public async Task Values_within_a_tolerance_are_no_difference_and_are_mostly_not_fetched()
    {
        Execute("INSERT INTO orders SELECT 'K' || i, i + 0.5, TIMESTAMP '2026-01-01 00:00:30' FROM range(1, 5001) t(i); CREATE TABLE rebuilt AS SELECT id, amount + 0.001 AS amount, loaded_at + INTERVAL 1 SECOND AS loaded_at FROM orders");
        var exact = _sink.Table("orders");
        var view = exact.Tolerating("amount", 0.01).Tolerating("loaded_at", TimeSpan.FromMinutes(1));
        Assert.That((await TableDiff.BetweenAsync(view, _sink.Table("rebuilt"))).IsEmpty);
        Assert.That(_sink.RowsFetched, Is.LessThan(500));
        Assert.That((await TableDiff.BetweenAsync(exact, _sink.Table("rebuilt"))).Changed, Has.Count.EqualTo(5001));
        Execute("UPDATE rebuilt SET amount = amount + 0.02 WHERE id = 'K5'");
        Assert.That((await TableDiff.BetweenAsync(view, _sink.Table("rebuilt"))).Changed.Single().Columns, Is.EqualTo(new[] { "amount" }));

        var before = await _sink.ReadAsync(view);
        Execute("UPDATE orders SET amount = amount + 0.009");
        var parts = await _sink.ReadDifferingAsync(view, before);
        Assert.That(TableDiff.Between(parts.Expected, parts.Actual, view).IsEmpty, "rows on two sides of a step are compared when they are fetched");
    }

    [Test]
    public void Tables_have_their_keys_and_unknown_ones_are_told()
    {
        Assert.That(_sink.Table("ORDERS").KeyColumns, Is.EqualTo(new[] { "id" }));
        Assert.That(_sink.Table("audit.log").KeyColumns, Is.Empty);
        Assert.That(_sink.Table("daily").Columns, Is.EqualTo(new[] { "n" }));
        Assert.That(() => _sink.Table("ordres"), Throws.TypeOf<SinkException>().With.Message.Contains("no table 'ordres'"));
    }

    [Test]
    public void A_schema_that_fails_names_the_line_and_the_statement() => Assert.That(
        async () => await DuckDbSink.CreateAsync("CREATE TABLE a (id TEXT);\nCREATE TABLE b (\n  id TEXTT);\n"),
        Throws.TypeOf<SinkException>().With.Message.Contains("line 2").And.Message.Contains("TEXTT").And.Message.Contains("in: CREATE TABLE b"));

    private void Execute(string sql)
    {
        using var connection = _sink.CreateConnection();
        connection.Execute(sql);
    }

    private T Query<T>(string sql)
    {
        using var connection = _sink.CreateConnection();
        return connection.ExecuteScalar<T>(sql)!;
    }
}
