namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: less common calls that run an INSERT.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertCallsTests
{
    [Test]
    public Task Dapper_with_a_list() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", File.ReadLines("orders.csv").Select(id => new { id }));
        """));

    [Test]
    public Task Dapper_with_named_arguments() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(param: new { id }, sql: "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)");
        """));

    [Test]
    public Task Dapper_with_several_results() => Verify.LibraryAsync(Jobs.PerLine("""
        using var results = await db.QueryMultipleAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id); SELECT COUNT(*) FROM orders", new { id });
        """));

    [Test]
    public Task A_query_of_the_object_mapper_that_inserts() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var id in File.ReadLines("orders.csv"))
        {
            var row = await context.Database.SqlQuery<long>($"{|RERUN1001:INSERT INTO orders|} (id) VALUES ({id}) RETURNING rowid").ToListAsync();
        }
        """, parameters: "ShopContext context", types: "public class ShopContext : DbContext;"));

    [Test]
    public Task A_command_of_the_object_mappers_connection() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var id in File.ReadLines("orders.csv"))
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = "{|RERUN1001:INSERT INTO orders|} (id) VALUES ('" + id + "')";
            await command.ExecuteNonQueryAsync(stoppingToken);
        }
        """, parameters: "ShopContext context", types: "public class ShopContext : DbContext;"));

    [Test]
    public Task Raw_SQL_in_a_local_of_the_object_mapper() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var id in File.ReadLines("orders.csv"))
        {
            var sql = "{|RERUN1001:INSERT INTO orders|} (id) VALUES ({0})";
            context.Database.ExecuteSqlRaw(sql, id);
        }
        """, parameters: "ShopContext context", types: "public class ShopContext : DbContext;"));

    [Test]
    public Task A_command_in_a_using_statement() => Verify.LibraryAsync(Jobs.PerLine("""
        using (var command = new SqliteCommand())
        {
            command.Connection = db;
            command.CommandText = @"{|RERUN1001:INSERT INTO orders|} (id)
                                    VALUES (@id)";
            command.Parameters.AddWithValue("@id", id);
            _ = command.ExecuteNonQuery();
        }
        """));

    [Test]
    public Task A_conditional_call() => Verify.LibraryAsync(Jobs.PerLine("""
        SqliteCommand? command = db.CreateCommand();
        command.CommandText = "{|RERUN1001:INSERT INTO orders|} (id) VALUES (1)";
        command?.ExecuteNonQuery();
        """));

    [Test]
    public Task A_text_in_a_partial_class() => Verify.LibraryAsync(
        "public partial class ImportJob(SqliteConnection db) : BackgroundService { protected override Task ExecuteAsync(CancellationToken stoppingToken) => db.ExecuteAsync({|RERUN1001:InsertSql|}); }",
        """public partial class ImportJob { private const string InsertSql = "INSERT INTO orders (id) VALUES (1)"; }""");

    [Test]
    public Task A_text_of_a_static_property_elsewhere() => Verify.LibraryAsync(
        Jobs.PerLine("{|RERUN1001:db.Execute(Sql.Insert, new { id })|};"),
        """internal static class Sql { public static string Insert => "INSERT INTO orders (id) VALUES (@id)"; }""");

    [Test]
    public Task A_text_of_a_method_with_the_table_as_its_argument() => Verify.LibraryAsync(Jobs.PerLine(
        """await db.ExecuteAsync(InsertInto("orders"), new { id });""",
        members: """private static string InsertInto(string table) => $"{|RERUN1001:INSERT INTO |}{table} (id) VALUES (@id)";"""));

    [Test]
    public Task Two_texts_of_one_line() => Verify.LibraryAsync(Jobs.PerLine("""
        db.Execute("{|RERUN1001:INSERT INTO a|} (id) VALUES (1)"); db.Execute("{|RERUN1001:INSERT INTO b|} (id) VALUES (1)");
        """));

    [Test]
    public Task One_text_that_runs_in_two_places_is_reported_once() => Verify.LibraryAsync(Jobs.PerLine(
        "await db.ExecuteAsync(Sql, new { id }); await db.ExecuteAsync(Sql, new { id });",
        members: """private const string Sql = "{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)";"""));

    [Test]
    public Task Names_with_schema_and_quotes() => Verify.LibraryAsync(Jobs.PerLine("""
        db.Execute("{|RERUN1001:INSERT INTO [dbo].[Order Lines]|} ([id]) VALUES (1)");
        db.Execute("{|RERUN1001:insert   into main.orders|}(id)values(1)");
        db.Execute("/* import */ {|RERUN1001:INSERT INTO \"Orders\"|} (\"Id\") VALUES (1)");
        db.Execute("{|RERUN1001:INSERT dbo.Orders|} (Id) VALUES (1)");
        """));

    [Test]
    public Task Rows_selected_from_another_table() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, name) SELECT id, name FROM raw_orders WHERE valid = 1");
        await db.ExecuteAsync("WITH picked AS (SELECT id FROM raw_orders) {|RERUN1001:INSERT INTO lines|} (id) SELECT id FROM picked");
        """));

    [Test]
    public Task Creating_a_table_from_rows_is_no_append() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("DROP TABLE IF EXISTS snapshot; CREATE TABLE snapshot AS SELECT * FROM orders");
        """));

    [Test]
    public Task A_word_in_a_text_that_is_no_statement() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("UPDATE orders SET note = 'INSERT INTO orders (id) VALUES (1)' WHERE id = @id", new { id });
        await db.ExecuteAsync("SELECT id FROM orders -- INSERT INTO orders (id) VALUES (1)");
        await db.ExecuteAsync("EXEC dbo.InsertIntoOrders @id", new { id });
        """));
}
