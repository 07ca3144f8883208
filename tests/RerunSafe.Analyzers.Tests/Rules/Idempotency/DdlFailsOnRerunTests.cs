namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class DdlFailsOnRerunTests
{
    private static string Job(string body, string members = "", string type = "ImportJob") => $$"""
        public class {{type}}(SqliteConnection db, Npgsql.NpgsqlConnection postgres, Microsoft.Data.SqlClient.SqlConnection sqlServer, bool isNew) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                GC.KeepAlive((db, postgres, sqlServer, isNew));
                await Task.CompletedTask;
            }
            {{members}}
        }
        """;

    [TestCase("{|RERUN1014:CREATE TABLE orders|} (id TEXT PRIMARY KEY)")]
    [TestCase("{|RERUN1014:CREATE INDEX by_day ON orders|} (day)")]
    [TestCase("{|RERUN1014:CREATE UNIQUE INDEX by_id ON orders|} (id)")]
    [TestCase("{|RERUN1014:ALTER TABLE orders|} ADD COLUMN day TEXT")]
    [TestCase("{|RERUN1014:ALTER TABLE orders|} ADD CONSTRAINT one UNIQUE (id)")]
    [TestCase("{|RERUN1014:CREATE TABLE orders|} (id TEXT); ALTER TABLE orders RENAME COLUMN id TO number")]
    [TestCase("{|RERUN1014:CREATE TABLE orders|} (id TEXT); ALTER TABLE incoming RENAME TO kept")]
    [TestCase("{|RERUN1014:CREATE INDEX by_id ON orders|} (id); ALTER TABLE orders RENAME TO kept")]
    [TestCase("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY); {|RERUN1014:CREATE INDEX by_day ON orders|} (id)")]
    public Task A_definition_without_a_condition_fails_on_a_rerun(string sql) => Verify.LibraryAsync(Job($"db.Execute(\"{sql}\");"));

    [TestCase("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY)")]
    [TestCase("CREATE OR REPLACE TABLE orders (id TEXT PRIMARY KEY)")]
    [TestCase("CREATE TEMP TABLE orders (id TEXT PRIMARY KEY)")]
    [TestCase("CREATE TABLE #orders (id int)")]
    [TestCase("CREATE TEMP TABLE orders (id TEXT); CREATE INDEX by_id ON orders (id)")]
    [TestCase("CREATE INDEX IF NOT EXISTS by_day ON orders (day)")]
    [TestCase("ALTER TABLE orders ADD COLUMN IF NOT EXISTS day TEXT")]
    [TestCase("ALTER TABLE orders DROP COLUMN day")]
    [TestCase("DROP TABLE IF EXISTS orders; CREATE TABLE orders (id TEXT PRIMARY KEY)")]
    [TestCase("CREATE TABLE orders (id TEXT); DROP TABLE orders")]
    [TestCase("CREATE TABLE orders AS SELECT * FROM incoming; DROP TABLE kept; ALTER TABLE orders RENAME TO kept")]
    [TestCase("ALTER TABLE orders RENAME TO kept; CREATE TABLE orders (id TEXT)")]
    [TestCase("IF OBJECT_ID('orders') IS NULL CREATE TABLE orders (id int)")]
    [TestCase("IF COL_LENGTH('orders', 'day') IS NULL ALTER TABLE orders ADD day int")]
    public Task A_definition_that_asks_first_or_starts_anew_is_fine(string sql) => Verify.LibraryAsync(Job($"db.Execute(\"{sql}\");"));

    private const string Create = "db.Execute(\"CREATE TABLE orders (id TEXT)\");";

    private const string Speaks = "db.Execute(\"{|RERUN1014:CREATE TABLE orders|} (id TEXT)\");";

    [TestCase("if (db.ExecuteScalar<long>(\"SELECT COUNT(*) FROM sqlite_master WHERE name = 'orders'\") == 0) { ‹ }")]
    [TestCase("if (isNew) { ‹ }")]
    [TestCase("if (db.ExecuteScalar<long>(\"PRAGMA user_version\") > 0) return; ‹")]
    [TestCase("try { ‹ } catch (SqliteException) { }")]
    [TestCase("db.Execute(\"DROP TABLE IF EXISTS orders\"); ‹")]
    [TestCase("‹ db.Execute(\"DROP TABLE orders\");")]
    [TestCase("File.Delete(\"orders.db\"); ‹")]
    public Task A_choice_a_try_or_a_fresh_start_around_it_is_fine(string body) => Verify.LibraryAsync(Job(body.Replace("‹", Create)));

    [TestCase("var known = db.ExecuteScalar<long>(\"SELECT COUNT(*) FROM sqlite_master WHERE name = 'orders'\"); ‹")]
    [TestCase("if (isNew) { await Task.Delay(1); } ‹")]
    [TestCase("if (stoppingToken.IsCancellationRequested) return; ‹")]
    [TestCase("try { ‹ } finally { db.Close(); }")]
    [TestCase("db.Execute(\"DROP TABLE IF EXISTS customers\"); ‹")]
    [TestCase("while (!stoppingToken.IsCancellationRequested) { ‹ }")]
    public Task What_only_looks_like_it_is_not(string body) => Verify.LibraryAsync(Job(body.Replace("‹", Speaks)));

    [TestCase("if (isNew) Prepare();", Create)]
    [TestCase("Prepare();", Speaks)]
    public Task A_choice_may_stand_at_the_caller(string body, string inner) => Verify.LibraryAsync(Job(body, $"private void Prepare() {{ {inner} }}"));

    [TestCase("UpgradeSchema", Create)]
    [TestCase("PrepareSchema", Speaks)]
    public Task A_migration_by_its_name_is_fine(string name, string inner) => Verify.LibraryAsync(Job($"{name}();", $"private void {name}() {{ {inner} }}"));

    [Test]
    public Task A_table_whose_name_is_computed_may_be_new_each_time() => Verify.LibraryAsync(Job(
        """db.Execute($"CREATE TABLE orders_{db.Database} (id TEXT)");"""));

    [Test]
    public Task Outside_of_a_rerun_path_nothing_is_said() => Verify.LibraryAsync(
        """public class Setup(SqliteConnection db) { public void Run() => db.Execute("CREATE TABLE orders (id TEXT)"); }""");

    [TestCase("db.Execute(\"CREATE TABLE orders (id TEXT)\");", "CREATE TABLE orders runs again when ImportJob.ExecuteAsync starts again with its host and fails, because the table is there already; add IF NOT EXISTS")]
    [TestCase("sqlServer.Execute(\"CREATE TABLE orders (id int)\");", "CREATE TABLE orders runs again when ImportJob.ExecuteAsync starts again with its host and fails, because the table is there already; ask the catalogue first")]
    [TestCase("postgres.Execute(\"ALTER TABLE orders ADD COLUMN day date\");", "ALTER TABLE orders runs again when ImportJob.ExecuteAsync starts again with its host and fails, because the column is there already; write ADD COLUMN IF NOT EXISTS")]
    public async Task The_message_gives_the_cure_of_the_dialect(string body, string message) =>
        Assert.That(await MessageTests.MessagesAsync(Job(body)), Is.EqualTo(new[] { message }));
}
