namespace RerunSafe.Analyzers.Tests.Rules;

/// <summary>The messages, word for word: what happens, when, and what to do about it.</summary>
[Parallelizable(ParallelScope.All)]
public class MessageTests
{
    private static string Job(string body, string members = "") => $$"""
        public class ImportJob(SqliteConnection db, Npgsql.NpgsqlConnection postgres, MySqlConnector.MySqlConnection mySql, Microsoft.Data.SqlClient.SqlConnection sqlServer, ILogger<ImportJob> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{body}}
                }

                logger.LogDebug("{A} {B} {C} {D}", db, postgres, mySql, sqlServer);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    [TestCase("""await postgres.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line });""",
        "INSERT INTO orders runs again when ImportJob.ExecuteAsync starts again with its host and adds the same rows again; add ON CONFLICT (the business key) DO UPDATE")]
    [TestCase("""await mySql.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line });""",
        "INSERT INTO orders runs again when ImportJob.ExecuteAsync starts again with its host and adds the same rows again; add ON DUPLICATE KEY UPDATE on the business key")]
    [TestCase("""await sqlServer.ExecuteAsync("INSERT INTO dbo.Orders (Id) VALUES (@line)", new { line });""",
        "INSERT INTO dbo.Orders runs again when ImportJob.ExecuteAsync starts again with its host and adds the same rows again; MERGE on the business key, or insert WHERE NOT EXISTS")]
    [TestCase("""db.Execute("CREATE TABLE IF NOT EXISTS orders (shop TEXT, id TEXT, UNIQUE (shop, id))"); await db.ExecuteAsync("INSERT INTO orders (shop, id) VALUES ('a', @line)", new { line });""",
        "INSERT INTO orders runs again when ImportJob.ExecuteAsync starts again with its host and fails on the unique key (shop, id); add ON CONFLICT (shop, id) DO UPDATE")]
    [TestCase("""await db.ExecuteAsync("UPDATE accounts SET balance = balance + 1 WHERE id = @line", new { line });""",
        "'balance = balance + 1' runs again when ImportJob.ExecuteAsync starts again with its host and changes accounts.balance once more; compute the value from the records, or record the processed input in the same transaction")]
    [TestCase("""await db.ExecuteAsync("DELETE FROM totals WHERE day = @day", new { day = DateTime.Today });""",
        "'DateTime.Today' decides which rows are deleted when ImportJob.ExecuteAsync runs; the same input run again on another day deletes another slice, so pass the date in or take it from the record")]
    [TestCase("""await File.WriteAllTextAsync($"out/{DateTime.Today:yyyyMMdd}.csv", line);""",
        "'DateTime.Today' decides which file the records land in when ImportJob.ExecuteAsync runs; the same input run again on another day lands in another slice, so pass the date in or take it from the record")]
    [TestCase("""try { decimal.Parse(line); await db.ExecuteAsync("UPDATE orders SET open = 0 WHERE id = @line", new { line }); } catch (Exception e) { logger.LogError(e, "bad"); }""",
        "A record that fails here is only logged and skipped, and is still missing when ImportJob.ExecuteAsync starts again with its host; write it to the dead letters (payload, reason, position) before going on, or rethrow")]
    [TestCase("""try { decimal.Parse(line); await db.ExecuteAsync("UPDATE orders SET open = 0 WHERE id = @line", new { line }); } catch { }""",
        "A record that fails here is dropped without a word and skipped, and is still missing when ImportJob.ExecuteAsync starts again with its host; write it to the dead letters (payload, reason, position) before going on, or rethrow")]
    public async Task A_message_says_what_when_and_what_to_do(string body, string message) =>
        Assert.That(await MessagesAsync(Job(body)), Is.EqualTo(new[] { message }));

    [Test]
    public async Task A_message_names_the_way_from_the_entry_point() => Assert.That(
        await MessagesAsync(Job("await LoadAsync(line);", """
            private Task LoadAsync(string line) => SaveAsync(line);
            private Task SaveAsync(string line) => postgres.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line });
            """)),
        Is.EqualTo(new[] { "INSERT INTO orders runs again when ImportJob.ExecuteAsync starts again with its host (ExecuteAsync → LoadAsync → SaveAsync) and adds the same rows again; add ON CONFLICT (the business key) DO UPDATE" }));

    [Test]
    public async Task A_long_head_is_cut_and_stays_on_one_line()
    {
        var table = new string('t', 90);
        var messages = await MessagesAsync(Job($"await postgres.ExecuteAsync(@\"INSERT INTO\n    {table} (id) VALUES (@line)\", new {{ line }});"));
        Assert.That(messages.Single(), Does.StartWith("INSERT INTO tttt").And.Contain("t… runs again").And.Not.Contain("\n"));
    }

    [Test]
    public async Task Every_message_is_one_sentence_without_open_placeholders()
    {
        var messages = await MessagesAsync(Job("""
            await db.ExecuteAsync($"INSERT INTO {line} (id) VALUES (1)");
            await db.ExecuteAsync("UPDATE t SET n = n + 1, day = @day WHERE day = @day", new { day = DateTime.Today });
            """));
        Assert.That(messages, Is.Not.Empty);
        foreach (var message in messages)
            Assert.That(message, Does.Not.Contain("{").And.Not.Contain("  ").And.Not.EndWith(".").And.Not.Contain("\n").And.Not.Contain(" ;"));
    }

    internal static async Task<string[]> MessagesAsync(string source) =>
        [.. (await Verify.DiagnosticsAsync(source)).OrderBy(d => d.Location.SourceSpan.Start).Select(d => d.GetMessage())];
}
