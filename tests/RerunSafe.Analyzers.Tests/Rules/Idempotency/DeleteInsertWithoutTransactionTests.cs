namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class DeleteInsertWithoutTransactionTests
{
    private const string Delete = "db.Execute(\"DELETE FROM sales WHERE day = @day\", new { day });";
    private const string Load = "db.Execute(\"INSERT INTO sales (day, total) VALUES (@Day, @Total)\", rows);";
    private const string Speaks = "db.Execute(\"{|RERUN1009:INSERT INTO sales|} (day, total) VALUES (@Day, @Total)\", rows);";

    private static string Job(string body, string members = "", string types = "", string connection = "SqliteConnection") => $$"""
        public record Sale(string Day, decimal Total);

        public class ImportJob({{connection}} db, bool isFull) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var day = "2024-05-01";
                var rows = File.ReadLines("sales.csv").Select(line => new Sale(day, decimal.Parse(line))).ToList();
                {{body}}
                GC.KeepAlive((rows, isFull));
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        """;

    [Test]
    public Task A_delete_and_its_load_commit_one_by_one() => Verify.LibraryAsync(Job(Delete + Speaks));

    [TestCase("DELETE FROM sales")]
    [TestCase("DELETE FROM sales WHERE day BETWEEN @day AND @day")]
    [TestCase("DELETE FROM sales WHERE shop = 1 AND day >= @day")]
    [TestCase("DELETE FROM sales WHERE EXISTS (SELECT 1 FROM incoming i WHERE i.day = sales.day)")]
    public Task Other_ways_to_say_the_slice(string delete) => Verify.LibraryAsync(Job($"db.Execute(\"{delete}\", new {{ day }});" + Speaks));

    [TestCase("DELETE FROM sales WHERE created < @day")]
    [TestCase("DELETE FROM sales WHERE day < date('now', '-30 day')")]
    [TestCase("DELETE FROM sales WHERE shop NOT IN (SELECT id FROM shops)")]
    [TestCase("DELETE FROM sales WHERE NOT EXISTS (SELECT 1 FROM shops)")]
    [TestCase("DELETE FROM sales WHERE id = @day")]
    [TestCase("DELETE FROM sales WHERE id IN (@day)")]
    [TestCase("DELETE FROM refunds WHERE day = @day")]
    [TestCase("UPDATE sales SET gone = 1 WHERE day = @day")]
    public Task A_purge_and_other_rows_are_no_slice_of_the_load(string delete) => Verify.LibraryAsync(Job(
        $"db.Execute(\"{delete}\", new {{ day }}); db.Execute(\"INSERT INTO sales (day, total) VALUES (@Day, @Total) ON CONFLICT DO NOTHING\", rows);"));

    [TestCase("DELETE FROM sales WHERE created < @day")]
    [TestCase("DELETE FROM sales WHERE id = @key")]
    public Task A_purge_before_a_plain_load_is_not_this_rules_question(string delete) => Verify.LibraryAsync(Job(
        $"db.Execute(\"{delete}\", new {{ day, key = 1 }});" + Load));

    [Test]
    public Task Rows_in_another_state_are_others() => Verify.LibraryAsync(Job(
        "db.Execute(\"DELETE FROM sales WHERE kind = 'draft'\"); db.Execute(\"INSERT INTO sales (day, kind) VALUES (@Day, 'final')\", rows);"));

    [Test]
    public Task One_row_that_is_replaced_by_its_key() => Verify.LibraryAsync(Job(
        "db.Execute(\"DELETE FROM sales WHERE id = @id\", new { id = 1 }); db.Execute(\"{|RERUN1009:INSERT INTO sales|} (id, total) VALUES (@id, 1)\", new { id = 1 });"));

    [Test]
    public Task One_transaction_around_both() => Verify.LibraryAsync(Job(
        "using var tx = db.BeginTransaction();" + Delete + Load + "tx.Commit();"));

    [Test]
    public Task A_transaction_around_the_delete_only() => Verify.LibraryAsync(Job(
        "using (var tx = db.BeginTransaction()) { " + Delete + " tx.Commit(); }" + Speaks));

    [Test]
    public Task A_commit_between_the_two() => Verify.LibraryAsync(Job(
        "var tx = db.BeginTransaction();" + Delete + "tx.Commit(); tx = db.BeginTransaction();" + Speaks + "tx.Commit();"));

    [Test]
    public Task A_commit_on_a_way_that_ends_there_is_none_between() => Verify.LibraryAsync(Job(
        "using var tx = db.BeginTransaction();" + Delete + "if (rows.Count == 0) { tx.Commit(); return; }" + Load + "tx.Commit();"));

    [Test]
    public Task Begin_and_commit_as_statements() => Verify.LibraryAsync(Job(
        "db.Execute(\"BEGIN\");" + Delete + Load + "db.Execute(\"COMMIT\");"));

    [Test]
    public Task The_transaction_is_handed_in() => Verify.LibraryAsync(Job(
        "using var tx = db.BeginTransaction(); Replace(tx, day, rows); tx.Commit();",
        $$"""void Replace(SqliteTransaction tx, string day, List<Sale> rows) { {{Delete}} {{Load}} }"""));

    [Test]
    public Task The_transaction_is_in_a_field() => Verify.LibraryAsync(Job(
        """db.Execute("DELETE FROM sales WHERE day = @day", new { day }, _tx); db.Execute("INSERT INTO sales (day, total) VALUES (@Day, @Total)", rows, _tx);""",
        "private SqliteTransaction? _tx; public void Use(SqliteTransaction tx) => _tx = tx;"));

    [Test]
    public Task A_caller_has_begun_it() => Verify.LibraryAsync(Job(
        "using var tx = db.BeginTransaction(); Replace(day, rows); tx.Commit();",
        $$"""void Replace(string day, List<Sale> rows) { {{Delete}} {{Load}} }"""));

    [Test]
    public Task A_caller_without_one_and_its_way() => Verify.LibraryAsync(Job(
        "Replace(day, rows);",
        $$"""void Replace(string day, List<Sale> rows) { {{Delete}} {{Speaks}} }"""));

    [Test]
    public Task The_lambda_of_a_helper_that_begins_and_commits() => Verify.LibraryAsync(Job(
        "RunTx(() => { " + Delete + Load + " });",
        "void RunTx(Action work) { using var tx = db.BeginTransaction(); work(); tx.Commit(); }"));

    [Test]
    public Task A_helper_of_another_assembly_whose_name_says_so() => Verify.LibraryAsync(Job(
        "unit.BeginTransaction();" + Delete + Load + "unit.Commit();",
        "public required IUnit unit { get; init; }",
        "public interface IUnit { void BeginTransaction(); void Commit(); }"));

    [Test]
    public Task An_attribute_that_says_so() => Verify.LibraryAsync(Job(
        "Replace(day, rows);",
        $$"""[UnitOfWork] void Replace(string day, List<Sale> rows) { {{Delete}} {{Load}} }""",
        "public class UnitOfWorkAttribute : Attribute;"));

    [Test]
    public Task A_scope_that_the_client_joins_and_one_that_it_ignores()
    {
        const string body = "using var scope = new System.Transactions.TransactionScope();";
        return Task.WhenAll(
            Verify.LibraryAsync(Job(body + Delete + Load + "scope.Complete();", connection: "Microsoft.Data.SqlClient.SqlConnection")),
            Verify.LibraryAsync(Job(body + Delete + Speaks + "scope.Complete();")));
    }

    [Test]
    public Task Truncate_commits_by_itself_in_MySql_and_not_in_SqlServer()
    {
        const string clear = "using var tx = db.BeginTransaction(); db.Execute(\"TRUNCATE TABLE sales\", transaction: tx);";
        return Task.WhenAll(
            Verify.LibraryAsync(Job(clear + Speaks + "tx.Commit();", connection: "MySqlConnector.MySqlConnection")),
            Verify.LibraryAsync(Job(clear + Load + "tx.Commit();", connection: "Microsoft.Data.SqlClient.SqlConnection")));
    }

    [TestCase("SqliteConnection", true)]
    [TestCase("Microsoft.Data.SqlClient.SqlConnection", true)]
    [TestCase("MySqlConnector.MySqlConnection", true)]
    [TestCase("Npgsql.NpgsqlConnection", false)]
    [TestCase("IDbConnection", false)]
    public Task Two_statements_of_one_text_commit_one_by_one_in_some_databases(string connection, bool speaks)
    {
        const string insert = "INSERT INTO sales";
        return Verify.LibraryAsync(Job(
            $"db.Execute(\"DELETE FROM sales WHERE day = @day; {(speaks ? "{|RERUN1009:" + insert + "|}" : insert)} (day, total) VALUES (@day, 1)\", new {{ day }});", connection: connection));
    }

    [TestCase("BEGIN; DELETE FROM sales WHERE day = @day; INSERT INTO sales (day) VALUES (@day); COMMIT")]
    [TestCase("BEGIN TRANSACTION; DELETE FROM sales; INSERT INTO sales (day) VALUES (@day); COMMIT;")]
    public Task A_transaction_in_the_text(string sql) => Verify.LibraryAsync(Job($"db.Execute(\"{sql}\", new {{ day }});"));

    [Test]
    public Task A_transaction_in_the_text_that_ends_before_the_load() => Verify.LibraryAsync(Job(
        "db.Execute(\"BEGIN; DELETE FROM sales; COMMIT; {|RERUN1009:INSERT INTO sales|} (day) VALUES (@day)\", new { day });", connection: "IDbConnection"));

    [Test]
    public Task The_two_halves_in_two_helpers() => Verify.LibraryAsync(Job(
        "store.Clear(day); {|RERUN1009:store.Load(rows)|};",
        "private readonly SaleStore store = new(db);",
        $$"""
        public class SaleStore(SqliteConnection db)
        {
            public void Clear(string day) { {{Delete}} }
            public void Load(List<Sale> rows) { {{Load}} }
        }
        """));

    [Test]
    public Task Helpers_of_an_interface_inside_and_outside_a_transaction()
    {
        const string types = $$"""
            public interface ISales { void Clear(string day); void Load(List<Sale> rows); }
            public class SaleStore(SqliteConnection db) : ISales
            {
                public void Clear(string day) { {{Delete}} }
                public void Load(List<Sale> rows) { {{Load}} }
            }
            """;
        return Task.WhenAll(
            Verify.LibraryAsync(Job("store.Clear(day); {|RERUN1009:store.Load(rows)|};", "private readonly ISales store = new SaleStore(db);", types)),
            Verify.LibraryAsync(Job("using var tx = db.BeginTransaction(); store.Clear(day); store.Load(rows); tx.Commit();", "private readonly ISales store = new SaleStore(db);", types)));
    }

    [Test]
    public Task One_call_per_event_takes_one_way_or_the_other() => Verify.LibraryAsync(Job(
        "Apply(true, day, rows); Apply(false, day, rows);",
        $$"""void Apply(bool gone, string day, List<Sale> rows) { if (gone) { {{Delete}} } else { db.Execute("INSERT INTO sales (day, total) VALUES (@Day, @Total) ON CONFLICT DO NOTHING", rows); } }"""));

    [TestCase("if (isFull) { DELETE return; } LOAD")]
    [TestCase("foreach (var row in rows) { if (row.Total == 0) { DELETE continue; } LOAD }")]
    [TestCase("switch (day) { case \"a\": DELETE break; default: LOAD break; }")]
    [TestCase("try { GC.Collect(); } catch (Exception) { DELETE throw; } LOAD")]
    public Task The_way_of_the_delete_ends_before_the_load(string body) => Verify.LibraryAsync(Job(
        body.Replace("DELETE", Delete).Replace("LOAD", "db.Execute(\"INSERT INTO sales (day, total) VALUES (@Day, @Total) ON CONFLICT DO NOTHING\", rows);")));

    [Test]
    public Task Only_a_full_load_deletes_and_it_still_tears() => Verify.LibraryAsync(Job("if (isFull) { " + Delete + " }" + Speaks));

    [TestCase("sales_staging")]
    [TestCase("import_log")]
    [TestCase("stg.sales")]
    public Task A_table_that_is_only_a_step(string table) => Verify.LibraryAsync(Job(
        $"db.Execute(\"DELETE FROM {table}\"); db.Execute(\"INSERT INTO {table} (day) VALUES (@Day)\", rows);"));

    [TestCase("MERGE INTO totals t USING sales s ON t.day = s.day WHEN NOT MATCHED THEN INSERT (day) VALUES (s.day);")]
    [TestCase("EXEC dbo.PublishSales")]
    public Task Rows_that_are_moved_on(string next) => Verify.LibraryAsync(Job(Delete + Load + $"db.Execute(\"{next}\");"));

    [Test]
    public Task A_bulk_copy_behind_a_truncate() => Verify.LibraryAsync(Job(
        """
        db.Execute("TRUNCATE TABLE dbo.sales");
        using var bulk = new Microsoft.Data.SqlClient.SqlBulkCopy(db) { DestinationTableName = "dbo.sales" };
        {|RERUN1009:bulk.WriteToServer(new DataTable())|};
        """, connection: "Microsoft.Data.SqlClient.SqlConnection"));

    [Test]
    public Task A_bulk_copy_in_the_transaction_of_the_delete() => Verify.LibraryAsync(Job(
        """
        using var tx = db.BeginTransaction();
        db.Execute("DELETE FROM dbo.sales", transaction: tx);
        using var bulk = new Microsoft.Data.SqlClient.SqlBulkCopy(db, default, tx) { DestinationTableName = "dbo.sales" };
        bulk.WriteToServer(new DataTable());
        tx.Commit();
        """, connection: "Microsoft.Data.SqlClient.SqlConnection"));

    [Test]
    public Task One_variable_that_holds_both_texts_in_turn() => Verify.LibraryAsync(Job(
        """
        string sql = "TRUNCATE TABLE sales RESTART IDENTITY";
        var command = db.CreateCommand(sql);
        command.ExecuteNonQuery();
        foreach (var row in rows)
        {
            sql = "{|RERUN1009:INSERT INTO sales|} (day) VALUES ($1)";
            command = db.CreateCommand(sql);
            command.Parameters.Add(new Npgsql.NpgsqlParameter<string>() { TypedValue = row.Day });
            command.ExecuteNonQuery();
        }
        """, connection: "Npgsql.NpgsqlDataSource"));

    [Test]
    public Task Command_objects_with_and_without_the_transaction() => Verify.LibraryAsync(Job(
        """
        using var tx = db.BeginTransaction();
        using (var clear = new SqliteCommand("DELETE FROM sales", db, tx)) clear.ExecuteNonQuery();
        using var load = db.CreateCommand();
        load.Transaction = tx;
        load.CommandText = "INSERT INTO sales (day) VALUES (@day)";
        foreach (var row in rows) load.ExecuteNonQuery();
        tx.Commit();
        """));

    [Test]
    public Task Helpers_that_are_units_of_work_of_their_own() => Verify.LibraryAsync(Job(
        "if (isFull) Revert(day); Advance(day, rows);",
        $$"""
        void Revert(string day) { using var tx = db.BeginTransaction(); {{Delete}} tx.Commit(); }
        void Advance(string day, List<Sale> rows) { using var tx = db.BeginTransaction(); db.Execute("INSERT INTO sales (day, total) VALUES (@Day, @Total) ON CONFLICT DO NOTHING", rows); tx.Commit(); }
        """));

    private const string Repository = "public interface IRepository<T> { Task AddRange(IEnumerable<T> rows); } public record Refund(string Day);";

    [Test]
    public Task A_transaction_that_covers_the_delete_only_before_a_repository_of_another_project() => Verify.LibraryAsync(Job(
        "db.Open(); using (var transaction = db.BeginTransaction()) { db.Execute(\"DELETE FROM Sale\", transaction: transaction); transaction.Commit(); } await {|RERUN1009:repository.AddRange(rows)|};",
        "private readonly IRepository<Sale> repository = null!;", Repository));

    [TestCase("db.Open(); using (var transaction = db.BeginTransaction()) { db.Execute(\"DELETE FROM Sale\", transaction: transaction); await repository.AddRange(rows); transaction.Commit(); }")]
    [TestCase("db.Execute(\"DELETE FROM Sale\"); await refunds.AddRange(rows.Select(r => new Refund(r.Day)));")]
    [TestCase("db.Execute(\"DELETE FROM Sale WHERE created < @day\", new { day }); await repository.AddRange(rows);")]
    public Task A_repository_that_loads_in_the_transaction_or_something_else(string body) => Verify.LibraryAsync(Job(
        body, "private readonly IRepository<Sale> repository = null!; private readonly IRepository<Refund> refunds = null!;", Repository));
}
