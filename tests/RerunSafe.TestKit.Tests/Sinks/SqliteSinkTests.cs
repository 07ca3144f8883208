using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Sinks;

public class SqliteSinkTests : SinkTest
{
    private string Folder => Path.GetDirectoryName(new SqliteConnectionStringBuilder(Sink.ConnectionString).DataSource)!;

    [Test]
    public async Task Reset_gives_the_state_right_after_creation()
    {
        var fresh = await Fingerprint("orders", "events");
        Execute("INSERT INTO orders VALUES ('a', 1, NULL); CREATE TABLE made_by_the_pipeline (id); PRAGMA user_version = 4");
        await Sink.ResetAsync();
        Assert.That(await Fingerprint("orders", "events"), Is.EqualTo(fresh));
        Assert.That(Sink.Tables().Select(table => table.Name), Is.EqualTo(new[] { "Tmp_Pairs", "events", "orders" }));
    }

    [TestCase("delete")]
    [TestCase("wal")]
    [TestCase("truncate")]
    public async Task A_saved_state_can_be_restored_any_number_of_times(string journal)
    {
        Execute($"PRAGMA journal_mode = {journal}; INSERT INTO orders VALUES ('a', 1, NULL)");
        using var image = await Sink.SaveAsync();
        var saved = await Fingerprint("orders");
        for (var i = 0; i < 3; i++)
        {
            Execute("UPDATE orders SET amount = amount + 1; INSERT INTO orders VALUES ('b', 1, NULL)");
            Assert.That(await Fingerprint("orders"), Is.Not.EqualTo(saved));
            await Sink.RestoreAsync(image);
            Assert.That(await Fingerprint("orders"), Is.EqualTo(saved));
        }

        await Sink.ResetAsync();
        using var connection = new SqliteConnection(Sink.ConnectionString);
        Assert.That(connection.QuerySingle<long>("SELECT count(*) FROM orders"), Is.Zero);
        Assert.That(connection.QuerySingle<string>("PRAGMA journal_mode"), Is.EqualTo("delete"));
    }

    [Test]
    public async Task A_connection_that_stays_open_sees_what_is_restored()
    {
        using var idle = Sink.CreateConnection();
        idle.Open();
        Execute("INSERT INTO orders VALUES ('a', 1, NULL)");
        Assert.That(idle.QuerySingle<long>("SELECT count(*) FROM orders"), Is.EqualTo(1));
        await Sink.ResetAsync();
        Assert.That(idle.QuerySingle<long>("SELECT count(*) FROM orders"), Is.Zero);
        Execute("INSERT INTO orders VALUES ('b', 2, NULL)");
        Assert.That(idle.QuerySingle<string>("SELECT id FROM orders"), Is.EqualTo("b"));
    }

    [TestCase("delete")]
    [TestCase("wal")]
    public void An_open_transaction_is_told_and_not_waited_for(string journal)
    {
        Execute($"PRAGMA journal_mode = {journal}");
        using var open = Sink.CreateConnection();
        open.Open();
        open.Execute("BEGIN IMMEDIATE; INSERT INTO orders VALUES ('a', 1, NULL)");
        Assert.That(() => Sink.SaveAsync(), Throws.TypeOf<SinkException>().With.Message.Contains("holds a lock"));
        Assert.That(() => Sink.ResetAsync(), Throws.TypeOf<SinkException>().With.Message.Contains("holds a lock"));
        open.Execute("COMMIT;");
        Assert.DoesNotThrowAsync(() => Sink.ResetAsync());
    }

    [Test]
    public async Task An_image_of_another_sink_is_refused()
    {
        await using var other = await SqliteSink.CreateAsync("CREATE TABLE t (id)");
        using var image = await other.SaveAsync();
        Assert.That(() => Sink.RestoreAsync(image), Throws.TypeOf<SinkException>().With.Message.Contains("another sink"));
        Assert.That(() => Sink.ReadAsync(other.Table("t")), Throws.TypeOf<SinkException>().With.Message.Contains("another sink"));
        Assert.That(() => Sink.FingerprintAsync([other.Table("t")]), Throws.TypeOf<SinkException>().With.Message.Contains("another sink"));
    }

    [Test]
    public async Task A_disposed_image_is_refused()
    {
        var image = await Sink.SaveAsync();
        image.Dispose();
        Assert.That(() => Sink.RestoreAsync(image), Throws.TypeOf<SinkException>().With.Message.Contains("disposed"));
    }

    [Test]
    public async Task Disposing_removes_the_folder_and_ends_the_sink()
    {
        var sink = await SqliteSink.CreateAsync("CREATE TABLE t (id)");
        var folder = Path.GetDirectoryName(new SqliteConnectionStringBuilder(sink.ConnectionString).DataSource)!;
        await sink.SaveAsync();
        using (var connection = sink.CreateConnection())
            connection.Execute("PRAGMA journal_mode = wal; INSERT INTO t VALUES (1)");

        Assert.That(Directory.Exists(folder), Is.True);
        await sink.DisposeAsync();
        await sink.DisposeAsync();
        Assert.That(Directory.Exists(folder), Is.False);
        Assert.That(() => sink.Tables(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_schema_that_fails_names_the_line_and_the_statement_and_leaves_no_folder()
    {
        var path = Path.Combine(Folder, "schema.sql");
        File.WriteAllText(path, "-- first; line\nCREATE TABLE a (id);\nCREATE TRIGGER tr AFTER INSERT ON a BEGIN DELETE FROM a; DELETE FROM a; END;\n\nCREATE TABEL b (id);\n");
        var folders = Directory.GetDirectories(Path.GetTempPath(), "rerunsafe-*").ToHashSet();
        Assert.That(
            () => SqliteSink.CreateAsync(path),
            Throws.TypeOf<SinkException>().With.Message.Contains("schema.sql, line 5: ").And.Message.Contains("in: CREATE TABEL b (id)").And.InnerException.TypeOf<SqliteException>());
        Assert.That(Directory.GetDirectories(Path.GetTempPath(), "rerunsafe-*").Where(folder => !folders.Contains(folder) && Directory.GetFiles(folder, "*").Length == 0), Is.Empty);
    }

    [TestCase("", "is empty")]
    [TestCase("no-such-schema.sql", "There is no schema file 'no-such-schema.sql'")]
    [TestCase("DROP TABLE x", "no SQL text with a CREATE")]
    [TestCase("CREATE TABLE t (id); BEGIN; INSERT INTO t VALUES (1);", "begins a transaction")]
    [TestCase("CREATE TABLE t (id); INSERT INTO t VALUES ($p);", "schema text, line 1: ")]
    [TestCase("CREATE TABLE t (id", "schema text, line 1: ")]
    public void A_schema_that_is_none_is_told(string schema, string message) =>
        Assert.That(() => SqliteSink.CreateAsync(schema), Throws.TypeOf<SinkException>().With.Message.Contains(message));

    [Test]
    public async Task A_schema_file_may_hold_first_rows()
    {
        var path = Path.Combine(Folder, "rows.sql");
        await File.WriteAllTextAsync(path, "\uFEFFCREATE TABLE t (id, note);\r\nINSERT INTO t VALUES (1, 'semi;colon'); -- the end\r\n");
        await using var sink = await SqliteSink.CreateAsync(path);
        var state = await sink.ReadAsync(sink.Table("t"));
        Assert.That(state.Rows.Single()["note"], Is.EqualTo("semi;colon"));
    }

    [Test]
    public void Creation_can_be_cancelled() =>
        Assert.That(() => SqliteSink.CreateAsync("CREATE TABLE t (id)", new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
}
