namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: transactions, slices and tables that stand for something else than data.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertTransactionTests
{
    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, tx);""";
    private const string Repeated = """await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id }, tx);""";

    [Test]
    public Task A_transaction_alone_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine(Repeated, before: "using var tx = db.BeginTransaction();", after: "tx.Commit();"));

    [Test]
    public Task A_processed_row_in_the_same_transaction() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var tx = db.BeginTransaction();
        await db.ExecuteAsync("INSERT INTO processed_messages (message_id) VALUES (@id)", new { id }, tx);
        {{Insert}}
        tx.Commit();
        """));

    [Test]
    public Task A_status_flip_in_the_same_transaction() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var tx = db.BeginTransaction();
        {{Insert}}
        await db.ExecuteAsync("UPDATE uploads SET status = 'done' WHERE id = @id", new { id }, tx);
        tx.Commit();
        """));

    [Test]
    public Task A_level_that_advances_in_the_same_transaction() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var tx = db.BeginTransaction();
        {{Insert}}
        await db.ExecuteAsync("UPDATE checkpoints SET position = @position WHERE name = 'orders'", new { position = line.Length }, tx);
        tx.Commit();
        """));

    [Test]
    public Task A_transaction_passed_to_processors_that_know_nothing_of_it() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            using var tx = db.BeginTransaction();
            await ApplyAsync(line, tx);
            await MarkAsync(line, tx);
            tx.Commit();
        }
        """, members: """
        private Task ApplyAsync(string id, SqliteTransaction tx) => db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, tx);
        private Task MarkAsync(string id, SqliteTransaction tx) => db.ExecuteAsync("UPDATE inbox SET processed_at = 1 WHERE id = @id", new { id }, tx);
        """));

    [Test]
    public Task A_wrapper_that_runs_a_lambda_in_a_transaction() => Verify.LibraryAsync(Jobs.PerLine("""
        await RunTxAsync(async (connection, tx) =>
        {
            await connection.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, tx);
            await connection.ExecuteAsync("UPDATE uploads SET status = 'done' WHERE id = @id", new { id }, tx);
        });
        """, members: """
        private async Task RunTxAsync(Func<SqliteConnection, SqliteTransaction, Task> work)
        {
            await using var transaction = (SqliteTransaction)await db.BeginTransactionAsync();
            await work(db, transaction);
            await transaction.CommitAsync();
        }
        """));

    [Test]
    public Task A_wrapper_alone_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine("""
        await RunTxAsync(async (connection, tx) =>
        {
            await connection.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id }, tx);
        });
        """, members: """
        private async Task RunTxAsync(Func<SqliteConnection, SqliteTransaction, Task> work)
        {
            await using var transaction = (SqliteTransaction)await db.BeginTransactionAsync();
            await work(db, transaction);
            await transaction.CommitAsync();
        }
        """));

    [Test]
    public Task The_rows_of_the_slice_are_deleted_in_the_same_transaction() => Verify.LibraryAsync(Jobs.Once("""
        using var tx = db.BeginTransaction();
        await db.ExecuteAsync("DELETE FROM orders WHERE file = @file", new { file = "orders.csv" }, tx);
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync("INSERT INTO orders (id, file) VALUES (@id, @file)", new { id, file = "orders.csv" }, tx);
        tx.Commit();
        """));

    [Test]
    public Task The_rows_of_the_slice_are_deleted_by_a_helper() => Verify.LibraryAsync(Jobs.Once("""
        using var tx = db.BeginTransaction();
        await ClearAsync(tx);
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, tx);
        tx.Commit();
        """, members: """private Task ClearAsync(System.Data.IDbTransaction tx) => db.ExecuteAsync("DELETE FROM orders", transaction: tx);"""));

    [Test]
    public Task The_rows_of_the_slice_are_deleted_by_a_helper_in_a_commit_of_its_own() => Verify.LibraryAsync(Jobs.Once("""
        await ClearAsync();
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync("{|RERUN1009:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        """, members: """private Task ClearAsync() => db.ExecuteAsync("TRUNCATE TABLE orders");"""));

    [Test]
    public Task The_rows_are_deleted_by_the_caller_of_the_method_that_inserts() => Verify.LibraryAsync(Jobs.Once("""
        using var tx = db.BeginTransaction();
        await db.ExecuteAsync("DELETE FROM orders", transaction: tx);
        await LoadAsync(tx);
        tx.Commit();
        """, members: """
        private async Task LoadAsync(System.Data.IDbTransaction tx)
        {
            foreach (var id in File.ReadLines("orders.csv"))
                await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id }, tx);
        }
        """));

    [Test]
    public Task Rows_of_another_table_are_deleted() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("DELETE FROM orders_month");
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders_school|} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task Rows_are_deleted_behind_the_insert() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        await db.ExecuteAsync("DELETE FROM orders WHERE created < date('now', '-90 days')");
        """));

    [Test]
    public Task Rows_are_deleted_in_the_other_branch() => Verify.LibraryAsync(Jobs.PerLine("""
        if (amount < 0)
            await db.ExecuteAsync("DELETE FROM orders WHERE id = @id", new { id });
        else
            await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task The_table_is_dropped_and_made_anew() => Verify.LibraryAsync(Jobs.PerLine(
        """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });""",
        before: """await db.ExecuteAsync("DROP TABLE IF EXISTS orders; CREATE TABLE orders (id TEXT)");"""));

    [Test]
    public Task The_table_is_made_where_it_is_missing() => Verify.LibraryAsync(Jobs.PerLine(
        """await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });""",
        before: """await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS orders (id TEXT)");"""));

    [TestCase("import_log")]
    [TestCase("AuditLog")]
    [TestCase("audit.order_changes")]
    [TestCase("outbox_messages")]
    [TestCase("OutboxMessages")]
    [TestCase("inbox")]
    [TestCase("dead_letters")]
    [TestCase("job_history")]
    [TestCase("staging_orders")]
    [TestCase("stg.orders")]
    [TestCase("#orders")]
    [TestCase("processed_files")]
    [TestCase("failed_rows")]
    public Task A_table_that_stands_for_something_else_than_data(string table) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("INSERT INTO {{table}} (id) VALUES (@id)", new { id });
        """));

    [TestCase("catalogue")]
    [TestCase("blog_posts")]
    [TestCase("order_history")]
    [TestCase("dialogs")]
    [TestCase("product_catalog")]
    [TestCase("attempts")]
    [TestCase("logistics")]
    [TestCase("logins")]
    [TestCase("templates")]
    public Task A_table_whose_name_only_looks_like_it(string table) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO {{table}}|} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_temporary_table_made_here() => Verify.LibraryAsync(Jobs.PerLine(
        """await db.ExecuteAsync("INSERT INTO load_items (id) VALUES (@id)", new { id });""",
        before: """await db.ExecuteAsync("CREATE TEMP TABLE load_items (id TEXT)");""",
        after: """await db.ExecuteAsync("INSERT INTO orders (id) SELECT id FROM load_items ON CONFLICT DO NOTHING");"""));

    [Test]
    public Task A_processed_row_committed_before_on_its_own_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("INSERT INTO processed_messages (message_id) VALUES (@id) ON CONFLICT DO NOTHING", new { id });
        using var tx = db.BeginTransaction();
        {{Repeated}}
        tx.Commit();
        """));

    [Test]
    public Task A_status_flip_outside_the_transaction_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using (var tx = db.BeginTransaction())
        {
            {{Repeated}}
            tx.Commit();
        }

        await db.ExecuteAsync("UPDATE uploads SET status = 'done' WHERE id = @id", new { id });
        """));
}
