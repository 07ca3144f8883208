namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class WallClockSliceTests
{
    private static string Job(string body, string members = "", string parameters = "SqliteConnection db") => $$"""
        public class DailyJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    [Test]
    public Task Today_as_the_day_under_which_a_total_lands_is_a_slice() => Verify.LibraryAsync(Job("""
        var day = {|RERUN1006:DateTime.UtcNow|}.Date;
        await db.ExecuteAsync("INSERT INTO daily_totals (day, n) VALUES (@day, @n) ON CONFLICT (day) DO UPDATE SET n = excluded.n", new { day, n = 1 });
        """));

    [Test]
    public Task The_clock_inside_a_format_is_found() => Verify.LibraryAsync(Job("""
        await db.ExecuteAsync(
            "INSERT INTO daily_totals (day, n) VALUES (@day, 1) ON CONFLICT (day) DO UPDATE SET n = excluded.n",
            new { day = {|RERUN1006:DateTimeOffset.UtcNow|}.ToString("yyyy-MM-dd") });
        """));

    [Test]
    public Task Yesterday_in_a_predicate_decides_what_is_read() => Verify.LibraryAsync(Job("""
        var since = {|RERUN1006:DateTime.Today|}.AddDays(-1);
        var orders = await db.QueryAsync<string>("SELECT id FROM orders WHERE created_on >= @since", new { since });
        """));

    [Test]
    public Task The_clock_of_the_database_decides_just_as_well() => Verify.LibraryAsync(Job("""
        var orders = await db.QueryAsync<string>("SELECT id FROM orders WHERE {|RERUN1006:order_day = CURRENT_DATE|}");
        """));

    [Test]
    public Task A_file_named_by_today_is_a_slice() => Verify.LibraryAsync(Job("""
        var text = await File.ReadAllTextAsync($"in/orders-{{|RERUN1006:DateTime.Today|}:yyyyMMdd}.csv", stoppingToken);
        """));

    [Test]
    public Task A_table_named_by_the_month_is_a_slice() => Verify.LibraryAsync(Job("""
        await db.ExecuteAsync($"INSERT INTO events_{{|RERUN1006:DateTime.UtcNow|}:yyyyMM} (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id = 1 });
        """));

    [Test]
    public Task A_day_that_a_caller_hands_on_from_the_clock_is_found_at_the_clock() => Verify.LibraryAsync(Job(
        "await LoadAsync({|RERUN1006:DateTime.UtcNow|}.Date);", """
        private async Task LoadAsync(DateTime day) =>
            await db.ExecuteAsync("DELETE FROM totals WHERE day = @day", new { day });
        """));

    [Test]
    public Task An_injected_clock_is_a_clock() => Verify.LibraryAsync(Job("""
        var day = {|RERUN1006:time.GetUtcNow()|}.Date;
        await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
        """, parameters: "SqliteConnection db, TimeProvider time"));

    [Test]
    public Task The_time_of_loading_is_an_audit_value() => Verify.LibraryAsync(Job("""
        await db.ExecuteAsync("INSERT INTO orders (id, loaded_at) VALUES (@id, @now) ON CONFLICT (id) DO UPDATE SET loaded_at = excluded.loaded_at", new { id = 1, now = DateTime.UtcNow });
        """));

    [Test]
    public Task The_day_of_the_record_is_an_input() => Verify.LibraryAsync(Job("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            var day = DateTime.Parse(line.Split(',')[1]).Date;
            await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
        }
        """));

    [Test]
    public Task Retention_asks_the_clock_by_design() => Verify.LibraryAsync(Job("""
        await db.ExecuteAsync("DELETE FROM orders WHERE created_on < @cutoff", new { cutoff = DateTime.UtcNow.Date.AddDays(-90) });
        """));

    [Test]
    public Task Work_that_is_due_asks_the_clock_by_design() => Verify.LibraryAsync(Job("""
        var due = await db.QueryAsync<string>("SELECT id FROM reminders WHERE due_at <= @now", new { now = DateTime.UtcNow });
        """));

    [Test]
    public Task A_default_that_the_caller_can_replace_is_no_decision() => Verify.LibraryAsync("""
        public class DailyJob(SqliteConnection db)
        {
            [RerunSafe.RerunPath]
            public async Task RunAsync(DateTime? requested)
            {
                var day = requested ?? DateTime.UtcNow.Date;
                await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
            }
        }

        namespace RerunSafe { public sealed class RerunPathAttribute : Attribute; }
        """);

    [Test]
    public Task A_local_with_another_source_is_no_decision() => Verify.LibraryAsync(Job("""
        var day = DateTime.UtcNow.Date;
        if (Environment.GetEnvironmentVariable("DAY") is { } given)
            day = DateTime.Parse(given);
        await db.ExecuteAsync("DELETE FROM daily_totals WHERE day = @day", new { day });
        """));

    [Test]
    public Task A_log_file_of_the_day_holds_no_records() => Verify.LibraryAsync(Job("""
        await File.WriteAllTextAsync($"logs/import-{DateTime.Today:yyyyMMdd}.log", "done", stoppingToken);
        """));

    [Test]
    public Task A_measured_duration_decides_nothing() => Verify.LibraryAsync(Job("""
        var start = DateTime.UtcNow;
        await db.ExecuteAsync("INSERT INTO job_runs (job, seconds) VALUES (@job, @seconds)", new { job = "daily", seconds = (DateTime.UtcNow - start).TotalSeconds });
        """));

    [Test]
    public Task Off_the_rerun_paths_nothing_is_said() => Verify.LibraryAsync("""
        public class Screen(SqliteConnection db)
        {
            public Task<IEnumerable<string>> TodayAsync() =>
                db.QueryAsync<string>("SELECT id FROM orders WHERE day = @day", new { day = DateTime.Today });
        }
        """);

    [TestCase("SELECT", "last_seen < CURRENT_TIMESTAMP - INTERVAL '3 months'")]
    [TestCase(" SELECT", "last_seen < CURRENT_TIMESTAMP - INTERVAL '3 months'")]
    public Task A_query_inside_is_judged_by_its_own_comparison(string select, string condition) => Verify.LibraryAsync(Job(
        $"""await db.ExecuteAsync("UPDATE accounts SET owner = NULL WHERE owner IN ({select} id FROM users WHERE {condition})");"""));

    [TestCase("placed_on >= CURRENT_DATE - INTERVAL '30 days'", Microsoft.CodeAnalysis.DiagnosticSeverity.Info)]
    [TestCase("placed_on >= CURRENT_DATE - 7", Microsoft.CodeAnalysis.DiagnosticSeverity.Info)]
    [TestCase("order_date >= CURRENT_DATE - 7", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    [TestCase("placed_on = CURRENT_DATE", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)]
    public async Task The_last_days_of_the_database_are_a_suggestion_only(string condition, Microsoft.CodeAnalysis.DiagnosticSeverity severity)
    {
        var found = await Verify.DiagnosticsAsync(Job($"""await db.QueryAsync<string>("SELECT id FROM orders WHERE {condition}");"""));
        Assert.That(found.Select(d => (d.Id, d.Severity)), Is.EqualTo(new[] { ("RERUN1006", severity) }));
    }
}
