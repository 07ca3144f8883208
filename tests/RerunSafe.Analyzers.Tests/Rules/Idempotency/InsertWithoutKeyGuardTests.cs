namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class InsertWithoutKeyGuardTests
{
    private static string Job(string body) => $$"""
        public class ImportJob(SqliteConnection db, ILogger<ImportJob> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    var id = line.Split(',')[0];
                    {{body}}
                }
                logger.LogInformation("done");
                await Task.CompletedTask;
            }
        }
        """;

    [Test]
    public Task A_plain_insert_by_Dapper_in_a_hosted_service_is_repeated() => Verify.LibraryAsync(Job(
        """await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });"""));

    [Test]
    public Task A_plain_insert_by_a_command_object_is_repeated() => Verify.LibraryAsync(Job("""
        using var command = db.CreateCommand();
        command.CommandText = "{|RERUN1001:INSERT INTO orders|} (id) VALUES ($id)";
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task An_upsert_converges() => Verify.LibraryAsync(Job(
        """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id });"""));

    [Test]
    public Task A_look_up_of_the_same_table_that_decides_is_a_guard() => Verify.LibraryAsync(Job("""
        var known = await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        if (known == 0)
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_look_up_whose_result_nobody_uses_is_no_guard() => Verify.LibraryAsync(Job("""
        var known = await db.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        """));

    [TestCase("new { id = System.Guid.NewGuid(), line = id }", "gives INSERT INTO orders another id each time")]
    [TestCase("new { id, line = id }", "fails on the unique key (id)")]
    public async Task A_key_that_is_new_on_every_run_is_no_key(string values, string outcome)
    {
        var messages = await MessageTests.MessagesAsync(Job($"""
            await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, line TEXT)");
            await db.ExecuteAsync("INSERT INTO orders (id, line) VALUES (@id, @line)", {values});
            """));
        Assert.That(messages, Has.Exactly(1).Contains(outcome));
    }
}
