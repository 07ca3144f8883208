namespace RerunSafe.Analyzers.Tests.Rules;

/// <summary>Statements in .sql files, which code reads and runs by the file's name.</summary>
[Parallelizable(ParallelScope.All)]
public class SqlFileTests
{
    private const string Insert = "{|RERUN1001:INSERT INTO orders|} (id, amount)\nVALUES (@id, @amount);\n";
    private const string SilentInsert = "INSERT INTO orders (id, amount)\nVALUES (@id, @amount);\n";

    [TestCase("""db.Execute(File.ReadAllText("Sql/InsertOrder.sql"), new { id, amount });""")]
    [TestCase("""db.Execute(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Sql", "InsertOrder.sql")), new { id, amount });""")]
    [TestCase("""var path = Path.Combine(AppContext.BaseDirectory, "Sql", "InsertOrder.sql"); var sql = File.ReadAllText(path); db.Execute(sql, new { id, amount });""")]
    [TestCase("""db.Execute(File.ReadAllText($"{AppContext.BaseDirectory}/Sql/InsertOrder.sql"), new { id, amount });""")]
    [TestCase("""db.Execute(File.ReadAllText(@"Sql\InsertOrder.sql"), new { id, amount });""")]
    [TestCase("""db.Execute(Embedded("Shop.Sql.InsertOrder.sql"), new { id, amount });""")]
    [TestCase("""db.Execute(Embedded("InsertOrder.sql"), new { id, amount });""")]
    [TestCase("""db.Execute(WithoutExtension("InsertOrder"), new { id, amount });""")]
    [TestCase("""db.Execute(await EmbeddedAsync(Names.InsertOrder), new { id, amount });""")]
    [TestCase("""db.Execute(Field, new { id, amount });""")]
    [TestCase("""using var stream = typeof(ImportJob).Assembly.GetManifestResourceStream("Shop.Sql.InsertOrder.sql")!; using var reader = new StreamReader(stream); var sql = await reader.ReadToEndAsync(); db.Execute(sql, new { id, amount });""")]
    [TestCase("""using var command = db.CreateCommand(); command.CommandText = Embedded("InsertOrder.sql"); command.ExecuteNonQuery();""")]
    [TestCase("""RunScript("InsertOrder.sql");""")]
    [TestCase("""db.Execute(Embedded("InsertOrder.sql").Replace("{schema}", "main"), new { id, amount });""")]
    public Task A_statement_is_reported_in_the_file_that_the_code_runs(string body) =>
        Verify.WithFilesAsync(Job(body), [("/shop/Sql/InsertOrder.sql", Insert), ("/shop/Sql/InsertLine.sql", "INSERT INTO lines (id) VALUES (@id)")]);

    [TestCase("""db.Execute(Embedded("UpsertOrder.sql"), new { id, amount });""", "/shop/Sql/UpsertOrder.sql", "INSERT INTO orders (id, amount) VALUES (@id, @amount) ON CONFLICT (id) DO NOTHING;")]
    [TestCase("""logger.LogInformation("InsertOrder.sql");""", "/shop/Sql/InsertOrder.sql", SilentInsert)]
    [TestCase("""db.Execute(File.ReadAllText("Other/InsertOrder.sql"));""", "/shop/Sql/InsertOrder.sql", SilentInsert)]
    [TestCase("""db.Execute(File.ReadAllText("Order.sql"));""", "/shop/Sql/InsertOrder.sql", SilentInsert)]
    [TestCase("""db.Execute(File.ReadAllText(line + ".sql"));""", "/shop/Sql/InsertOrder.sql", SilentInsert)]
    [TestCase("""db.Execute(Embedded("InsertOrder.sql"));""", "/shop/Migrations/InsertOrder.sql", SilentInsert)]
    [TestCase("""db.Execute(Embedded("V1__insert_order.sql"));""", "/shop/db/V1__insert_order.sql", SilentInsert)]
    [TestCase("""db.Execute(Embedded("0001_insert_order.sql"));""", "/shop/scripts/0001_insert_order.sql", SilentInsert)]
    [TestCase("""db.Execute(Embedded("InsertOrder.sql"));""", "/shop/Sql/InsertOrder.sql", "INSERT INTO order_audit (id) VALUES (@id)")]
    public Task What_converges_or_is_not_run_is_silent(string body, string file, string content) => Verify.WithFilesAsync(Job(body), [(file, content)]);

    [Test]
    public Task Of_two_files_with_one_name_none_is_guessed() =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("InsertOrder.sql"));"""), [("/shop/A/InsertOrder.sql", SilentInsert), ("/shop/B/InsertOrder.sql", SilentInsert)]);

    [Test]
    public Task The_folder_tells_two_files_with_one_name_apart() =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("Shop.A.InsertOrder.sql"));"""), [("/shop/A/InsertOrder.sql", Insert), ("/shop/B/InsertOrder.sql", SilentInsert)]);

    [Test]
    public Task A_file_that_only_defines_tables_is_knowledge() =>
        Verify.WithFilesAsync(
            Job("""db.Execute("{|RERUN1001:INSERT INTO orders|} (id, amount) VALUES (@id, @amount)", new { id, amount });"""),
            [("/shop/schema.sql", "CREATE TABLE orders (id TEXT PRIMARY KEY, amount REAL);")]);

    [Test]
    public Task Tables_that_the_run_creates_from_a_file_are_named_there() =>
        Verify.WithFilesAsync(
            Job("""db.Execute(Embedded("schema.sql"));"""),
            [("/shop/schema.sql", "{|RERUN1014:CREATE TABLE orders|} (id TEXT PRIMARY KEY, amount REAL);\nCREATE INDEX IF NOT EXISTS i ON orders (amount);")]);

    [Test]
    public Task A_relative_update_is_reported_in_the_file() =>
        Verify.WithFilesAsync(
            Job("""db.Execute(Embedded("AddAmount.sql"), new { id, amount });"""),
            [("/shop/AddAmount.sql", "-- adds up\nUPDATE totals\nSET {|RERUN1004:amount = amount + @amount|}\nWHERE id = @id;")]);

    [TestCase("-- rerunsafe:ignore RERUN1001 every attempt is kept\nINSERT INTO orders (id) VALUES (@id);")]
    [TestCase("-- rerunsafe:ignore RERUN1001 every attempt is kept\n-- one row each\n\nINSERT INTO orders (id) VALUES (@id);")]
    [TestCase("INSERT INTO orders (id) VALUES (@id); -- rerunsafe:ignore RERUN1001 every attempt is kept")]
    [TestCase("INSERT INTO orders (id)\nVALUES (@id); -- rerunsafe:ignore RERUN1004, RERUN1001 every attempt is kept")]
    [TestCase("INSERT INTO orders (id)\n  -- rerunsafe:ignore RERUN1001 every attempt is kept\nVALUES (@id);")]
    [TestCase("INSERT INTO orders (id) /* rerunsafe:ignore RERUN1001 every attempt is kept */ VALUES (@id);")]
    [TestCase("-- rerunsafe:ignore rerun1001 every attempt is kept\r\nINSERT INTO orders (id)\r\nVALUES (@id);")]
    public Task A_comment_makes_a_statement_of_a_file_silent(string content) =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("InsertOrder.sql"), new { id });"""), [("/shop/InsertOrder.sql", content)]);

    [TestCase("-- rerunsafe:ignore RERUN1004 another rule\n{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);")]
    [TestCase("INSERT INTO audit_log (id) VALUES (@id); -- rerunsafe:ignore RERUN1001 that line\n{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);")]
    [TestCase("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);\n-- rerunsafe:ignore RERUN1001 behind it\nSELECT 1;")]
    [TestCase("{|RERUN1001:INSERT INTO orders|} (id, note) VALUES (@id, 'rerunsafe:ignore RERUN1001 no comment');")]
    public Task A_comment_about_something_else_does_not(string content) =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("InsertOrder.sql"), new { id });"""), [("/shop/InsertOrder.sql", content)]);

    [TestCase("""db.Execute("INSERT INTO orders (id) VALUES (@id) -- rerunsafe:ignore RERUN1001 every attempt is kept", new { id });""")]
    [TestCase(""""
        db.Execute("""
            -- rerunsafe:ignore RERUN1001 every attempt is kept
            INSERT INTO orders (id) VALUES (@id)
            """, new { id });
        """")]
    public Task A_comment_in_a_text_of_the_source_makes_its_statement_silent(string body) => Verify.LibraryAsync(Job(body));

    [TestCase("""db.Execute("INSERT INTO orders (id) VALUES (@id) -- rerunsafe:ignore RERUN1005 each run is its own order", new { id = Guid.NewGuid() });""")]
    [TestCase("""db.Execute("DELETE FROM orders WHERE day = 1"); db.Execute("INSERT INTO orders (day) VALUES (1) -- rerunsafe:ignore RERUN1009 nobody reads meanwhile");""")]
    [TestCase("""db.Execute("DELETE FROM orders WHERE day = 1 -- rerunsafe:ignore RERUN1009 nobody reads meanwhile"); db.Execute("INSERT INTO orders (day) VALUES (1)");""")]
    [TestCase("""db.Query<int>("SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY company ORDER BY (SELECT NULL)) rn FROM orders) x WHERE rn = 1 -- rerunsafe:ignore RERUN3001 any will do");""")]
    [TestCase("""db.Execute("INSERT INTO lines (row_hash, line) VALUES (md5(@line || now()), @line) ON CONFLICT (row_hash) DO NOTHING -- rerunsafe:ignore RERUN3004 a sample", new { line });""")]
    public Task A_comment_makes_whichever_rule_it_names_silent(string body) => Verify.LibraryAsync(Job(body));

    [Test]
    public Task A_long_file_is_a_dump_and_not_read() =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("InsertOrder.sql"));"""), [("/shop/InsertOrder.sql", SilentInsert + new string(' ', 200_000))]);

    [TestCase("""var a = "x"; var b = "y"; foreach (var c in line) { a = Embedded(b); b = Embedded(a); } db.Execute(a + b);""")]
    [TestCase("""var a = "x"; foreach (var c in line) { a = Embedded(Embedded(a) + a); } db.Execute(a);""")]
    [TestCase("""string Again(string name) => Embedded(Again(Embedded(name))); db.Execute(Again(line));""")]
    public Task Names_that_feed_each_other_come_to_an_end(string body) => Verify.WithFilesAsync(Job(body), [("/shop/InsertOrder.sql", SilentInsert)]);

    [TestCase("{|RERUN0001:-- rerunsafe:ignore RERUN9999 no such rule|}\n{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);")]
    [TestCase("{|RERUN0001:-- rerunsafe:ignore because it is fine|}\n{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);")]
    [TestCase("{|RERUN0001:-- rerunsafe:ignore|}\n{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id);")]
    public Task A_comment_that_names_no_rule_is_told_so(string content) =>
        Verify.WithFilesAsync(Job("""db.Execute(Embedded("InsertOrder.sql"), new { id });"""), [("/shop/InsertOrder.sql", content)]);

    private static string Job(string body) => $$"""
        public static class Names
        {
            public const string InsertOrder = "Shop.Sql." + nameof(InsertOrder) + ".sql";
        }

        public class ImportJob(SqliteConnection db, ILogger<ImportJob> logger) : BackgroundService
        {
            private static readonly string Field = Embedded("InsertOrder.sql");

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    var id = line.Split(',')[0];
                    var amount = decimal.Parse(line.Split(',')[1]);
                    {{body}}
                }

                await Task.CompletedTask;
            }

            private static string Embedded(string name)
            {
                using var stream = typeof(ImportJob).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException(name);
                using var reader = new StreamReader(stream);
                return reader.ReadToEnd();
            }

            private static string WithoutExtension(string name)
            {
                using var stream = typeof(ImportJob).Assembly.GetManifestResourceStream($"Shop.Sql.{name}.sql");
                using var reader = new StreamReader(stream!);
                return reader.ReadToEnd();
            }

            private static async Task<string> EmbeddedAsync(string name)
            {
                await using var stream = typeof(ImportJob).Assembly.GetManifestResourceStream(name);
                using var reader = new StreamReader(stream!);
                return await reader.ReadToEndAsync();
            }

            private void RunScript(string name)
            {
                var path = Path.Combine(AppContext.BaseDirectory, "Sql", name);
                var script = File.ReadAllText(path);
                db.Execute(script);
            }
        }
        """;
}
