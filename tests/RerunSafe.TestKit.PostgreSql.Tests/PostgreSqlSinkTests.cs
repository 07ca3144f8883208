using Dapper;
using Npgsql;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql.Tests;

public class PostgreSqlSinkTests
{
    private const string Schema = """
        CREATE TABLE orders (id TEXT PRIMARY KEY, amount NUMERIC, loaded_at TIMESTAMPTZ);
        CREATE TABLE events (line TEXT, note TEXT, tags INT[]);
        CREATE TABLE numbered (nr BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL REFERENCES orders (id), twice TEXT GENERATED ALWAYS AS (id || id) STORED);
        CREATE SCHEMA audit;
        CREATE TABLE audit.log (line TEXT);
        CREATE VIEW daily AS SELECT count(*) AS n FROM orders;
        CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit.log VALUES (NEW.id); RETURN NEW; END $$;
        CREATE TRIGGER noting AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();
        INSERT INTO orders VALUES ('first', 1.5, '2026-01-01');
        """;

    private PostgreSqlSink _sink = null!;

    [SetUp]
    public async Task Create() => _sink = await PostgreSqlSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _sink.DisposeAsync();

    [Test]
    public async Task Reset_gives_the_state_right_after_creation_also_when_the_shape_has_changed()
    {
        var fresh = await _sink.FingerprintAllAsync();
        Execute("INSERT INTO orders VALUES ('a', 1, NULL); CREATE TABLE made (id TEXT); ALTER TABLE events DROP COLUMN note; DROP TRIGGER noting ON orders");
        Assert.That(await _sink.FingerprintAllAsync(), Is.Not.EqualTo(fresh));
        await _sink.ResetAsync();
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(fresh));
        Assert.That(_sink.Tables().Select(t => t.Name), Is.EqualTo(new[] { "audit.log", "events", "numbered", "orders" }));
    }

    [Test]
    public async Task A_saved_state_can_be_restored_any_number_of_times_with_its_sequences()
    {
        Execute("INSERT INTO numbered (id) VALUES ('first')");
        using var image = await _sink.SaveAsync();
        var saved = await _sink.FingerprintAllAsync();
        for (var i = 0; i < 3; i++)
        {
            Execute("INSERT INTO orders VALUES ('b', 1, NULL); INSERT INTO numbered (id) VALUES ('b'); UPDATE orders SET amount = amount + 1");
            Assert.That(Query<long>("SELECT max(nr) FROM numbered"), Is.EqualTo(2), "the sequence went on where it stood");
            await _sink.RestoreAsync(image);
            Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(saved), "no trigger fired, and no generated column was in the way");
        }

        await _sink.ResetAsync();
        Assert.That(Query<long>("SELECT count(*) FROM numbered"), Is.Zero);
    }

    [Test]
    public async Task A_state_of_another_shape_is_kept_as_a_clone()
    {
        Execute("CREATE TABLE made (id TEXT); INSERT INTO made VALUES ('x')");
        using var image = await _sink.SaveAsync();
        Assert.That(await _sink.SaveCommittedAsync(), Is.Null, "a clone needs everybody out");
        await _sink.ResetAsync();
        Assert.That(() => _sink.Table("made"), Throws.TypeOf<SinkException>());
        await _sink.RestoreAsync(image);
        Assert.That(Query<string>("SELECT id FROM made"), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_large_table_is_restored_too()
    {
        Execute("INSERT INTO events SELECT 'line ' || i, repeat('x', 50), ARRAY[i] FROM generate_series(1, 20000) i");
        using var image = await _sink.SaveAsync();
        var saved = await _sink.FingerprintAllAsync();
        Execute("DELETE FROM events WHERE line LIKE '%7'");
        await _sink.RestoreAsync(image);
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(saved));
    }

    [Test]
    public async Task What_is_committed_is_saved_while_a_transaction_is_open()
    {
        var before = await _sink.FingerprintAllAsync();
        await using var open = _sink.CreateConnection();
        await open.OpenAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await open.ExecuteAsync("INSERT INTO orders VALUES ('open', 1, NULL)", transaction: transaction);
        using var image = await _sink.SaveCommittedAsync();
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(before));
        await transaction.CommitAsync();
        await _sink.RestoreAsync(image!);
        Assert.That(await _sink.FingerprintAllAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_lock_that_somebody_holds_is_told_and_not_waited_for()
    {
        await using var open = _sink.CreateConnection();
        await open.OpenAsync();
        await using var transaction = await open.BeginTransactionAsync();
        await open.ExecuteAsync("LOCK TABLE orders", transaction: transaction);
        Assert.That(async () => await _sink.ResetAsync(), Throws.Nothing, "a clone sends everybody away");
        using var image = await _sink.SaveAsync();
        await using var other = _sink.CreateConnection();
        await other.OpenAsync();
        await using var holding = await other.BeginTransactionAsync();
        await other.ExecuteAsync("LOCK TABLE orders", transaction: holding);
        Assert.That(async () => await _sink.RestoreAsync(image), Throws.TypeOf<SinkException>().With.Message.Contains("holds a lock"));
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
    [TestCase("'ab', 'c', '{}'")]
    [TestCase("'ab,c', NULL, NULL")]
    public async Task Borders_and_empty_values_count(string other)
    {
        Execute("INSERT INTO events VALUES ('ab', 'c', NULL)");
        var one = await _sink.FingerprintAsync([_sink.Table("events")]);
        Execute($"DELETE FROM events; INSERT INTO events VALUES ({other})");
        Assert.That(await _sink.FingerprintAsync([_sink.Table("events")]), Is.Not.EqualTo(one));
    }

    [Test]
    public async Task The_fingerprint_of_a_row_never_changes()
    {
        Execute("INSERT INTO events VALUES ('ä', NULL, '{1,2}'), ('', 'x', NULL)");
        Assert.That((await _sink.FingerprintAsync([_sink.Table("events")])).Value, Is.EqualTo("events 2 ca89d90e1576cbb913c41997d04dc49c"));
    }

    [Test]
    public async Task A_diff_fetches_the_rows_that_differ_and_not_the_table()
    {
        Execute("INSERT INTO orders SELECT 'K' || i, i, NULL FROM generate_series(1, 5000) i");
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
    public async Task Copies_of_rows_without_a_key_are_found_with_the_row_that_they_double()
    {
        Execute("INSERT INTO events SELECT 'line ' || i, NULL, ARRAY[i] FROM generate_series(1, 3000) i");
        var view = _sink.Table("events");
        var expected = await _sink.ReadAsync(view);
        Execute("INSERT INTO events VALUES ('line 5', NULL, '{5}')");
        var parts = await _sink.ReadDifferingAsync(view, expected);
        var doubled = TableDiff.Between(parts.Expected, parts.Actual, view).Doubled.Single();
        Assert.That((doubled.Expected, doubled.Actual, doubled.Row["tags"]), Is.EqualTo((1, 2, "{5}")));
        Assert.That(_sink.RowsFetched, Is.LessThan(200));
        Execute("DELETE FROM events WHERE ctid = (SELECT max(ctid) FROM events WHERE line = 'line 5')");
        Assert.That((await _sink.ReadDifferingAsync(view, expected)).Actual.Rows, Is.Empty);
    }

    [Test]
    public void Tables_have_their_keys_and_unknown_ones_are_told()
    {
        Assert.That(_sink.Table("ORDERS").KeyColumns, Is.EqualTo(new[] { "id" }));
        Assert.That(_sink.Table("audit.log").KeyColumns, Is.Empty);
        Assert.That(_sink.Table("daily").Columns, Is.EqualTo(new[] { "n" }));
        Assert.That(() => _sink.Table("ordres"), Throws.TypeOf<SinkException>().With.Message.Contains("There are: audit.log, daily, events, numbered, orders"));
    }

    [Test]
    public void A_schema_that_fails_names_the_line_and_the_statement() => Assert.That(
        async () => await PostgreSqlSink.CreateAsync("CREATE FUNCTION f() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;\nCREATE TABLE b (\n  id TEXTT);\n"),
        Throws.TypeOf<SinkException>().With.Message.Contains("line 3").And.Message.Contains("TEXTT").And.Message.Contains("in: CREATE TABLE b"));

    [Test]
    public async Task Another_server_can_be_given()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await using (var sink = await PostgreSqlSink.CreateAsync("CREATE TABLE t (id INT)", server.ConnectionString))
            Assert.That(sink.Tables(), Has.Length.EqualTo(1));
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        Assert.That(connection.Query<string>("SELECT datname FROM pg_database WHERE datname LIKE 'rerunsafe%'"), Is.Empty);
    }

    [Test]
    public async Task A_server_ends_and_leaves_no_folder()
    {
        var server = await PostgreSqlServer.StartAsync();
        var folder = new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!;
        Assert.That(Directory.Exists(folder));
        await server.DisposeAsync();
        Assert.That(Directory.Exists(folder), Is.False);
    }

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_sink.ConnectionString);
        connection.Execute(sql);
    }

    private T Query<T>(string sql)
    {
        using var connection = new NpgsqlConnection(_sink.ConnectionString);
        return connection.ExecuteScalar<T>(sql)!;
    }
}
