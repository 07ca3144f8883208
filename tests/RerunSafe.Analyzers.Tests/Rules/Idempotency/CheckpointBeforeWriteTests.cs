using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class CheckpointBeforeWriteTests
{
    private const string Read = "var since = db.ExecuteScalar<string>(\"SELECT last_value FROM sync_state\");";
    private const string Save = "db.Execute(\"UPDATE sync_state SET last_value = @last\", new { last });";
    private const string Speaks = "{|RERUN1010:db.Execute(\"UPDATE sync_state SET last_value = @last\", new { last })|};";
    private const string Load = "foreach (var row in rows) db.Execute(\"INSERT INTO orders (id) VALUES (@row) ON CONFLICT (id) DO NOTHING\", new { row });";

    private static string Job(string body, string members = "", string types = "") => $$"""
        public class ImportJob(SqliteConnection db, ILogger<ImportJob> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var rows = File.ReadLines("orders.csv").ToList();
                var last = rows[^1];
                {{body}}
                logger.LogInformation("{Count} {Last}", rows.Count, last);
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        """;

    [Test]
    public Task Saved_before_the_records() => Verify.LibraryAsync(Job(Read + Speaks + Load));

    [Test]
    public Task Saved_behind_the_records() => Verify.LibraryAsync(Job(Read + Load + Save));

    [TestCase(Read, DiagnosticSeverity.Warning)]
    [TestCase("", DiagnosticSeverity.Info)]
    public async Task Without_a_read_of_it_the_rule_suggests_only(string read, DiagnosticSeverity severity)
    {
        var found = (await Verify.DiagnosticsAsync(Job(read + Save + Load))).Where(d => d.Id == "RERUN1010").ToList();
        Assert.That(found.Select(d => d.Severity), Is.EqualTo(new[] { severity }));
    }

    [Test]
    public Task In_one_transaction_the_order_does_not_matter() => Verify.LibraryAsync(Job(
        Read + "using var tx = db.BeginTransaction();" + Save + Load + "tx.Commit();"));

    [Test]
    public Task A_transaction_that_a_caller_has_begun() => Verify.LibraryAsync(Job(
        Read + "using var tx = db.BeginTransaction(); Import(rows, last); tx.Commit();", $$"""void Import(List<string> rows, string last) { {{Save}} {{Load}} }"""));

    [TestCase("UPDATE sync_state SET status = 'running', last_value = @last")]
    [TestCase("UPDATE sync_state SET started_at = @last")]
    [TestCase("UPDATE shops SET name = @last")]
    [TestCase("DELETE FROM sync_state")]
    public Task A_mark_that_a_run_is_under_way_and_other_writes(string sql) => Verify.LibraryAsync(Job(
        Read + $"db.Execute(\"{sql}\", new {{ last }});" + Load));

    [TestCase("INSERT INTO sync_log (text) VALUES (@row)")]
    [TestCase("UPDATE orders SET seen = 1 WHERE id = @row")]
    public Task What_follows_loads_no_records(string sql) => Verify.LibraryAsync(Job(
        Read + Save + $"foreach (var row in rows) db.Execute(\"{sql}\", new {{ row }});"));

    [Test]
    public Task A_first_value_where_none_is_there() => Verify.LibraryAsync(Job(Read + "if (since is null) { " + Save + " }" + Load));

    [Test]
    public Task A_first_save_that_a_later_one_replaces() => Verify.LibraryAsync(Job(Read + Save + Load + Save));

    [Test]
    public Task Per_record_behind_its_write() => Verify.LibraryAsync(Job(
        Read + "foreach (var row in rows) { db.Execute(\"INSERT INTO orders (id) VALUES (@row) ON CONFLICT (id) DO NOTHING\", new { row }); db.Execute(\"UPDATE sync_state SET last_value = @row\", new { row }); }"));

    [Test]
    public Task Per_record_before_its_write() => Verify.LibraryAsync(Job(
        Read + "foreach (var row in rows) { {|RERUN1010:db.Execute(\"UPDATE sync_state SET last_value = @row\", new { row })|}; db.Execute(\"INSERT INTO orders (id) VALUES (@row) ON CONFLICT (id) DO NOTHING\", new { row }); }"));

    [Test]
    public Task What_the_round_before_has_loaded() => Verify.LibraryAsync(Job(
        Read + "var done = \"\"; foreach (var row in rows) { db.Execute(\"UPDATE sync_state SET last_value = @done\", new { done }); db.Execute(\"INSERT INTO orders (id) VALUES (@row) ON CONFLICT (id) DO NOTHING\", new { row }); done = row; }"));

    private const string Store = """
        public interface ICheckpoints { string? GetCheckpoint(string name); void SaveCheckpoint(string name, string value); }
        """;

    [Test]
    public Task By_the_name_of_the_method() => Task.WhenAll(
        Verify.LibraryAsync(Job("var since = store.GetCheckpoint(\"orders\"); {|RERUN1010:store.SaveCheckpoint(\"orders\", last)|};" + Load, "public required ICheckpoints store { get; init; }", Store)),
        Verify.LibraryAsync(Job("var since = store.GetCheckpoint(\"orders\");" + Load + "store.SaveCheckpoint(\"orders\", last);", "public required ICheckpoints store { get; init; }", Store)));

    [Test]
    public Task By_the_name_of_the_store_and_with_the_load_in_a_helper() => Verify.LibraryAsync(Job(
        "var since = watermarks.Get(); {|RERUN1010:watermarks.Set(last)|}; Import(rows);",
        $$"""public required IValues watermarks { get; init; } void Import(List<string> rows) { {{Load}} }""",
        "public interface IValues { string? Get(); void Set(string value); }"));

    [Test]
    public Task A_file_that_holds_it() => Verify.LibraryAsync(Job(
        "var since = File.ReadAllText(\"state/last_run.txt\"); {|RERUN1010:File.WriteAllText(\"state/last_run.txt\", last)|};" + Load));

    [Test]
    public Task An_entity_that_is_saved_before_the_records() => Verify.LibraryAsync(Entities(
        "var state = await db.States.FirstAsync(stoppingToken); var since = state.LastSync; state.LastSync = rows.Count; {|RERUN1010:await db.SaveChangesAsync(stoppingToken)|};".Replace("{|RERUN1010:await db.SaveChangesAsync(stoppingToken)|}", "await {|RERUN1010:db.SaveChangesAsync(stoppingToken)|}")
        + "db.Database.ExecuteSqlRaw(\"INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING\");"));

    [Test]
    public Task An_entity_that_is_saved_together_with_the_records() => Verify.LibraryAsync(Entities(
        "var state = await db.States.FirstAsync(stoppingToken); var since = state.LastSync; if (rows.Count > since) { state.LastSync = rows.Count; db.Orders.AddRange(rows.Select(r => new Order())); } await db.SaveChangesAsync(stoppingToken);"));

    private static string Entities(string body) => $$"""
        using Microsoft.EntityFrameworkCore;

        public class Order { public int Id { get; set; } }
        public class State { public int Id { get; set; } public int LastSync { get; set; } }
        public class ShopDb : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<State> States => Set<State>(); }

        public class ImportJob(ShopDb db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var rows = File.ReadLines("orders.csv").ToList();
                {{body}}
                await Task.CompletedTask;
            }
        }
        """;

    private const string Insert = "db.Execute(\"INSERT INTO orders (id) VALUES (@row) ON CONFLICT (id) DO NOTHING\", new { row });";

    [Test]
    public Task Past_records_that_were_only_logged() => Verify.LibraryAsync(Job(
        Read + "foreach (var row in File.ReadLines(\"orders.csv\")) { try { " + Insert + " } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"failed\"); } }" + Speaks));

    [TestCase("logger.LogError(e, \"failed\"); throw;")]
    [TestCase("db.Execute(\"INSERT INTO dead_letters (id, reason) VALUES (@row, @Message) ON CONFLICT (id) DO NOTHING\", new { row, e.Message });")]
    [TestCase("logger.LogError(e, \"failed\"); break;")]
    [TestCase("logger.LogError(e, \"failed\"); return;")]
    public Task Records_that_are_set_aside_or_that_end_the_run(string handler) => Verify.LibraryAsync(Job(
        Read + "foreach (var row in File.ReadLines(\"orders.csv\")) { try { " + Insert + " } catch (Exception e) { " + handler + " GC.KeepAlive(e); } }" + Save).Replace("throw; GC.KeepAlive(e);", "throw;").Replace("break; GC.KeepAlive(e);", "break;").Replace("return; GC.KeepAlive(e);", "return;"));

    [Test]
    public Task A_broker_that_is_told_too_early_is_another_rules_question() => Verify.LibraryAsync("""
        namespace Confluent.Kafka
        {
            public class ConsumeResult<TKey, TValue> { public TValue Value = default!; }
            public interface IConsumer<TKey, TValue> { ConsumeResult<TKey, TValue> Consume(CancellationToken token); void StoreOffset(ConsumeResult<TKey, TValue> result); }
        }

        public class ImportJob(SqliteConnection db, Confluent.Kafka.IConsumer<string, string> consumer) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var row = consumer.Consume(stoppingToken);
                    {|RERUN2004:consumer.StoreOffset(row)|};
                    db.Execute("INSERT INTO orders (id) VALUES (@Value) ON CONFLICT (id) DO NOTHING", row);
                }

                await Task.CompletedTask;
            }
        }
        """);
}
