namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: guards as people write them, and code that only looks like one.</summary>
[Parallelizable(ParallelScope.All)]
public class GuardsInTheWildTests
{
    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });""";
    private const string Repeated = """await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });""";
    private const string Existing = """var existing = (await db.QueryAsync<string>("SELECT id FROM orders")).ToList();""";

    [TestCase("if (existing.Any(e => e == id)) continue;")]
    [TestCase("if (existing.FirstOrDefault(e => e == id) != null) continue;")]
    [TestCase("if (existing.Find(e => e == id) is not null) continue;")]
    [TestCase("if (existing.IndexOf(id) >= 0) continue;")]
    [TestCase("if (existing.Exists(e => e == id)) continue;")]
    [TestCase("if (existing.Count(e => e == id) > 0) continue;")]
    [TestCase("var isKnown = existing.Contains(id); if (isKnown) { continue; }")]
    [TestCase("if (existing.Where(e => e == id).Any()) { logger.LogDebug(\"known\"); continue; }")]
    [TestCase("if (!existing.All(e => e != id)) continue;")]
    [TestCase("var found = false; foreach (var e in existing) { if (e == id) { found = true; break; } } if (found) continue;")]
    public Task The_loaded_rows_are_asked(string guard) => Verify.LibraryAsync(Jobs.PerLine(guard + Insert, before: Existing));

    [TestCase("rows.Where(r => !existing.Contains(r))")]
    [TestCase("rows.Where(r => existing.All(e => e != r)).ToList()")]
    [TestCase("rows.Except(existing)")]
    [TestCase("rows.ExceptBy(existing, r => r).OrderBy(r => r)")]
    [TestCase("from r in rows where !existing.Contains(r) select r")]
    [TestCase("rows.Where(r => !existing.Contains(r)).Distinct().Chunk(100).SelectMany(c => c)")]
    [TestCase("from r in rows join e in existing on r equals e into g where !g.Any() select r")]
    [TestCase("rows.GroupJoin(existing, r => r, e => e, (r, g) => new { r, g }).Where(x => !x.g.Any()).Select(x => x.r)")]
    public Task The_rows_are_filtered_by_the_loaded_ones(string fresh) => Verify.LibraryAsync(Jobs.Once($$"""
        {{Existing}}
        var rows = File.ReadAllLines("orders.csv");
        foreach (var id in {{fresh}})
        {
            {{Insert}}
        }
        """));

    [TestCase("Convert.ToInt32(look.ExecuteScalar()) == 0")]
    [TestCase("(long)look.ExecuteScalar()! == 0")]
    [TestCase("look.ExecuteScalar() == null")]
    [TestCase("look.ExecuteScalar() is null or DBNull")]
    [TestCase("look.ExecuteScalar()!.ToString() == \"0\"")]
    [TestCase("int.Parse(look.ExecuteScalar()!.ToString()!) < 1")]
    [TestCase("!look.ExecuteReader().HasRows")]
    [TestCase("!look.ExecuteReader().Read()")]
    public Task A_scalar_is_asked(string condition) => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var look = new SqliteCommand("SELECT COUNT(*) FROM orders WHERE id = @id", db);
        look.Parameters.AddWithValue("@id", id);
        if ({{condition}})
        {
            {{Insert}}
        }
        """));

    [TestCase("catch (SqliteException e) when (e.SqliteExtendedErrorCode == 2067) { }")]
    [TestCase("catch (SqliteException e) when (e.SqliteErrorCode is 19) { }")]
    [TestCase("catch (SqliteException e) when (IsDuplicate(e)) { }")]
    [TestCase("catch (DbException e) when (e is Npgsql.PostgresException { SqlState: \"23505\" }) { }")]
    [TestCase("catch (Npgsql.PostgresException e) when (e.SqlState is \"23505\") { }")]
    [TestCase("catch (MySqlConnector.MySqlException e) when (e.Number == 1062) { }")]
    [TestCase("catch (MySqlConnector.MySqlException e) when (e.ErrorCode == MySqlConnector.MySqlErrorCode.DuplicateKeyEntry) { }")]
    [TestCase("catch (Microsoft.Data.SqlClient.SqlException e) when (e.Number is 2627 or 2601) { }")]
    [TestCase("catch (Microsoft.Data.SqlClient.SqlException e) when (e.Errors.Cast<Microsoft.Data.SqlClient.SqlError>().Any(x => x.Number == 2627)) { }")]
    [TestCase("catch (Exception e) when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation }) { }")]
    public Task A_unique_violation_is_handled(string handler) => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Insert}}
        }
        {{handler}}
        """, members: "private static bool IsDuplicate(SqliteException e) => e.SqliteErrorCode == 19;"));

    [TestCase("catch (SqliteException e) when (e.SqliteErrorCode == 5) { throw; }")]
    [TestCase("catch (Microsoft.Data.SqlClient.SqlException e) when (e.Number == 1205) { throw; }")]
    [TestCase("catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.SerializationFailure) { throw; }")]
    public Task Another_error_is_handled(string handler) => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Repeated}}
        }
        {{handler}}
        """));

    [Test]
    public Task A_seeder_that_stops_where_there_are_rows() => Verify.LibraryAsync(Jobs.Once("""
        if (await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM users") > 0)
            return;
        foreach (var id in new[] { "admin", "guest" })
            await db.ExecuteAsync("INSERT INTO users (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_seeder_that_asks_for_any_row() => Verify.LibraryAsync(Jobs.Once("""
        if (!(await db.QueryAsync<string>("SELECT id FROM users LIMIT 1")).Any())
        {
            foreach (var id in new[] { "admin", "guest" })
                await db.ExecuteAsync("INSERT INTO users (id) VALUES (@id)", new { id });
        }
        """));

    [Test]
    public Task A_dictionary_of_the_loaded_rows() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (known.TryGetValue(id, out var row)) {{ logger.LogDebug(\"{{Row}}\", row); continue; }} {Insert}",
        before: """var known = (await db.QueryAsync<string>("SELECT id FROM orders")).ToDictionary(i => i, i => i.Length);"""));

    [Test]
    public Task A_list_that_is_collected_by_a_look_up() => Verify.LibraryAsync(Jobs.Once("""
        var add = new List<string>();
        foreach (var line in File.ReadLines("orders.csv"))
        {
            var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @line", new { line });
            if (n == 0)
                add.Add(line);
        }

        foreach (var id in add)
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_watermark_that_is_read_from_the_target() => Verify.LibraryAsync(Jobs.Once("""
        var last = await db.ExecuteScalarAsync<string>("SELECT MAX(id) FROM orders");
        foreach (var id in File.ReadLines("orders.csv").Where(l => string.CompareOrdinal(l, last) > 0))
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_look_up_in_a_base_class() => Verify.LibraryAsync("""
        public abstract class Repository(SqliteConnection db)
        {
            protected SqliteConnection Db => db;
            protected async Task<bool> KnowsAsync(string id) => await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id }) != 0;
        }

        public class Orders(SqliteConnection db) : Repository(db)
        {
            public async Task SaveAsync(string id)
            {
                if (await KnowsAsync(id))
                    return;
                await Db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
            }
        }

        public class ImportJob(Orders orders) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    await orders.SaveAsync(line);
            }
        }
        """);

    [Test]
    public Task A_stored_procedure_is_not_judged() => Verify.LibraryAsync(Jobs.PerLine("""
        using var command = new Microsoft.Data.SqlClient.SqlCommand("dbo.InsertOrder", new Microsoft.Data.SqlClient.SqlConnection("Server=db"));
        command.CommandType = CommandType.StoredProcedure;
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task The_slice_is_deleted_through_the_same_unknown_table() => Verify.LibraryAsync(Jobs.Once("""
        var table = Environment.GetEnvironmentVariable("TABLE");
        await db.ExecuteAsync($"DELETE FROM {table}");
        foreach (var id in File.ReadLines("orders.csv"))
            await db.ExecuteAsync($"INSERT INTO {table} (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_filter_on_the_record_alone_is_no_guard() => Verify.LibraryAsync(Jobs.Once($$"""
        var rows = File.ReadLines("orders.csv").Where(l => l.Length > 0 && !l.StartsWith('#')).Skip(1).Distinct();
        foreach (var id in rows)
        {
            {{Repeated}}
        }
        """));

    [Test]
    public Task A_filter_by_the_rows_of_another_table_is_no_guard() => Verify.LibraryAsync(Jobs.Once($$"""
        var customers = (await db.QueryAsync<string>("SELECT id FROM customers")).ToHashSet();
        foreach (var id in File.ReadLines("orders.csv").Where(l => customers.Contains(l)))
        {
            {{Repeated}}
        }
        """));

    [Test]
    public Task A_configuration_flag_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        if (Environment.GetEnvironmentVariable("IMPORT") == "on" && !_done)
        {
            {{Repeated}}
        }
        """, members: "private bool _done;", after: "_done = true;"));

    [Test]
    public Task A_duplicate_key_code_that_another_statement_handles_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            await db.ExecuteAsync("INSERT INTO customers (id) VALUES (@id)", new { id });
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
        }

        {{Repeated}}
        """));

    [Test]
    public Task A_table_that_a_data_adapter_fills() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var table = new DataTable();
        using (var look = new SqliteCommand("SELECT id FROM orders WHERE id = '" + id + "'", db))
        using (var reader = look.ExecuteReader())
            table.Load(reader);
        if (table.Rows.Count == 0)
        {
            {{Insert}}
        }
        """));
}
