using RerunSafe.Analyzers.CodeFixes.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

[Parallelizable(ParallelScope.All)]
public class AddIfNotExistsTests
{
    private const string Q = "\"\"\"";

    private static string Job(string body, string connection) => $$"""
        public class ImportJob({{connection}} db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await Task.CompletedTask;
            }
        }
        """;

    // ‹…› is the diagnostic's place, ¦ the place of the clause.
    private static Task Changes(string body, string connection = "SqliteConnection") => VerifyFix.ChangesAsync<AddIfNotExists>(
        Job(body.Replace("‹", "{|RERUN1014:").Replace("›", "|}").Replace("¦", ""), connection),
        Job(body.Replace("‹", "").Replace("›", "").Replace("¦", "IF NOT EXISTS "), connection));

    private static Task OffersNothing(string body, string connection) =>
        VerifyFix.OffersNothingAsync<AddIfNotExists>(Job(body.Replace("‹", "{|RERUN1014:").Replace("›", "|}"), connection));

    [Test]
    public Task A_table() => Changes("""db.Execute("‹CREATE TABLE ¦orders› (id TEXT PRIMARY KEY, name TEXT)");""");

    [Test]
    public Task A_table_with_a_quoted_name_and_a_schema() => Changes("""db.Execute("‹CREATE TABLE ¦main.\"orders\"› (id TEXT PRIMARY KEY)");""");

    [Test]
    public Task A_table_in_a_raw_literal() => Changes($"db.Execute({Q}\n    ‹CREATE TABLE\n        ¦orders› (id TEXT PRIMARY KEY)\n    {Q});");

    [Test]
    public Task A_table_in_a_concatenated_text() => Changes("""
        db.Execute("‹CREATE TABLE ¦orders› (" +
            "id TEXT PRIMARY KEY)");
        """);

    [Test]
    public Task Everything_in_one_literal() => Changes("""
        db.Execute("‹CREATE TABLE ¦orders› (id TEXT); ‹CREATE TABLE ¦lines› (id TEXT); ‹CREATE UNIQUE INDEX ¦orders_id ON orders› (id);");
        """);

    [Test]
    public Task An_index() => Changes("""db.Execute("‹CREATE INDEX ¦orders_name ON orders› (name)");""");

    [Test]
    public Task An_index_that_is_built_while_others_write() => Changes("""db.Execute("‹CREATE INDEX CONCURRENTLY ¦orders_name ON orders› (name)");""", "Npgsql.NpgsqlConnection");

    [TestCase("Npgsql.NpgsqlConnection")]
    [TestCase("DuckDB.NET.Data.DuckDBConnection")]
    public Task A_column(string connection) => Changes("""db.Execute("‹ALTER TABLE orders› ADD COLUMN ¦note TEXT");""", connection);

    [Test]
    public Task No_fix_for_a_column_in_SQLite() => OffersNothing("""db.Execute("‹ALTER TABLE orders› ADD COLUMN note TEXT");""", "SqliteConnection");

    [Test]
    public Task No_fix_for_two_columns() => OffersNothing("""db.Execute("‹ALTER TABLE orders› ADD COLUMN note TEXT, ADD COLUMN text TEXT");""", "Npgsql.NpgsqlConnection");

    [Test]
    public Task No_fix_for_a_constraint() => OffersNothing("""db.Execute("‹ALTER TABLE orders› ADD CONSTRAINT orders_id UNIQUE (id)");""", "Npgsql.NpgsqlConnection");

    [Test]
    public Task No_fix_for_an_index_in_MySQL() => OffersNothing("""db.Execute("‹CREATE INDEX orders_name ON orders› (name)");""", "MySqlConnector.MySqlConnection");

    [Test]
    public Task No_fix_in_SQL_Server() => OffersNothing("""db.Execute("‹CREATE TABLE orders› (id INT PRIMARY KEY)");""", "Microsoft.Data.SqlClient.SqlConnection");

    [Test]
    public Task No_fix_where_the_dialect_is_not_known() => OffersNothing("""db.Execute("‹CREATE TABLE orders› (id INT PRIMARY KEY)");""", "System.Data.IDbConnection");

    [Test]
    public Task No_fix_for_a_copy_that_would_stay_as_it_is() => OffersNothing("""db.Execute("‹CREATE TABLE copied› AS SELECT * FROM orders");""", "SqliteConnection");

    [Test]
    public Task No_fix_where_the_text_stands_in_another_file() => VerifyFix.OffersNothingAsync<AddIfNotExists>(
        Job("{|RERUN1014:db.Execute(Sql.Create)|};", "SqliteConnection"),
        """internal static class Sql { public static readonly string Create = "CREATE TABLE orders (id TEXT)"; }""");
}
