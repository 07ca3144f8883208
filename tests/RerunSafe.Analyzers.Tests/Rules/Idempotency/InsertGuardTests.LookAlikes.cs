namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

public partial class InsertGuardTests
{
    [Test]
    public Task A_look_up_of_the_parent_that_skips_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var customer = await db.ExecuteScalarAsync<long?>("SELECT id FROM customers WHERE name = @id", new { id });
        if (customer is null)
            continue;
        {{Repeated}}
        """));

    [Test]
    public Task A_condition_on_the_record_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        if (amount > 0 && id.Length > 3)
        {
            {{Repeated}}
        }
        """));

    [Test]
    public Task The_next_number_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine("""
        var next = await db.ExecuteScalarAsync<long>("SELECT MAX(no) FROM orders") + 1;
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (no, id) VALUES (@next, @id)", new { next, id });
        """));

    [Test]
    public Task A_set_that_starts_empty_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (!seen.Add(id)) continue; {Repeated}",
        before: "var seen = new HashSet<string>();"));

    [Test]
    public Task A_set_that_starts_empty_and_is_asked_first_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine(
        $"if (seen.Contains(id)) continue; seen.Add(id); {Repeated}",
        before: "var seen = new HashSet<string>();"));

    [Test]
    public Task A_catch_of_everything_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        try
        {
            {{Repeated}}
        }
        catch (SqliteException e)
        {
            logger.LogError(e, "failed");
            throw;
        }
        """));

    [Test]
    public Task A_look_up_that_only_logs_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        if (n > 0)
            logger.LogWarning("{Id} is known", id);
        {{Repeated}}
        """));

    [Test]
    public Task A_look_up_that_only_chooses_a_value_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine("""
        var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        var kind = n > 0 ? "again" : "first";
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id, kind) VALUES (@id, @kind)", new { id, kind });
        """));

    [Test]
    public Task The_branch_that_found_the_row_repeats() => Verify.LibraryAsync(Jobs.PerLine("""
        var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        if (n == 0)
            await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        await db.ExecuteAsync("{|RERUN1001:INSERT INTO lines|} (order_id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task One_guarded_caller_does_not_guard_the_other() => Verify.LibraryAsync(Jobs.PerLine(
        """
        if (await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id }) == 0)
            await SaveAsync(id);
        else if (amount > 1000)
            await SaveAgainAsync(id);
        await SaveAsync(id);
        """,
        members: """
        private Task SaveAsync(string id) => db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id });
        private Task SaveAgainAsync(string id) => SaveAsync(id + "-2");
        """));

    [Test]
    public Task A_filtered_list_that_Dapper_inserts_as_a_whole() => Verify.LibraryAsync(Jobs.Once("""
        var existing = (await db.QueryAsync<string>("SELECT id FROM orders")).ToHashSet();
        var fresh = File.ReadLines("orders.csv").Except(existing).Select(id => new { id }).ToList();
        await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", fresh);
        """));

    [Test]
    public Task A_filtered_list_that_is_handed_to_the_method_that_inserts() => Verify.LibraryAsync(Jobs.Once("""
        var existing = (await db.QueryAsync<string>("SELECT id FROM orders")).ToList();
        var fresh = File.ReadLines("orders.csv").Where(l => !existing.Any(e => e == l)).ToList();
        await SaveAsync(fresh);
        """, members: """
        private async Task SaveAsync(List<string> ids)
        {
            foreach (var id in ids)
                await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        }
        """));

    [Test]
    public Task A_look_up_of_an_injected_store_whose_body_is_elsewhere() => Verify.LibraryAsync(Jobs.Once(
        """
        foreach (var id in File.ReadLines("orders.csv"))
        {
            if (!await store.ExistsAsync(id))
                await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id)", new { id });
        }
        """,
        parameters: "SqliteConnection db, IOrderStore store",
        types: "public interface IOrderStore { Task<bool> ExistsAsync(string id); }"));

    [Test]
    public Task A_look_up_behind_the_write_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        {{Repeated}}
        var n = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM orders WHERE id = @id", new { id });
        if (n != 1)
            throw new InvalidOperationException("not stored");
        """));

    [Test]
    public Task A_lock_of_the_database_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine($$"""
        if (await db.ExecuteScalarAsync<bool>("SELECT pg_try_advisory_lock(42)"))
        {
            {{Repeated}}
        }
        """));
}
