namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: the ways in which the text of an INSERT reaches a database.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertTextShapesTests
{
    private const string Run = """command.Parameters.AddWithValue("@id", id); command.ExecuteNonQuery();""";

    [Test]
    public Task Text_in_the_constructor_of_the_command() => Verify.LibraryAsync(Jobs.PerLine($"""
        using var command = new SqliteCommand("{InsertOrders} (id) VALUES (@id)", db);
        {Run}
        """));

    [Test]
    public Task Text_in_the_initializer_of_the_command() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var command = new SqliteCommand { Connection = db, CommandText = "{{InsertOrders}} (id) VALUES (@id)" };
        {{Run}}
        """));

    [Test]
    public Task Text_assigned_behind_the_parameters() => Verify.LibraryAsync(Jobs.PerLine($"""
        var command = db.CreateCommand();
        command.Parameters.AddWithValue("@id", id);
        command.CommandTimeout = 30;
        command.CommandText = "{InsertOrders} (id) VALUES (@id)";
        await command.ExecuteNonQueryAsync(stoppingToken);
        """));

    [Test]
    public Task Text_assigned_once_before_the_loop_and_run_in_it() => Verify.LibraryAsync(Jobs.PerLine(
        "command.Parameters[0].Value = id; command.ExecuteNonQuery();",
        before: $"""
        using var command = db.CreateCommand();
        command.CommandText = "{InsertOrders} (id) VALUES (@id)";
        command.Parameters.Add("@id", SqliteType.Text);
        command.Prepare();
        """));

    [Test]
    public Task A_command_of_the_interface_type() => Verify.LibraryAsync(Jobs.PerLine($"""
        IDbConnection connection = db;
        using IDbCommand command = connection.CreateCommand();
        command.CommandText = "{InsertOrders} (id) VALUES ('" + id + "')";
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task A_command_that_a_factory_method_makes() => Verify.LibraryAsync(Jobs.PerLine(
        $"using var command = Create(); {Run}",
        members: $"""
        private SqliteCommand Create()
        {"{"}
            var created = db.CreateCommand();
            created.CommandText = "{InsertOrders} (id) VALUES (@id)";
            return created;
        {"}"}
        """));

    [Test]
    public Task A_text_that_is_replaced_before_the_run_is_not_run() => Verify.LibraryAsync(Jobs.PerLine($"""
        using var command = db.CreateCommand();
        command.CommandText = "INSERT INTO orders (id) VALUES (@id)";
        command.CommandText = "INSERT OR IGNORE INTO orders (id) VALUES (@id)";
        {Run}
        """));

    [Test]
    public Task A_command_that_runs_two_texts_one_after_the_other() => Verify.LibraryAsync(Jobs.PerLine($"""
        using var command = db.CreateCommand();
        command.CommandText = "INSERT OR IGNORE INTO customers (id) VALUES (@id)";
        {Run}
        command.CommandText = "{InsertOrders} (id) VALUES (@id)";
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task A_constant_of_the_same_class() => Verify.LibraryAsync(Jobs.PerLine(
        "await db.ExecuteAsync(InsertSql, new { id });",
        members: $"""private const string InsertSql = "{InsertOrders} (id) VALUES (@id)";"""));

    [Test]
    public Task A_constant_of_another_class() => Verify.LibraryAsync(Jobs.PerLine(
        "await db.ExecuteAsync(Sql.Insert, new { id });",
        types: $$"""internal static class Sql { public const string Insert = "{{InsertOrders}} (id) VALUES (@id)"; }"""));

    [Test]
    public Task A_constant_of_another_file_is_reported_where_it_is_used() => Verify.LibraryAsync(
        Jobs.PerLine("await db.ExecuteAsync({|RERUN1001:Sql.Insert|}, new { id });"),
        """internal static class Sql { public const string Insert = "INSERT INTO orders (id) VALUES (@id)"; }""");

    [Test]
    public Task A_static_readonly_text() => Verify.LibraryAsync(Jobs.PerLine(
        "await db.ExecuteAsync(InsertSql, new { id });",
        members: $"""private static readonly string InsertSql = "{InsertOrders} (id) " + "VALUES (@id)";"""));

    [Test]
    public Task A_local_text() => Verify.LibraryAsync(Jobs.PerLine($"""
        var sql = "{InsertOrders} (id) VALUES (@id)";
        await db.ExecuteAsync(sql, new {"{ id }"});
        """));

    [Test]
    public Task A_verbatim_text_over_lines() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(@"
            {|RERUN1001:INSERT INTO ""orders""|}
                (id)
            VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_raw_text_over_lines() => Verify.LibraryAsync(Jobs.PerLine(""""
        await db.ExecuteAsync("""
            -- one row per line
            {|RERUN1001:INSERT INTO orders|}
                (id)
            VALUES (@id)
            """, new { id });
        """"));

    [Test]
    public Task An_interpolated_text() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync($"{|RERUN1001:INSERT INTO orders|} (id) VALUES ('{id}')");
        """));

    [Test]
    public Task An_interpolated_raw_text() => Verify.LibraryAsync(Jobs.PerLine(""""
        await db.ExecuteAsync($"""
            {|RERUN1001:INSERT INTO orders|} (id)
            VALUES ('{id}')
            """);
        """"));

    [Test]
    public Task A_concatenated_text() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, amount) " +
            "VALUES ('" + id + "', " + amount + ")");
        """));

    [Test]
    public Task A_text_of_string_Format() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(string.Format("{|RERUN1001:INSERT INTO orders|} (id, amount) VALUES ('{0}', {1})", id, amount));
        """));

    [Test]
    public Task A_text_without_columns() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync($"{|RERUN1001:insert into orders|} values('{id}', {amount})");
        """));

    [Test]
    public Task A_text_built_line_by_line() => Verify.LibraryAsync("using System.Text;\n" + Jobs.PerLine("""
        var sql = new StringBuilder();
        sql.AppendLine("{|RERUN1001:INSERT INTO orders|} (id, amount)");
        sql.AppendLine("VALUES");
        sql.AppendFormat("('{0}', {1})", id, amount);
        await db.ExecuteAsync(sql.ToString());
        """));

    [Test]
    public Task Many_rows_in_one_text_built_in_a_loop() => Verify.LibraryAsync("using System.Text;\n" + Jobs.Once("""
        var sql = new StringBuilder("{|RERUN1001:INSERT INTO orders|} (id) VALUES ");
        var first = true;
        foreach (var line in File.ReadLines("orders.csv"))
        {
            if (!first) sql.Append(", ");
            sql.Append("('").Append(line).Append("')");
            first = false;
        }
        using var command = new SqliteCommand(sql.ToString(), db);
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task A_row_list_whose_last_comma_is_cut_off() => Verify.LibraryAsync(Jobs.Once("""
        var sql = "{|RERUN1001:INSERT INTO orders|} (id) VALUES ";
        foreach (var line in File.ReadLines("orders.csv"))
            sql += "('" + line + "'),";
        sql = sql.TrimEnd(',');
        await db.ExecuteAsync(sql);
        """));

    [Test]
    public Task An_insert_that_returns_its_id() => Verify.LibraryAsync(Jobs.PerLine("""
        var row = await db.ExecuteScalarAsync<long>("{|RERUN1001:INSERT INTO orders|} (name) VALUES (@id); SELECT last_insert_rowid()", new { id });
        """));

    [Test]
    public Task An_insert_run_by_a_query_method() => Verify.LibraryAsync(Jobs.PerLine("""
        var row = await db.QuerySingleAsync<long>("{|RERUN1001:INSERT INTO orders|} (name) VALUES (@id) RETURNING id", new { id });
        """));

    [Test]
    public Task An_insert_run_by_a_reader() => Verify.LibraryAsync(Jobs.PerLine("""
        using var command = new SqliteCommand("{|RERUN1001:INSERT INTO orders|} (name) VALUES (@id) RETURNING id", db);
        command.Parameters.AddWithValue("@id", id);
        using var reader = command.ExecuteReader();
        reader.Read();
        """));

    [Test]
    public Task A_command_definition() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(new CommandDefinition("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id }, cancellationToken: stoppingToken));
        """));

    [Test]
    public Task Raw_SQL_of_the_object_mapper() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            await context.Database.ExecuteSqlRawAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES ({0})", line);
            await context.Database.ExecuteSqlInterpolatedAsync($"{|RERUN1001:INSERT INTO lines|} (id) VALUES ({line})");
            await context.Database.ExecuteSqlAsync($"{|RERUN1001:INSERT INTO parts|} (id) VALUES ({line})");
        }
        """, parameters: "ShopContext context", types: "public class ShopContext : DbContext;"));

    [Test]
    public Task Other_providers() => Verify.LibraryAsync(Jobs.PerLine("""
        await using var npgsql = new Npgsql.NpgsqlConnection("Host=db");
        await using var insert = new Npgsql.NpgsqlCommand("{|RERUN1001:INSERT INTO orders|} (id) VALUES ($1)", npgsql);
        await insert.ExecuteNonQueryAsync(stoppingToken);
        await using var sqlServer = new Microsoft.Data.SqlClient.SqlConnection("Server=db");
        await using var other = new Microsoft.Data.SqlClient.SqlCommand("{|RERUN1001:INSERT INTO dbo.Orders|} (Id) VALUES (@id)", sqlServer);
        await other.ExecuteNonQueryAsync(stoppingToken);
        await using var mySql = new MySqlConnector.MySqlConnection("Server=db");
        await mySql.ExecuteAsync("{|RERUN1001:INSERT INTO `orders`|} (`id`) VALUES (@id)", new { id });
        """));

    [Test]
    public Task Each_statement_of_a_text_is_judged_by_itself() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("INSERT INTO customers (id) VALUES (@id) ON CONFLICT DO NOTHING; {|RERUN1001:INSERT INTO orders|} (customer) VALUES (@id);", new { id });
        """));

    [Test]
    public Task A_branch_chooses_between_texts() => Verify.LibraryAsync(Jobs.PerLine("""
        var sql = amount > 0
            ? "{|RERUN1001:INSERT INTO sales|} (id) VALUES (@id)"
            : "{|RERUN1001:INSERT INTO refunds|} (id) VALUES (@id)";
        await db.ExecuteAsync(sql, new { id });
        """));

    [Test]
    public Task A_text_from_outside_says_nothing() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(line);
        await db.ExecuteAsync(File.ReadAllText("insert.sql"), new { id });
        """));

    [Test]
    public Task A_text_that_nobody_runs_says_nothing() => Verify.LibraryAsync(Jobs.PerLine("""
        logger.LogDebug("INSERT INTO orders (id) VALUES ({Id})", id);
        Console.WriteLine($"INSERT INTO orders (id) VALUES ('{id}');");
        """));

    private const string InsertOrders = "{|RERUN1001:INSERT INTO orders|}";
}
