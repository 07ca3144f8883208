namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1006: where the clock decides, and the many places where it only tells the time.</summary>
[Parallelizable(ParallelScope.All)]
public class WallClockShapesTests
{
    [TestCase("SELECT id FROM orders WHERE order_date = @day")]
    [TestCase("SELECT id FROM orders WHERE order_date >= @day")]
    [TestCase("DELETE FROM daily_totals WHERE day = @day")]
    [TestCase("UPDATE orders SET exported = 1 WHERE order_date = @day")]
    [TestCase("INSERT INTO daily_totals (day, n) SELECT order_date, COUNT(*) FROM orders WHERE order_date = @day GROUP BY order_date ON CONFLICT (day) DO NOTHING")]
    [TestCase("SELECT id FROM orders WHERE order_date BETWEEN @day AND @end")]
    public Task Today_reaches_a_predicate(string sql) => Verify.LibraryAsync(Jobs.Once($$"""
        var day = {|RERUN1006:DateTime.Today|};
        var end = new DateTime(2030, 1, 1);
        await db.ExecuteAsync("{{sql}}", new { day, end });
        """));

    [TestCase("DateTime.Now", ".Date")]
    [TestCase("DateTime.Now", ".Date.AddDays(-1)")]
    [TestCase("DateTime.Now", ".ToString(\"yyyyMMdd\")")]
    [TestCase("DateTime.UtcNow", ".ToString(\"yyyy-MM-dd\")")]
    [TestCase("DateTimeOffset.UtcNow", ".Date")]
    [TestCase("DateTime.Today", ".AddDays(-1)")]
    [TestCase("DateTime.UtcNow", ".Date.AddHours(-24)")]
    [TestCase("TimeProvider.System.GetUtcNow()", ".Date")]
    public Task Every_clock_counts(string clock, string part) => Verify.LibraryAsync(Jobs.Once($$"""
        var day = {|RERUN1006:{{clock}}|}{{part}};
        await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
        """));

    [Test]
    public Task A_date_without_time() => Verify.LibraryAsync(Jobs.Once("""
        var day = DateOnly.FromDateTime({|RERUN1006:DateTime.Now|});
        await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
        """));

    [TestCase("order_date = date('now')", "order_date = date('now')")]
    [TestCase("order_date = CURRENT_DATE", "order_date = CURRENT_DATE")]
    [TestCase("order_date = CAST(GETDATE() AS DATE)", "order_date = CAST(GETDATE() AS DATE)")]
    [TestCase("order_date >= DATEADD(day, -1, CAST(GETDATE() AS DATE))", "order_date >= DATEADD(day, -1, CAST(GETDATE() AS DATE))")]
    public Task The_clock_of_the_database_decides(string condition, string marked) => Verify.LibraryAsync(Jobs.Once(
        "var ids = await db.QueryAsync<string>(\"SELECT id FROM orders WHERE " + condition.Replace(marked, "{|RERUN1006:" + marked + "|}", StringComparison.Ordinal) + "\");"));

    [TestCase("SELECT id FROM reminders WHERE due_at <= @now")]
    [TestCase("SELECT id FROM leases WHERE expires_at < @now")]
    [TestCase("DELETE FROM sessions WHERE expires_at < @now")]
    [TestCase("DELETE FROM orders WHERE created_at < @now")]
    [TestCase("UPDATE orders SET updated_at = @now WHERE id = 1")]
    [TestCase("UPDATE leases SET locked_until = @now WHERE id = 1")]
    [TestCase("INSERT INTO orders (id, created_at) VALUES (1, @now) ON CONFLICT (id) DO NOTHING")]
    [TestCase("INSERT INTO orders (id, inserted_on) VALUES (1, @now) ON CONFLICT (id) DO NOTHING")]
    [TestCase("INSERT INTO audit_log (day, what) VALUES (@now, 'run')")]
    [TestCase("UPDATE jobs SET last_run = @now WHERE id = 1")]
    [TestCase("SELECT id FROM jobs WHERE next_run <= @now AND status = 'open'")]
    public Task The_clock_only_tells_the_time(string sql) => Verify.LibraryAsync(Jobs.Once($$"""
        var now = DateTime.UtcNow;
        await db.ExecuteAsync("{{sql}}", new { now });
        """));

    [TestCase("UPDATE orders SET updated_at = CURRENT_TIMESTAMP WHERE id = 1")]
    [TestCase("DELETE FROM orders WHERE created_at < date('now', '-90 days')")]
    [TestCase("INSERT INTO orders (id, created) VALUES (1, NOW()) ON CONFLICT (id) DO NOTHING")]
    [TestCase("SELECT id FROM reminders WHERE due_at <= NOW()")]
    [TestCase("SELECT id FROM jobs WHERE locked_until < GETDATE()")]
    [TestCase("SELECT CURRENT_TIMESTAMP")]
    public Task The_clock_of_the_database_only_tells_the_time(string sql) => Verify.LibraryAsync(Jobs.Once($$"""
        await db.ExecuteAsync("{{sql}}");
        """));

    [Test]
    public Task The_name_of_a_target_file() => Verify.LibraryAsync(Jobs.Once("""
        await File.WriteAllTextAsync($"export/orders-{{|RERUN1006:DateTime.Today|}:yyyyMMdd}.csv", "id", stoppingToken);
        """));

    [Test]
    public Task The_name_of_the_file_that_is_read() => Verify.LibraryAsync(Jobs.Once("""
        var file = "in/orders-" + {|RERUN1006:DateTime.Now|}.ToString("yyyyMMdd") + ".csv";
        foreach (var id in File.ReadLines(file))
            await db.ExecuteAsync("INSERT OR IGNORE INTO orders (id) VALUES (@id)", new { id });
        """));

    [Test]
    public Task The_name_of_a_temporary_file() => Verify.LibraryAsync(Jobs.Once("""
        var file = Path.Combine(Path.GetTempPath(), $"orders-{DateTime.Today:yyyyMMdd}.tmp");
        await File.WriteAllTextAsync(file, "id", stoppingToken);
        """));

    [Test]
    public Task The_date_comes_from_the_command_line() => Verify.ProgramAsync("""
        using var db = new SqliteConnection("Data Source=shop.db");
        var day = args.Length > 1 ? DateTime.Parse(args[1]) : DateTime.Today;
        foreach (var line in File.ReadLines(args[0]))
            db.Execute("DELETE FROM daily_totals WHERE day = @day", new { day });
        """);

    [Test]
    public Task The_date_comes_from_the_scheduler() => Verify.LibraryAsync("""
        using Quartz;

        public class Totals(SqliteConnection db) : IJob
        {
            public Task Execute(IJobExecutionContext context) =>
                db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day = context.ScheduledFireTimeUtc!.Value.Date });
        }
        """);

    [Test]
    public Task Elapsed_time_and_back_off() => Verify.LibraryAsync(Jobs.Once("""
        var started = DateTime.UtcNow;
        while (DateTime.UtcNow - started < TimeSpan.FromMinutes(5))
            await Task.Delay(1000, stoppingToken);
        """));

    [Test]
    public Task An_age_of_the_record() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var row in await db.QueryAsync<DateTime>("SELECT created_at FROM orders"))
        {
            var age = DateTime.UtcNow - row;
            await db.ExecuteAsync("UPDATE orders SET age_days = @days WHERE created_at = @row", new { days = (int)age.TotalDays, row });
        }
        """));

    [Test]
    public Task The_clock_in_a_parameter_of_a_command() => Verify.LibraryAsync(Jobs.Once("""
        using var command = new SqliteCommand("DELETE FROM daily_totals WHERE day = $day", db);
        command.Parameters.AddWithValue("$day", {|RERUN1006:DateTime.Today|});
        command.ExecuteNonQuery();
        """));

    [Test]
    public Task The_clock_in_an_interpolated_text() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync($"DELETE FROM daily_totals WHERE day = '{{|RERUN1006:DateTime.Today|}:yyyy-MM-dd}'");
        """));

    [Test]
    public Task The_clock_behind_a_property_of_the_project() => Verify.LibraryAsync(Jobs.Once("""
        await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @Yesterday", new { Yesterday });
        """, members: "private static DateTime Yesterday => {|RERUN1006:DateTime.Today|}.AddDays(-1);"));
}
