using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Rules.Duplicates;

/// <summary>RERUN3003: look, then insert, where two workers may look at the same time.</summary>
[Parallelizable(ParallelScope.All)]
public class CheckThenInsertRaceTests
{
    private const string On = "dotnet_diagnostic.RERUN3003.severity = warning";

    private const string Exists = """await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE number = @Number", order)""";
    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (number) VALUES (@Number)", order);""";
    private const string Spoken = """await db.ExecuteAsync("{|RERUN3003:INSERT INTO orders|} (number) VALUES (@Number)", order);""";
    private const string Save = "await shop.SaveChangesAsync();";

    private static string Consumer(string body, string members = "", string attribute = "", string index = "") => $$"""
        using MassTransit;
        using Microsoft.EntityFrameworkCore;

        public record OrderPlaced(string Number, decimal Amount);
        {{index}}
        public class Order { public int Id { get; set; } public string Number { get; set; } = ""; public decimal Amount { get; set; } }
        public class ProcessedMessage { public Guid Id { get; set; } }
        public class Shop(DbContextOptions<Shop> options) : DbContext(options)
        {
            public DbSet<Order> Orders => Set<Order>();
            public DbSet<ProcessedMessage> ProcessedMessages => Set<ProcessedMessage>();
        }
        public class SingletonAttribute : Attribute;
        public interface ILocks { Task<IDisposable> AcquireLockAsync(string key); }

        public class OrderConsumer(SqliteConnection db, Shop shop, ILocks locks) : IConsumer<OrderPlaced>
        {
            {{attribute}}
            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = context.Message;
                {{body}}
                GC.KeepAlive((db, shop, locks));
                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    private static Task Speaks(string body, string members = "") => RunAsync(Consumer(body, members));

    private static Task Silent(string body, string members = "", string attribute = "", string index = "") => RunAsync(Consumer(body, members, attribute, index));

    private static Task RunAsync(string source) => Verify.WithOptionsAsync(source + "\n" + StoreStubs.MassTransit, On);

    [Test]
    public Task A_count_decides() => Speaks($"if ({Exists} == 0) {Spoken}");

    [Test]
    public Task The_handler_returns_when_the_row_is_there() => Speaks($"if ({Exists} > 0) return; {Spoken}");

    [Test]
    public Task A_helper_inserts_what_the_handler_looked_up() => Speaks($"if ({Exists} > 0) return; await InsertAsync(order);", $"private async Task InsertAsync(OrderPlaced order) {{ {Spoken} }}");

    [Test]
    public Task A_helper_looks() => Speaks($"if (await IsThereAsync(order)) return; {Spoken}", $"private async Task<bool> IsThereAsync(OrderPlaced order) => {Exists} > 0;");

    [Test]
    public Task A_repository_looks_and_inserts() => RunAsync("""
        using MassTransit;

        public record OrderPlaced(string Number);
        public interface IOrders { Task<string?> FindAsync(string number); Task InsertAsync(string number); }
        public class Orders(IDbConnection db) : IOrders
        {
            public Task<string?> FindAsync(string number) => db.QuerySingleOrDefaultAsync<string>("SELECT number FROM orders WHERE number = @number", new { number });
            public Task InsertAsync(string number) => db.ExecuteAsync("{|RERUN3003:INSERT INTO orders|} (number) VALUES (@number)", new { number });
        }

        public class OrderConsumer(IOrders orders) : IConsumer<OrderPlaced>
        {
            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = await orders.FindAsync(context.Message.Number);
                if (order == null)
                    await orders.InsertAsync(context.Message.Number);
            }
        }
        """);

    [Test]
    public Task An_entity_is_looked_up_and_added() => Speaks(
        $"if (await shop.Orders.AnyAsync(o => o.Number == order.Number)) return; {{|RERUN3003:shop.Orders.Add(new Order {{ Number = order.Number }})|}}; {Save}");

    [Test]
    public Task Added_where_none_was_found_and_changed_otherwise() => Speaks(
        $"var found = await shop.Orders.FirstOrDefaultAsync(o => o.Number == order.Number); if (found is null) {{|RERUN3003:shop.Orders.Add(new Order {{ Number = order.Number }})|}}; else found.Amount = order.Amount; {Save}");

    [Test]
    public Task A_transaction_below_serializable_keeps_nobody_apart() => Speaks(
        $"using var tx = db.BeginTransaction(IsolationLevel.ReadCommitted); if ({Exists} == 0) {Spoken} tx.Commit();");

    // Silent.
    [Test]
    public Task It_is_off_by_default() => Verify.SaysNothingAsync(Consumer($"if ({Exists} == 0) {Insert}") + "\n" + StoreStubs.MassTransit);

    [Test]
    public Task A_serializable_transaction() => Silent($"using var tx = db.BeginTransaction(IsolationLevel.Serializable); if ({Exists} == 0) {Insert} tx.Commit();");

    [Test]
    public Task A_transaction_at_the_level_of_the_provider() => Silent($"using var tx = db.BeginTransaction(); if ({Exists} == 0) {Insert} tx.Commit();");

    [Test]
    public Task The_unique_violation_is_handled() => Silent($"try {{ if ({Exists} == 0) {Insert} }} catch (SqliteException e) when (e.SqliteErrorCode == 19) {{ }}");

    [Test]
    public Task The_save_handles_the_unique_violation() => Silent(
        $"if (await shop.Orders.AnyAsync(o => o.Number == order.Number)) return; shop.Orders.Add(new Order {{ Number = order.Number }}); try {{ {Save} }} catch (DbUpdateException e) when (e.InnerException is SqliteException {{ SqliteErrorCode: 19 }}) {{ shop.ChangeTracker.Clear(); }}");

    [Test]
    public Task The_save_handles_what_may_be_a_unique_violation() => Silent(
        $"if (await shop.Orders.AnyAsync(o => o.Number == order.Number)) return; shop.Orders.Add(new Order {{ Number = order.Number }}); try {{ {Save} }} {{|RERUN2001:catch (DbUpdateException)|}} {{ shop.ChangeTracker.Clear(); }}");

    [Test]
    public Task An_upsert() => Silent($"if ({Exists} == 0) {Insert.Replace("(@Number)", "(@Number) ON CONFLICT (number) DO NOTHING", StringComparison.Ordinal)}");

    [Test]
    public Task The_unique_key_is_known() => Silent($"db.Execute(\"CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY)\"); if ({Exists} == 0) {Insert}");

    [Test]
    public Task The_unique_index_of_the_entity_is_known() => Silent(
        $"if (await shop.Orders.AnyAsync(o => o.Number == order.Number)) return; shop.Orders.Add(new Order {{ Number = order.Number }}); {Save}", index: "[Index(nameof(Number), IsUnique = true)]");

    [TestCase("using var held = await locks.AcquireLockAsync(order.Number);")]
    [TestCase("""await db.ExecuteAsync("SELECT number FROM shops WHERE number = @Number FOR UPDATE", order);""")]
    [TestCase("""await db.ExecuteAsync("SELECT pg_advisory_xact_lock(42)");""")]
    public Task A_lock_lets_one_at_a_time_go_on(string take) => Silent($"{take} if ({Exists} == 0) {Insert}");

    [Test]
    public Task The_host_runs_one_at_a_time() => Silent($"if ({Exists} == 0) {Insert}", attribute: "[Singleton]");

    [Test]
    public Task An_inbox_is_asked() => Silent(
        $"if (await shop.ProcessedMessages.AnyAsync(m => m.Id == context.MessageId)) return; shop.ProcessedMessages.Add(new ProcessedMessage()); shop.Orders.Add(new Order {{ Number = order.Number }}); {Save}");

    [Test]
    public Task A_log_may_hold_a_line_twice() => Silent(
        """if (await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM audit_log WHERE number = @Number", order) == 0) await db.ExecuteAsync("INSERT INTO audit_log (number) VALUES (@Number)", order);""");

    [Test]
    public Task The_next_run_starts_when_this_one_is_over() => Verify.WithOptionsAsync(
        Jobs.PerLine("""if (await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id }) == 0) await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });"""), On);

    [Test]
    public Task Nothing_looks_so_that_another_rule_speaks() => Speaks("""await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (number) VALUES (@Number)", order);""");
}
