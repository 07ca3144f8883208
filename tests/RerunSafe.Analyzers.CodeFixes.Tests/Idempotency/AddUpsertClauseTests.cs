namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

[Parallelizable(ParallelScope.All)]
public class AddUpsertClauseTests
{
    private const string Clause = " ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    private const string Q = "\"\"\"";

    private static string Job(string body, string connection = "SqliteConnection", string schema = "CREATE TABLE orders (id TEXT PRIMARY KEY, name TEXT)") => $$"""
        public class ImportJob({{connection}} db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var id in File.ReadLines("orders.csv"))
                {
                    var name = id;
                    {{body}}
                }

                await Task.CompletedTask;
            }

            public void Create() => db.Execute("{{schema}}");
        }
        """;

    // ‹…› is the diagnostic's place, ¦ the place of the clause.
    private static Task Changes(string body, string clause = Clause, string connection = "SqliteConnection", string schema = "CREATE TABLE orders (id TEXT PRIMARY KEY, name TEXT)") =>
        VerifyFix.ChangesAsync(
            Job(body.Replace("‹", "{|RERUN1001:").Replace("›", "|}").Replace("¦", ""), connection, schema),
            Job(body.Replace("‹", "").Replace("›", "").Replace("¦", clause), connection, schema));

    private static Task OffersNothing(string body, string connection = "SqliteConnection", string schema = "CREATE TABLE orders (id TEXT PRIMARY KEY, name TEXT)") =>
        VerifyFix.OffersNothingAsync(Job(body.Replace("‹", "{|RERUN1001:").Replace("›", "|}"), connection, schema));

    [Test]
    public Task A_regular_literal() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦", new { id, name });""");

    [Test]
    public Task A_literal_with_escapes_before_the_end() => Changes(
        """await db.ExecuteAsync("\t‹INSERT INTO \"orders\"› (id, name)\r\n\tVALUES (\u0040id, 'a\\b\"')¦", new { id, name });""");

    [Test]
    public Task A_semicolon_stays_behind_the_clause() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦;", new { id, name });""");

    [Test]
    public Task A_comment_stays_behind_the_clause() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦ -- one row", new { id, name });""");

    [Test]
    public Task A_verbatim_literal() => Changes("await db.ExecuteAsync(@\"\n  ‹INSERT INTO \"\"orders\"\"› (id, name)\n  VALUES (@id, 'it\"\"s')¦\n\", new { id, name });");

    [Test]
    public Task A_raw_literal() => Changes($"await db.ExecuteAsync({Q}\n    ‹INSERT INTO orders›\n      (id, name)\n    VALUES\n      (@id, @name)¦\n    {Q}, new {{ id, name }});");

    [Test]
    public Task A_raw_literal_on_one_line() => Changes($"await db.ExecuteAsync({Q}‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦{Q}, new {{ id, name }});");

    [Test]
    public Task An_interpolated_literal() => Changes("""await db.ExecuteAsync($"‹INSERT INTO orders› (id, name) VALUES ('{id}', '{name}')¦");""");

    [Test]
    public Task An_interpolated_literal_with_braces() => Changes("""await db.ExecuteAsync($"‹INSERT INTO orders› (id, name) VALUES ('{id}', '{{x}}')¦");""");

    [Test]
    public Task An_interpolated_raw_literal() => Changes($"await db.ExecuteAsync(${Q}\n    ‹INSERT INTO orders› (id, name)\n    VALUES ('{{id}}', '{{name}}')¦\n    {Q});");

    [Test]
    public Task A_concatenated_text() => Changes("""
        await db.ExecuteAsync("‹INSERT INTO orders› (id, name) " +
            "VALUES (@id, " +
            "@name)¦", new { id, name });
        """);

    [Test]
    public Task A_text_that_ends_in_a_value() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES ('" + id + "', '" + name + "')¦");""");

    [Test]
    public Task A_local_text() => Changes("""
        var sql = "‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦";
        await db.ExecuteAsync(sql, new { id, name });
        """);

    [Test]
    public Task A_command_text() => Changes("""
        using var command = db.CreateCommand();
        command.CommandText = "‹INSERT INTO orders› (id, name) VALUES ($id, $name)¦";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$name", name);
        command.ExecuteNonQuery();
        """);

    [Test]
    public Task Several_statements_in_one_literal() => Changes("""
        await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, 'a')¦; ‹INSERT INTO orders› (name, id) VALUES ('b', @id)¦;", new { id });
        """);

    [Test]
    public Task Two_statements_of_one_document() => Changes("""
        await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦", new { id, name });
        await db.ExecuteAsync("‹insert into orders› (name, id) values (@name, @id)¦", new { id, name });
        """);

    [Test]
    public Task Statements_inside_nested_lambdas() => Changes("""
        await Task.Run(async () =>
        {
            await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, 'a')¦", new { id });
            await Task.Run(() => db.Execute("‹INSERT INTO orders› (id, name) VALUES (@id, 'b')¦", new { id }));
        });
        """);

    [Test]
    public Task Several_rows() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES ('a', 'x'), ('b', 'y')¦");""");

    [Test]
    public Task A_key_of_two_columns() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO lines› (no, order_id, name) VALUES (1, @id, @name)¦", new { id, name });""",
        " ON CONFLICT (order_id, no) DO UPDATE SET name = excluded.name",
        schema: "CREATE TABLE lines (order_id TEXT, no INT, name TEXT, PRIMARY KEY (order_id, no))");

    [Test]
    public Task Nothing_but_the_key() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id) VALUES (@id)¦", new { id });""", " ON CONFLICT (id) DO NOTHING");

    [Test]
    public Task A_unique_index() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦", new { id, name });""",
        schema: "CREATE TABLE orders (no INTEGER PRIMARY KEY, id TEXT, name TEXT); CREATE UNIQUE INDEX orders_id ON orders (id)");

    [Test]
    public Task PostgreSQL() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦", new { id, name });""", connection: "Npgsql.NpgsqlConnection");

    [Test]
    public Task MySQL() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦", new { id, name });""",
        " ON DUPLICATE KEY UPDATE name = VALUES(name)", "MySqlConnector.MySqlConnection", "CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY, name TEXT)");

    [Test]
    public Task MySQL_with_nothing_but_the_key() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id) VALUES (@id)¦", new { id });""",
        " ON DUPLICATE KEY UPDATE id = id", "MySqlConnector.MySqlConnection", "CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY, name TEXT)");

    [Test]
    public Task MySQL_with_quoted_names() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO `orders`› (`id`, `order`) VALUES (@id, @name)¦", new { id, name });""",
        " ON DUPLICATE KEY UPDATE `order` = VALUES(`order`)", "MySqlConnector.MySqlConnection", "CREATE TABLE `orders` (`id` VARCHAR(20) PRIMARY KEY, `order` TEXT)");

    [Test]
    public Task A_key_from_a_file_of_SQL() => VerifyFix.ChangesAsync(
        Job("""await db.ExecuteAsync("{|RERUN1001:INSERT INTO customers|} (code, name) VALUES (@id, @name)", new { id, name });"""),
        Job("""await db.ExecuteAsync("INSERT INTO customers (code, name) VALUES (@id, @name) ON CONFLICT (code) DO UPDATE SET name = excluded.name", new { id, name });"""),
        ("schema.sql", "CREATE TABLE customers (code TEXT NOT NULL UNIQUE, name TEXT);"));

    [Test]
    public Task No_fix_where_the_key_is_not_known() => OffersNothing("""await db.ExecuteAsync("‹INSERT INTO customers› (id, name) VALUES (@id, @name)", new { id, name });""");

    [Test]
    public Task No_fix_where_the_key_is_made_by_the_store() => OffersNothing("""await db.ExecuteAsync("‹INSERT INTO orders› (name) VALUES (@name)", new { name });""");

    [Test]
    public Task No_fix_where_the_key_is_random() => OffersNothing("""await db.ExecuteAsync("INSERT INTO orders (id, name) VALUES ({|RERUN1005:hex(randomblob(16))|}, @name)", new { name });""");

    [Test]
    public Task No_fix_for_a_partial_index() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)", new { id, name });""",
        schema: "CREATE TABLE orders (no INTEGER PRIMARY KEY, id TEXT, name TEXT); CREATE UNIQUE INDEX orders_id ON orders (id) WHERE name IS NOT NULL");

    [Test]
    public Task Rows_that_are_selected_behind_a_condition() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw WHERE id <> ''¦");""");

    [Test]
    public Task Rows_that_are_selected_need_a_condition_in_SQLite() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw¦;");""", " WHERE true" + Clause);

    [Test]
    public Task Rows_that_are_selected_from_a_join_need_a_condition_in_SQLite() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT r.id, n.name FROM raw r JOIN names n ON n.id = r.id¦");""", " WHERE true" + Clause);

    [Test]
    public Task Rows_that_are_selected_in_two_parts_need_a_condition_in_the_last() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw WHERE id <> '' UNION SELECT id, name FROM names¦");""", " WHERE true" + Clause);

    [Test]
    public Task Rows_that_are_selected_in_order_need_none() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw ORDER BY id LIMIT 5¦");""");

    [Test]
    public Task Rows_that_are_selected_need_none_in_PostgreSQL() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw¦");""", connection: "Npgsql.NpgsqlConnection");

    [Test]
    public Task Rows_that_are_selected_in_MySQL() => Changes(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT id, name FROM raw¦");""",
        " ON DUPLICATE KEY UPDATE name = VALUES(name)", "MySqlConnector.MySqlConnection", "CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY, name TEXT)");

    [Test]
    public Task The_clause_stands_before_RETURNING() => Changes("""await db.ExecuteScalarAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦ RETURNING rowid;", new { id, name });""");

    [Test]
    public Task The_clause_stands_before_RETURNING_of_another_literal() => Changes("""
        await db.ExecuteScalarAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)¦" +
            " RETURNING rowid", new { id, name });
        """);

    [Test]
    public Task No_fix_where_DO_NOTHING_would_return_no_row() => OffersNothing("""await db.ExecuteScalarAsync("‹INSERT INTO orders› (id) VALUES (@id) RETURNING rowid", new { id });""");

    [Test]
    public Task No_fix_where_the_new_number_is_read_behind_it() => OffersNothing("""await db.ExecuteScalarAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name); SELECT last_insert_rowid();", new { id, name });""");

    [Test]
    public Task All_columns_of_a_query() => Changes("""await db.ExecuteAsync("‹INSERT INTO orders› (id, name) SELECT * FROM raw¦");""", " WHERE true" + Clause);

    [Test]
    public Task No_fix_for_SQL_Server() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)", new { id, name });""",
        "Microsoft.Data.SqlClient.SqlConnection", "CREATE TABLE orders (id NVARCHAR(20) PRIMARY KEY, name NVARCHAR(20))");

    [Test]
    public Task No_fix_where_a_name_needs_its_quotes() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, \"order\") VALUES (@id, @name)", new { id, name });""",
        schema: """CREATE TABLE orders (id TEXT PRIMARY KEY, \"order\" TEXT)""");

    [Test]
    public Task No_fix_where_a_name_has_a_blank() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, \"full name\") VALUES (@id, @name)", new { id, name });""",
        schema: """CREATE TABLE orders (id TEXT PRIMARY KEY, \"full name\" TEXT)""");

    [Test]
    public Task No_fix_where_PostgreSQL_would_fold_a_quoted_name() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (\"Id\", \"Name\") VALUES (@id, @name)", new { id, name });""",
        "Npgsql.NpgsqlConnection", """CREATE TABLE orders (\"Id\" TEXT PRIMARY KEY, \"Name\" TEXT)""");

    [Test]
    public Task No_fix_where_the_end_of_the_text_is_written_in_a_loop() => OffersNothing("""
        var sql = new System.Text.StringBuilder("‹INSERT INTO orders› (id, name) VALUES ");
        foreach (var part in id.Split(';'))
            sql.Append("('").Append(part).Append("', 'x')");
        await db.ExecuteAsync(sql.ToString());
        """);

    [Test]
    public Task No_fix_where_the_end_of_the_text_is_written_in_a_branch() => OffersNothing("""
        var sql = "‹INSERT INTO orders› (id, name) VALUES (@id, @name)";
        if (name.Length > 3)
            sql += ", ('x', 'y')";
        await db.ExecuteAsync(sql, new { id, name });
        """);

    // The end is an offset in the other file: in a short file it lies before the call, in a long one behind it.
    [TestCase(0)]
    [TestCase(20)]
    public Task No_fix_where_the_text_stands_in_another_file(int linesAbove) => VerifyFix.OffersNothingAsync(
        Job("await {|RERUN1001:db.ExecuteAsync(Sql.Insert, new { id, name })|};"),
        string.Concat(Enumerable.Repeat("// lines above the text\n", linesAbove))
            + """internal static class Sql { public static readonly string Insert = "INSERT INTO orders (id, name) VALUES (@id, @name)"; }""");

    [Test]
    public Task No_fix_for_an_index_on_an_expression() => OffersNothing(
        """await db.ExecuteAsync("‹INSERT INTO orders› (id, name) VALUES (@id, @name)", new { id, name });""",
        schema: "CREATE TABLE orders (no INTEGER PRIMARY KEY, id TEXT, name TEXT); CREATE UNIQUE INDEX orders_id ON orders (lower(id))");
}
