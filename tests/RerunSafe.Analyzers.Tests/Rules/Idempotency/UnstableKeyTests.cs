namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1005 in SQL: the key column is drawn anew on every run.</summary>
[Parallelizable(ParallelScope.All)]
public class UnstableKeyTests
{
    private static Task Job(string body, string members = "", string types = "") => Verify.LibraryAsync(Jobs.PerLine(body, members, types));

    [Test]
    public Task A_new_guid_for_the_id_of_a_row() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @id)", new { Id = {|RERUN1005:Guid.NewGuid()|}, id });
        """);

    [Test]
    public Task The_database_draws_the_id() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES ({|RERUN1005:gen_random_uuid()|}, @id)", new { id });
        """);

    [Test]
    public Task The_id_goes_by_way_of_a_local() => Job("""
        var orderId = {|RERUN1005:Guid.NewGuid()|}.ToString("N");
        await db.ExecuteAsync("INSERT INTO orders (order_id, number) VALUES (@orderId, @id)", new { orderId, id });
        """);

    [Test]
    public Task The_id_stands_in_the_text() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES ('" + {|RERUN1005:Guid.NewGuid()|}.ToString().Replace("-", "") + "', @id)", new { id });
        """);

    [Test]
    public Task The_id_is_bound_to_the_command() => Job("""
        using var command = db.CreateCommand();
        command.CommandText = "INSERT INTO orders (id, number) VALUES ($id, $number)";
        command.Parameters.AddWithValue("$id", {|RERUN1005:Guid.NewGuid()|});
        command.Parameters.AddWithValue("$number", id);
        command.ExecuteNonQuery();
        """);

    [Test]
    public Task The_object_brings_its_id_in_an_initializer() => Job(
        """await db.ExecuteAsync("INSERT INTO orders (Id, Number) VALUES (@Id, @Number)", new Order { Id = {|RERUN1005:Guid.NewGuid()|}, Number = id });""",
        types: "public class Order { public Guid Id { get; set; } public string? Number { get; set; } }");

    [Test]
    public Task The_objects_are_collected_first() => Verify.LibraryAsync(Jobs.Once(
        """
        var rows = File.ReadLines("orders.csv").Select(line => new Order({|RERUN1005:Guid.NewGuid()|}, line)).ToList();
        await db.ExecuteAsync("INSERT INTO orders (Id, Number) VALUES (@Id, @Number)", rows);
        """,
        types: "public record Order(Guid Id, string Number);"));

    [Test]
    public Task The_constructor_draws_the_id() => Job(
        """await {|RERUN1005:db.ExecuteAsync("INSERT INTO orders (Id, Number) VALUES (@Id, @Number)", new Order(id))|};""",
        types: "public class Order { public Order(string number) { Id = Guid.NewGuid(); Number = number; } public Guid Id { get; } public string Number { get; } }");

    [Test]
    public Task A_conflict_clause_never_meets_a_new_id() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @id) ON CONFLICT (id) DO NOTHING", new { Id = {|RERUN1005:Guid.NewGuid()|}, id });
        """);

    [Test]
    public Task A_known_primary_key_names_the_column() => Job("""
        await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS readings (reference TEXT PRIMARY KEY, n INT)");
        await db.ExecuteAsync("INSERT INTO readings (reference, n) VALUES (@reference, 1)", new { reference = {|RERUN1005:Guid.NewGuid()|}.ToString() });
        """);

    [Test]
    public Task The_clock_as_an_id() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@key, @id)", new { key = {|RERUN1005:DateTime.UtcNow|}.Ticks, id });
        """);

    [Test]
    public Task A_helper_draws_the_id() => Job(
        """await {|RERUN1005:db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@key, @id)", new { key = NewId(), id })|};""",
        members: """private static string NewId() => "o-" + Guid.NewGuid();""");

    // What must stay silent, or belongs to RERUN1001.
    [Test]
    public Task The_conflict_is_on_the_business_key() => Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @id) ON CONFLICT (number) DO NOTHING", new { Id = Guid.NewGuid(), id });
        """);

    [Test]
    public Task A_business_key_that_is_unique_too_stops_the_copy() => Job("""
        await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, number TEXT UNIQUE)");
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, number) VALUES (@Id, @id)", new { Id = Guid.NewGuid(), id });
        """);

    [Test]
    public Task The_key_is_made_from_the_record() => Job("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, number) VALUES (@Id, @id)", new { Id = "order-" + id, id });
        """);

    [Test]
    public Task A_correlation_id_is_no_identity() => Job("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (number, correlation_id, batch_id, lock_token) VALUES (@id, @c, @c, @c)", new { c = Guid.NewGuid(), id });
        """);

    [Test]
    public Task A_time_of_loading_is_no_identity() => Job("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (number, loaded_at, nonce) VALUES (@id, @now, random())", new { now = DateTime.UtcNow, id });
        """);

    [Test]
    public Task A_caller_may_bring_the_id() => Job("""
        Guid? given = line.Length > 3 ? Guid.Parse(line) : null;
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, number) VALUES (@Id, @id)", new { Id = given ?? Guid.NewGuid(), id });
        """);

    [Test]
    public Task A_look_up_decides() => Job("""
        var known = await db.ExecuteScalarAsync<string>("SELECT id FROM orders WHERE number = @id", new { id });
        if (known is null)
            await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @id)", new { Id = Guid.NewGuid(), id });
        """);

    [Test]
    public Task An_outbox_row_has_its_own_id() => Job("""
        await db.ExecuteAsync("INSERT INTO outbox_messages (id, payload) VALUES (@Id, @id)", new { Id = Guid.NewGuid(), id });
        """);

    [Test]
    public Task A_run_has_its_own_id() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("INSERT INTO import_run (id, started_at) VALUES (@Id, @now)", new { Id = Guid.NewGuid(), now = DateTime.UtcNow });
        """));

    [Test]
    public Task A_processed_message_commits_together_with_it() => Job("""
        using var transaction = db.BeginTransaction();
        await db.ExecuteAsync("INSERT INTO processed_messages (id) VALUES (@id)", new { id }, transaction);
        await db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @id)", new { Id = Guid.NewGuid(), id }, transaction);
        transaction.Commit();
        """);

    [Test]
    public Task The_worker_s_own_id_is_older_than_the_record() => Job(
        """await db.ExecuteAsync("{|RERUN1001:INSERT INTO leases|} (id, resource) VALUES (@worker, @id)", new { worker = _worker, id });""",
        members: "private readonly Guid _worker = Guid.NewGuid();");

    [Test]
    public Task Nobody_runs_it_again() => Verify.LibraryAsync("""
        public class Orders(SqliteConnection db)
        {
            public Task Add(string number) => db.ExecuteAsync("INSERT INTO orders (id, number) VALUES (@Id, @number)", new { Id = Guid.NewGuid(), number });
        }
        """);

    [TestCase("trade.Cause != \"PROFIT\"", Microsoft.CodeAnalysis.DiagnosticSeverity.Info)]
    [TestCase("trade.Price > 3", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    public Task A_state_that_the_run_sets_makes_it_a_suggestion(string condition, Microsoft.CodeAnalysis.DiagnosticSeverity severity) => Verify.SeverityAsync("RERUN1005", severity, $$"""
        public class Trade { public string Id { get; set; } = ""; public string Cause { get; set; } = ""; public int Price { get; set; } }

        public class TradeJob(IDbConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var trade in await db.QueryAsync<Trade>("SELECT * FROM trades"))
                {
                    if ({{condition}})
                    {
                        trade.Cause = "PROFIT";
                        await db.ExecuteAsync("INSERT INTO news (id, trade) VALUES (@id, @trade)", new { id = Guid.NewGuid(), trade = trade.Id });
                        await db.ExecuteAsync("UPDATE trades SET cause = @cause WHERE id = @id", new { cause = trade.Cause, id = trade.Id });
                    }
                }
            }
        }
        """);
}
