namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class BulkAppendTests
{
    private static string Job(string body, string members = "") => $$"""
        using Microsoft.Data.SqlClient;
        using MySqlConnector;
        using Npgsql;
        using DuckDB.NET.Data;

        public class ImportJob(SqlConnection db, NpgsqlConnection postgres, MySqlConnection mySql, DuckDBConnection duck, IReadOnlySet<string> known) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var lines = File.ReadLines("orders.csv").ToList();
                var table = new DataTable();
                {{body}}
                GC.KeepAlive((db, postgres, mySql, duck, known, table, lines));
                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    private const string Copy = "using var bulk = new SqlBulkCopy(db) { DestinationTableName = \"dbo.Orders\" };";

    private const string Speaks = "{|RERUN1003:bulk.WriteToServer(table)|};";

    [Test]
    public Task A_bulk_copy_straight_into_its_table_is_repeated() => Verify.LibraryAsync(Job(Copy + Speaks));

    [Test]
    public Task The_target_may_be_named_by_an_assignment() => Verify.LibraryAsync(Job(
        """using var bulk = new SqlBulkCopy(db); bulk.DestinationTableName = "[dbo].[Orders]"; await {|RERUN1003:bulk.WriteToServerAsync(table, stoppingToken)|};"""));

    [Test]
    public Task MySql_and_its_target() => Verify.LibraryAsync(Job(
        """var bulk = new MySqlBulkCopy(mySql) { DestinationTableName = "orders" }; {|RERUN1003:bulk.WriteToServer(table)|};"""));

    [TestCase("BeginBinaryImport", "COPY orders (id) FROM STDIN (FORMAT BINARY)")]
    [TestCase("BeginTextImport", "COPY orders (id) FROM STDIN")]
    [TestCase("BeginTextImport", "copy\\n    orders (id)\\nfrom stdin")]
    [TestCase("BeginBinaryImport", "COPY public.\\\"Orders\\\" (id) FROM STDIN (FORMAT BINARY)")]
    public Task A_copy_from_standard_input_is_repeated(string method, string text) => Verify.LibraryAsync(Job(
        $$"""using var writer = {|RERUN1003:postgres.{{method}}("{{text}}")|};"""));

    [TestCase("COPY orders TO STDOUT")]
    [TestCase("COPY orders_staging (id) FROM STDIN (FORMAT BINARY)")]
    [TestCase("COPY staging.orders (id) FROM STDIN (FORMAT BINARY)")]
    [TestCase("COPY audit_log (id) FROM STDIN (FORMAT BINARY)")]
    public Task An_export_and_tables_that_are_only_a_step_or_a_log_are_fine(string text) => Verify.LibraryAsync(Job(
        $"""using var writer = postgres.BeginBinaryImport("{text}");"""));

    [TestCase("TRUNCATE orders")]
    [TestCase("TRUNCATE orders RESTART IDENTITY")]
    [TestCase("TRUNCATE TABLE orders")]
    public Task A_table_that_is_truncated_in_the_same_transaction(string truncate) => Verify.LibraryAsync(Job($$"""
        using var transaction = postgres.BeginTransaction();
        postgres.Execute("{{truncate}}", transaction: transaction);
        using (var writer = postgres.BeginBinaryImport("COPY orders (id) FROM STDIN (FORMAT BINARY)"))
            writer.Complete();
        transaction.Commit();
        """));

    [Test]
    public Task Another_table_that_is_truncated_says_nothing() => Verify.LibraryAsync(Job("""
        postgres.Execute("TRUNCATE customers");
        using (var writer = {|RERUN1003:postgres.BeginBinaryImport("COPY orders (id) FROM STDIN (FORMAT BINARY)")|})
            writer.Complete();
        """));

    [Test]
    public Task A_temporary_table_of_PostgreSql_that_is_merged_later() => Verify.LibraryAsync(Job("""
        postgres.Execute("CREATE TEMP TABLE incoming (id text)");
        using (var writer = postgres.BeginBinaryImport("COPY incoming (id) FROM STDIN (FORMAT BINARY)"))
            writer.Complete();
        postgres.Execute("INSERT INTO orders SELECT id FROM incoming ON CONFLICT (id) DO NOTHING");
        """));

    [TestCase("#Orders")]
    [TestCase("stg.Orders")]
    [TestCase("OrdersStaging")]
    [TestCase("dbo.ImportLog")]
    [TestCase("dbo.ProcessedMessages")]
    public Task A_target_that_is_a_step_or_a_log_by_its_name(string target) => Verify.LibraryAsync(Job(
        $$"""using var bulk = new SqlBulkCopy(db) { DestinationTableName = "{{target}}" }; bulk.WriteToServer(table);"""));

    [TestCase("using var tx = db.BeginTransaction(); db.Execute(\"DELETE FROM dbo.Orders WHERE Day = @day\", new { day = 1 });", "")]
    [TestCase("using var tx = db.BeginTransaction(); db.Execute(\"TRUNCATE TABLE dbo.Orders\");", "")]
    [TestCase("", "db.Execute(\"MERGE dbo.AllOrders t USING dbo.Orders s ON t.Id = s.Id WHEN NOT MATCHED THEN INSERT (Id) VALUES (s.Id);\");")]
    [TestCase("", "db.Execute(\"INSERT INTO dbo.AllOrders SELECT Id FROM dbo.Orders o WHERE NOT EXISTS (SELECT 1 FROM dbo.AllOrders a WHERE a.Id = o.Id)\");")]
    [TestCase("", "db.Execute(\"EXEC dbo.MergeOrders\");")]
    [TestCase("", "db.Execute(\"DROP TABLE dbo.Orders\");")]
    [TestCase("if (db.ExecuteScalar<int>(\"SELECT COUNT(*) FROM dbo.Orders WHERE Day = 1\") == 0)", "")]
    [TestCase("table.Rows.Add(\"x\"); if (known.Contains(\"x\"))", "")]
    public Task What_replaces_the_slice_or_moves_the_rows_on_or_decides_makes_it_converge(string before, string after) =>
        Verify.LibraryAsync(Job($"{Copy} {before} bulk.WriteToServer(table); {after}"));

    [TestCase("db.Execute(\"DELETE FROM dbo.Customers WHERE Day = @day\", new { day = 1 });", "")]
    [TestCase("", "db.Execute(\"DELETE FROM dbo.Orders WHERE Day < 1\");")]
    [TestCase("", "db.Execute(\"MERGE dbo.AllOrders t USING dbo.Customers s ON t.Id = s.Id WHEN NOT MATCHED THEN INSERT (Id) VALUES (s.Id);\");")]
    [TestCase("db.Execute(\"EXEC dbo.CheckOrders\");", "")]
    [TestCase("db.ExecuteScalar<int>(\"SELECT COUNT(*) FROM dbo.Orders WHERE Day = 1\");", "")]
    [TestCase("table.Rows.Add(\"x\"); if (lines.Count > 0)", "")]
    public Task What_only_looks_like_it_does_not(string before, string after) =>
        Verify.LibraryAsync(Job($"{Copy} {before} {Speaks} {after}"));

    [Test]
    public Task Rows_that_were_chosen_by_a_look_up() => Verify.LibraryAsync(Job(Copy + """
        foreach (var line in lines)
        {
            if (known.Contains(line))
                continue;
            table.Rows.Add(line);
        }

        bulk.WriteToServer(table);
        """));

    [Test]
    public Task Rows_that_were_chosen_by_something_else() => Verify.LibraryAsync(Job(Copy + """
        foreach (var line in lines)
        {
            if (line.Length == 0)
                continue;
            table.Rows.Add(line);
        }

        {|RERUN1003:bulk.WriteToServer(table)|};
        """));

    [TestCase("if (known.Contains(line)) continue;", "postgres.BeginBinaryImport(\"COPY orders (id) FROM STDIN (FORMAT BINARY)\")")]
    [TestCase("if (line.Length == 0) continue;", "{|RERUN1003:postgres.BeginBinaryImport(\"COPY orders (id) FROM STDIN (FORMAT BINARY)\")|}")]
    public Task Rows_that_a_writer_is_given_only_where_a_look_up_says_so(string choice, string call) => Verify.LibraryAsync(Job($$"""
        using var writer = {{call}};
        foreach (var line in lines)
        {
            {{choice}}
            writer.StartRow();
            writer.Write(line);
        }

        writer.Complete();
        """));

    [Test]
    public Task A_guard_row_in_the_same_transaction() => Verify.LibraryAsync(Job("""
        using var transaction = db.BeginTransaction();
        db.Execute("INSERT INTO processed_files (name) VALUES (@name)", new { name = "orders.csv" }, transaction);
        using var bulk = new SqlBulkCopy(db, SqlBulkCopyOptions.Default, transaction) { DestinationTableName = "dbo.Orders" };
        bulk.WriteToServer(table);
        transaction.Commit();
        """));

    [Test]
    public Task The_same_row_without_a_transaction() => Verify.LibraryAsync(Job("""
        db.Execute("INSERT INTO processed_files (name) VALUES (@name)", new { name = "orders.csv" });
        using var bulk = new SqlBulkCopy(db) { DestinationTableName = "dbo.Orders" };
        {|RERUN1003:bulk.WriteToServer(table)|};
        """));

    [Test]
    public Task A_target_that_is_not_known() => Verify.LibraryAsync(Job(
        "using var bulk = new SqlBulkCopy(db) { DestinationTableName = lines[0] }; bulk.WriteToServer(table);"));

    [Test]
    public Task A_helper_is_judged_by_the_name_that_its_caller_hands_in() => Verify.LibraryAsync(Job(
        """Load(table, "dbo.OrdersStaging"); Load(table, "dbo.Orders");""",
        "private void Load(DataTable rows, string target) { using var bulk = new SqlBulkCopy(db) { DestinationTableName = target }; {|RERUN1003:bulk.WriteToServer(rows)|}; }"));

    [Test]
    public Task A_helper_that_only_loads_staging_tables() => Verify.LibraryAsync(Job(
        """Load(table, "dbo.OrdersStaging"); Load(table, "#lines");""",
        "private void Load(DataTable rows, string target) { using var bulk = new SqlBulkCopy(db) { DestinationTableName = target }; bulk.WriteToServer(rows); }"));

    [Test]
    public Task DuckDBs_appender() => Verify.LibraryAsync(Job(
        """using var appender = {|RERUN1003:duck.CreateAppender("orders")|};"""));

    [TestCase("{|RERUN1003:shop.BulkInsert(orders)|};")]
    [TestCase("shop.BulkInsertOrUpdate(orders);")]
    [TestCase("shop.Set<Order>().Where(o => o.Day == 1).ExecuteDelete(); shop.BulkInsert(orders);")]
    [TestCase("shop.Set<Customer>().Where(c => c.Day == 1).ExecuteDelete(); {|RERUN1003:shop.BulkInsert(orders)|};")]
    [TestCase("shop.BulkInsert(stagingOrders);")]
    public Task Bulk_extensions_of_an_ORM_are_known_by_the_rows_that_they_take(string body) => Verify.LibraryAsync(
        $$"""
        using EFCore.BulkExtensions;
        using Microsoft.EntityFrameworkCore;

        public class Order { public int Id { get; set; } public int Day { get; set; } }
        public class Customer { public int Id { get; set; } public int Day { get; set; } }
        public class OrderStaging { public int Id { get; set; } }
        public class ImportJob(DbContext shop, List<Order> orders, List<OrderStaging> stagingOrders) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                GC.KeepAlive((shop, orders, stagingOrders));
                return Task.CompletedTask;
            }
        }

        namespace EFCore.BulkExtensions
        {
            public static class DbContextBulkExtensions
            {
                public static void BulkInsert<T>(this DbContext context, IEnumerable<T> entities) { }
                public static void BulkInsertOrUpdate<T>(this DbContext context, IEnumerable<T> entities) { }
            }
        }
        """);

    [Test]
    public Task Outside_of_a_rerun_path_nothing_is_said() => Verify.LibraryAsync(
        """public class Loader(Microsoft.Data.SqlClient.SqlConnection db) { public void Load(DataTable rows) { using var bulk = new Microsoft.Data.SqlClient.SqlBulkCopy(db) { DestinationTableName = "orders" }; bulk.WriteToServer(rows); } }""");

    [TestCase("", "SqlBulkCopy.WriteToServer into Orders runs again when ImportJob.ExecuteAsync starts again with its host and adds the same rows again; load into a staging table and merge from there, or delete the slice first in the same transaction")]
    [TestCase("db.Execute(\"IF OBJECT_ID('Orders') IS NULL CREATE TABLE Orders (Id int PRIMARY KEY)\");", "SqlBulkCopy.WriteToServer into Orders runs again when ImportJob.ExecuteAsync starts again with its host and fails on the unique key (Id); load into a staging table and merge from there, or delete the slice first in the same transaction")]
    public async Task The_message_says_what_becomes_of_the_rows(string before, string message) =>
        Assert.That(await MessageTests.MessagesAsync(Job($"{before} {Copy} bulk.WriteToServer(table);")), Is.EqualTo(new[] { message }));
}
