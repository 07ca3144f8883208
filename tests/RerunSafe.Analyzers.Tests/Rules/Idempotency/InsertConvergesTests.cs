namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1001: what makes an INSERT converge, near and far.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertConvergesTests
{
    [TestCase("INSERT INTO orders (id, amount) VALUES (@id, @amount) ON CONFLICT (id) DO NOTHING")]
    [TestCase("INSERT INTO orders (id, amount) VALUES (@id, @amount)ON CONFLICT(id) DO UPDATE SET amount = excluded.amount")]
    [TestCase("INSERT INTO orders (id, amount) VALUES (@id, @amount) ON DUPLICATE KEY UPDATE amount = VALUES(amount)")]
    [TestCase("INSERT INTO orders (id, amount) VALUES (@id, @amount) ON DUPLICATE KEY UPDATE id = id")]
    [TestCase("INSERT INTO orders (id, amount) VALUES (@id, @amount) AS fresh ON DUPLICATE KEY UPDATE amount = fresh.amount")]
    [TestCase("INSERT IGNORE INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("INSERT OR IGNORE INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("INSERT OR REPLACE INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("REPLACE INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("UPSERT INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("INSERT OVERWRITE TABLE orders SELECT * FROM raw_orders")]
    [TestCase("INSERT INTO orders (id, amount) SELECT @id, @amount WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = @id)")]
    [TestCase("INSERT INTO orders SELECT r.* FROM raw r LEFT JOIN orders o ON o.id = r.id WHERE o.id IS NULL")]
    [TestCase("INSERT INTO orders (id) SELECT id FROM raw WHERE id NOT IN (SELECT id FROM orders)")]
    [TestCase("IF NOT EXISTS (SELECT 1 FROM orders WHERE id = @id) INSERT INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("IF NOT EXISTS (SELECT * FROM dbo.orders WITH (UPDLOCK) WHERE id = @id) BEGIN INSERT INTO dbo.orders (id, amount) VALUES (@id, @amount) END")]
    [TestCase("UPDATE orders SET amount = @amount WHERE id = @id; IF @@ROWCOUNT = 0 INSERT INTO orders (id, amount) VALUES (@id, @amount)")]
    [TestCase("WITH u AS (UPDATE orders SET amount = @amount WHERE id = @id RETURNING *) INSERT INTO orders (id, amount) SELECT @id, @amount WHERE NOT EXISTS (SELECT 1 FROM u)")]
    [TestCase("MERGE INTO orders AS t USING (SELECT @id AS id, @amount AS amount) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET amount = s.amount WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount);")]
    [TestCase("BEGIN TRANSACTION; DELETE FROM orders WHERE id = @id; INSERT INTO orders (id, amount) VALUES (@id, @amount); COMMIT")]
    public Task Nothing_is_said(string sql) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{sql}}", new { id, amount });
        """));

    [TestCase("DELETE FROM orders WHERE id = @id; ")]
    [TestCase("DELETE FROM orders WHERE id = @id ")]
    public Task The_rows_go_before_in_another_commit(string delete) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{delete}}{|RERUN1009:INSERT INTO orders|} (id, amount) VALUES (@id, @amount)", new { id, amount });
        """));

    [TestCase("""MERGE INTO orders AS t USING raw AS s ON 1 = 0 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);""", "MERGE INTO orders")]
    [TestCase("""INSERT INTO orders (id) SELECT id FROM raw WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = raw.id)""", "INSERT INTO orders")]
    [TestCase("""CREATE TABLE IF NOT EXISTS orders (id TEXT); INSERT INTO orders (id) VALUES (@id)""", "INSERT INTO orders")]
    [TestCase("""DELETE FROM orders_month WHERE id = @id; INSERT INTO orders_school (id) VALUES (@id)""", "INSERT INTO orders_school")]
    [TestCase("""INSERT INTO orders (note) VALUES ('ON CONFLICT DO NOTHING')""", "INSERT INTO orders")]
    [TestCase("""INSERT INTO orders (id) VALUES (@id) -- ON CONFLICT DO NOTHING""", "INSERT INTO orders")]
    [TestCase("""INSERT INTO orders (id) SELECT max(id) + 1 FROM orders""", "INSERT INTO orders")]
    [TestCase("""INSERT INTO orders (id) SELECT id FROM raw WHERE EXISTS (SELECT 1 FROM orders WHERE orders.id = raw.id)""", "INSERT INTO orders")]
    [TestCase("""UPDATE customers SET name = @id WHERE id = @id; INSERT INTO orders (id) VALUES (@id)""", "INSERT INTO orders")]
    public Task The_rows_are_added_again(string sql, string head)
    {
        var at = sql.LastIndexOf(head, StringComparison.Ordinal);
        var marked = sql[..at] + "{|RERUN1001:" + head + "|}" + sql[(at + head.Length)..];
        return Verify.LibraryAsync(Jobs.PerLine($$"""
            await db.ExecuteAsync("{{marked}}", new { id, amount });
            """));
    }

    [Test]
    public Task A_clause_thirty_lines_later_in_the_builder() => Verify.LibraryAsync("using System.Text;\n" + Jobs.Once("""
        var sql = new StringBuilder();
        var parameters = new DynamicParameters();
        var p = 0;
        sql.AppendLine("INSERT INTO domains (id, name) VALUES");
        foreach (var line in File.ReadLines("domains.csv"))
        {
            if (p > 0)
                sql.AppendLine(",");
            sql.Append($"(@p{p}, @p{p + 1})");
            parameters.Add($"@p{p}", line.Split(';')[0]);
            parameters.Add($"@p{p + 1}", line.Split(';')[1]);
            p += 2;
        }
        if (p == 0)
            return;
        sql.AppendLine();
        sql.AppendLine("ON CONFLICT (id) DO UPDATE SET");
        sql.AppendLine("  name = excluded.name");
        await db.ExecuteAsync(sql.ToString(), parameters);
        """));

    [Test]
    public Task A_clause_appended_in_another_branch() => Verify.LibraryAsync("using System.Text;\n" + Jobs.PerLine("""
        var sql = new StringBuilder("INSERT INTO orders (id, amount) VALUES (@id, @amount)");
        if (amount == 0)
            sql.Append(" ON CONFLICT (id) DO NOTHING");
        else
            sql.Append(" ON CONFLICT (id) DO UPDATE SET amount = excluded.amount");
        await db.ExecuteAsync(sql.ToString(), new { id, amount });
        """));

    [Test]
    public Task A_clause_chosen_by_a_conditional_hole() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync($"INSERT INTO orders (id, amount) VALUES (@id, @amount) {(amount == 0 ? "ON CONFLICT DO NOTHING" : "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount")}", new { id, amount });
        """));

    [Test]
    public Task A_clause_in_a_second_literal() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync(
            "INSERT INTO orders (id, amount) " +
            "VALUES (@id, @amount)" +
            " ON CONFLICT (id) " +
            "DO NOTHING", new { id, amount });
        """));

    [Test]
    public Task A_clause_in_a_constant_of_another_file() => Verify.LibraryAsync(
        Jobs.PerLine("""await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) " + Clauses.OnConflict, new { id });"""),
        """internal static class Clauses { public const string OnConflict = "ON CONFLICT (id) DO NOTHING"; }""");

    [Test]
    public Task A_clause_appended_to_a_command_text() => Verify.LibraryAsync(Jobs.PerLine("""
        using var command = db.CreateCommand();
        command.CommandText = "INSERT INTO orders (id) VALUES (@id)";
        command.CommandText += " ON CONFLICT (id) DO NOTHING";
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task A_clause_behind_a_list_that_is_cut() => Verify.LibraryAsync(Jobs.Once("""
        var sql = "INSERT INTO orders (id) VALUES ";
        foreach (var line in File.ReadLines("orders.csv"))
            sql += "('" + line + "'),";
        sql = sql[..^1] + " ON CONFLICT (id) DO NOTHING";
        await db.ExecuteAsync(sql);
        """));

    [Test]
    public Task A_clause_that_a_helper_may_append() => Verify.LibraryAsync("using System.Text;\n" + Jobs.PerLine("""
        var sql = new StringBuilder("INSERT INTO orders (id) VALUES (@id)");
        dialect.AppendUpsert(sql, "id");
        await db.ExecuteAsync(sql.ToString(), new { id });
        """, before: "IDialect dialect = Dialects.Current;", types: """
        public interface IDialect { void AppendUpsert(System.Text.StringBuilder sql, string key); }
        public static class Dialects { public static IDialect Current { get; set; } = null!; }
        """));

    [Test]
    public Task An_unknown_end_may_be_the_clause() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) " + Environment.GetEnvironmentVariable("UPSERT"), new { id });
        """));

    [Test]
    public Task A_clause_in_a_method_that_makes_the_text() => Verify.LibraryAsync(Jobs.PerLine(
        """await db.ExecuteAsync(Upsert("orders"), new { id });""",
        members: """private static string Upsert(string table) => $"INSERT INTO {table} (id) VALUES (@id) ON CONFLICT (id) DO NOTHING";"""));

    [Test]
    public Task A_key_that_is_known_and_not_given_backs_no_clause() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("{|RERUN1001:INSERT OR IGNORE INTO orders|} (name) VALUES (@id)", new { id });
        """, before: """db.Execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)");"""));

    [Test]
    public Task A_key_that_is_known_and_given_backs_the_clause() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("INSERT OR IGNORE INTO orders (id) VALUES (@id)", new { id });
        """, before: """db.Execute("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, name TEXT)");"""));
}
