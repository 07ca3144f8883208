namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1004 and RERUN1006 on statements met in real code.</summary>
[Parallelizable(ParallelScope.All)]
public class TotalsInTheWildTests
{
    [TestCase("UPDATE products SET {|RERUN1004:stock = stock - 1|} WHERE id = @id AND stock > 0")]
    [TestCase("UPDATE pages SET {|RERUN1004:likes = likes + 1|} WHERE id = @id")]
    [TestCase("UPDATE stats SET {|RERUN1004:total = ISNULL(total, 0) + @amount|}, last_seen = @id WHERE id = @id")]
    [TestCase("UPDATE wallets SET {|RERUN1004:points = points + @amount|} WHERE id = @id AND updated_at < @id")]
    [TestCase("UPDATE orders o JOIN lines l ON l.order_id = o.id SET {|RERUN1004:o.total = o.total + l.price|} WHERE l.id = @id")]
    public Task Relative(string sql) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{sql}}", new { id, amount });
        """));

    [TestCase("UPDATE leases SET locked_until = @amount WHERE id = @id")]
    [TestCase("UPDATE jobs SET error_count = error_count + 1, next_try = @amount WHERE id = @id")]
    [TestCase("UPDATE prices SET gross = net * 1.19 WHERE id = @id")]
    [TestCase("UPDATE orders SET row_version = row_version + 1, name = @id WHERE id = @id")]
    [TestCase("UPDATE people SET full_name = first_name || ' ' || last_name WHERE id = @id")]
    [TestCase("UPDATE people SET email = LOWER(TRIM(email)) WHERE id = @id")]
    [TestCase("UPDATE people SET name = COALESCE(@id, name) WHERE id = @id")]
    [TestCase("UPDATE t SET rank = (SELECT COUNT(*) + 1 FROM t x WHERE x.score > t.score)")]
    [TestCase("UPDATE t SET peak = MAX(peak, @amount) WHERE id = @id")]
    [TestCase("UPDATE t SET flag = NOT 0 WHERE id = @id")]
    [TestCase("SELECT balance + 1 FROM accounts WHERE id = @id")]
    public Task Absolute(string sql) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{sql}}", new { id, amount });
        """));

    [Test]
    public Task Totals_of_the_day_are_computed_anew() => Verify.LibraryAsync(Jobs.PerLine("""
        using var tx = db.BeginTransaction();
        await db.ExecuteAsync("DELETE FROM totals WHERE id = @id", new { id }, tx);
        await db.ExecuteAsync("INSERT INTO totals (id, n) VALUES (@id, 0)", new { id }, tx);
        await db.ExecuteAsync("UPDATE totals SET n = n + @amount WHERE id = @id", new { id, amount }, tx);
        tx.Commit();
        """));

    [Test]
    public Task A_relative_text_in_a_constant_of_another_file() => Verify.LibraryAsync(
        Jobs.PerLine("await db.ExecuteAsync({|RERUN1004:Sql.Add|}, new { id, amount });"),
        """internal static class Sql { public const string Add = "UPDATE accounts SET balance = balance + @amount WHERE id = @id"; }""");

    [TestCase("SELECT id FROM sessions WHERE expires_at > NOW()")]
    [TestCase("SELECT id FROM jobs WHERE scheduled_at <= CURRENT_TIMESTAMP")]
    [TestCase("UPDATE jobs SET started_at = GETDATE(), status = 'running' WHERE id = 1")]
    [TestCase("DELETE FROM cache WHERE created < DATEADD(day, -7, GETDATE())")]
    [TestCase("INSERT OR IGNORE INTO runs (id, started) VALUES (1, CURRENT_TIMESTAMP)")]
    [TestCase("INSERT INTO orders (id, modified_date) VALUES (1, SYSUTCDATETIME()) ON CONFLICT (id) DO NOTHING")]
    [TestCase("UPDATE locks SET heartbeat = NOW() WHERE owner = 'a' AND heartbeat > NOW() - INTERVAL '1 minute'")]
    public Task The_clock_tells_the_time(string sql) => Verify.LibraryAsync(Jobs.Once($$"""
        await db.ExecuteAsync("{{sql}}");
        """));

    [Test]
    public Task A_window_with_a_stored_bound() => Verify.LibraryAsync(Jobs.Once("""
        var to = DateTime.UtcNow;
        var from = await db.ExecuteScalarAsync<DateTime>("SELECT last_run FROM sync_state");
        var rows = await db.QueryAsync<string>("SELECT id FROM orders WHERE changed_at > @from AND changed_at <= @to", new { from, to });
        foreach (var id in rows)
            await db.ExecuteAsync("INSERT OR IGNORE INTO copies (id) VALUES (@id)", new { id });
        await db.ExecuteAsync("UPDATE sync_state SET last_run = @to", new { to });
        """));

    [Test]
    public Task The_day_of_an_argument_with_a_default() => Verify.LibraryAsync("""
        public class DailyJob(SqliteConnection db)
        {
            [Hangfire.AutomaticRetry(Attempts = 3)]
            public async Task RunAsync(DateTime? day = null)
            {
                var slice = (day ?? DateTime.Today).Date;
                await db.ExecuteAsync("DELETE FROM totals WHERE day = @slice", new { slice });
            }
        }
        """);

    [Test]
    public Task The_day_in_a_command_text_that_is_put_together() => Verify.LibraryAsync(Jobs.Once("""
        var day = {|RERUN1006:DateTime.Today|}.AddDays(-1).ToString("yyyy-MM-dd");
        using var command = new SqliteCommand("DELETE FROM totals WHERE day = '" + day + "'", db);
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task The_year_of_today() => Verify.LibraryAsync(Jobs.Once("""
        var rows = await db.QueryAsync<string>("SELECT id FROM classes WHERE year = @year", new { year = {|RERUN1006:DateTime.Today|}.Year });
        """));
}
