namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: what decides in C# that a row is inserted once, and what only looks like it.</summary>
[Parallelizable(ParallelScope.All)]
public partial class InsertGuardTests
{
    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });""";
    private const string Repeated = """await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });""";

    [Test]
    public Task A_look_up_through_a_local() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var found = await db.QueryFirstOrDefaultAsync<string>("SELECT id FROM orders WHERE id = @id", new { id });
        var isNew = found is null;
        if (isNew)
        {
            {{Insert}}
        }
        """));

    [Test]
    public Task A_look_up_that_continues_with_the_next_record() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var found = await db.QueryFirstOrDefaultAsync<string>("SELECT id FROM orders WHERE id = @id", new { id });
        if (found != null)
        {
            logger.LogInformation("{Id} is known", id);
            continue;
        }

        {{Insert}}
        """));

    [Test]
    public Task A_look_up_that_returns_the_known_id() => Verify.LibraryAsync(Jobs.PerLine(
        "await AddAsync(id);",
        members: """
        private async Task<long> AddAsync(string id)
        {
            var known = await db.ExecuteScalarAsync<long>("SELECT rowid FROM orders WHERE id = @id", new { id });
            if (known > 0)
                return known;
            return await db.ExecuteScalarAsync<long>("INSERT INTO orders (id) VALUES (@id); SELECT last_insert_rowid()", new { id });
        }
        """));

    [Test]
    public Task A_look_up_in_a_private_helper() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (await IsKnownAsync(id)) continue; {Insert}",
        members: """
        private async Task<bool> IsKnownAsync(string id) =>
            await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id }) > 0;
        """));

    [Test]
    public Task A_look_up_in_another_class_through_text_and_number() => Verify.LibraryAsync(Jobs.PerLine(
        $$"""
        int n = new OrderDao(db).Check(id);
        if (n == 0)
        {
            {{Insert}}
        }
        """,
        types: """
        public class OrderDao(SqliteConnection db)
        {
            public int Check(string id)
            {
                using var command = db.CreateCommand();
                command.CommandText = "select count(*) from orders where id = '" + id + "'";
                return Convert.ToInt32(command.ExecuteScalar());
            }
        }
        """));

    [Test]
    public Task A_look_up_in_the_caller() => Verify.LibraryAsync(Jobs.PerLine(
        """
        if (await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id }) == 0)
            await SaveAsync(id);
        """,
        members: """
        private Task SaveAsync(string id) => db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task A_reader_that_found_nothing() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var look = db.CreateCommand();
        look.CommandText = "SELECT 1 FROM orders WHERE id = $id";
        look.Parameters.AddWithValue("$id", id);
        using (var reader = look.ExecuteReader())
        {
            if (reader.HasRows)
                continue;
        }

        {{Insert}}
        """));

    [Test]
    public Task A_reader_that_was_read() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var look = new SqliteCommand("SELECT id FROM orders WHERE id = $id", db);
        look.Parameters.AddWithValue("$id", id);
        bool exists;
        using (var reader = look.ExecuteReader())
            exists = reader.Read();
        if (!exists)
        {
            {{Insert}}
        }
        """));

    [Test]
    public Task A_set_of_the_existing_keys() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (!known.Contains(id)) {Insert}",
        before: """var known = new HashSet<string>(await db.QueryAsync<string>("SELECT id FROM orders"));"""));

    [Test]
    public Task A_set_of_the_existing_keys_that_a_method_loads() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (known.Contains(id)) continue; {Insert}",
        before: "var known = await LoadKnownAsync();",
        members: """
        private async Task<HashSet<string>> LoadKnownAsync() => (await db.QueryAsync<string>("SELECT id FROM orders")).ToHashSet();
        """));

    [Test]
    public Task A_list_from_which_the_existing_keys_were_filtered() => Verify.LibraryAsync(Jobs.Once("""
        var existing = (await db.QueryAsync<string>("SELECT id FROM orders")).ToHashSet();
        var fresh = File.ReadLines("orders.csv").Where(l => !existing.Contains(l)).ToList();
        foreach (var id in fresh)
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task An_update_that_found_no_row() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var rows = await db.ExecuteAsync("UPDATE orders SET amount = @amount WHERE id = @id", new { id, amount });
        if (rows == 0)
        {
            {{Insert}}
        }
        """));

    [Test]
    public Task An_update_that_found_no_row_without_a_local() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var update = new SqliteCommand("UPDATE orders SET amount = 1 WHERE id = $id", db);
        update.Parameters.AddWithValue("$id", id);
        if (update.ExecuteNonQuery() == 0)
        {
            {{Insert}}
        }
        """));

    [Test]
    public Task A_unique_violation_that_is_caught_and_the_rest_rethrown() => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Insert}}
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
            logger.LogDebug("{Id} is known", id);
        }
        """));

    [Test]
    public Task A_unique_violation_of_PostgreSQL() => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Insert}}
        }
        catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.UniqueViolation)
        {
        }
        """));

    [Test]
    public Task A_unique_violation_of_SQL_Server_with_a_rethrow_behind_the_if() => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Insert}}
        }
        catch (Microsoft.Data.SqlClient.SqlException e)
        {
            if (e.Number is 2601 or 2627)
                continue;
            throw;
        }
        """));

    [Test]
    public Task A_lock_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        await gate.WaitAsync(stoppingToken);
        try
        {
            {{Repeated}}
        }
        finally
        {
            gate.Release();
        }
        """, before: "var gate = new SemaphoreSlim(1);"));

    [Test]
    public Task A_look_up_of_another_table_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var customer = await db.QueryFirstOrDefaultAsync<string>("SELECT id FROM customers WHERE id = @id", new { id });
        if (customer != null)
        {
            {{Repeated}}
        }
        """));
}
