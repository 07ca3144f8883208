namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1010 where the checkpoint is the time at which it is saved.</summary>
[Parallelizable(ParallelScope.All)]
public class CheckpointOfNowTests
{
    private const string Load = "foreach (var order in orders) db.Execute(\"INSERT INTO orders (id) VALUES (@Id) ON CONFLICT (id) DO NOTHING\", order);";

    private static string Job(string body, string members = "") => $$"""
        using Microsoft.EntityFrameworkCore;
        public class Order { public int Id { get; set; } public DateTime Changed { get; set; } public DateTime LastSync { get; set; } }
        public class SyncSettings { public int Id { get; set; } public DateTime LastSync { get; set; } public DateTime Created { get; set; } public Dictionary<string, string> Metadata { get; set; } = []; }
        public class State : DbContext { public DbSet<SyncSettings> Settings => Set<SyncSettings>(); public DbSet<Order> Orders => Set<Order>(); }
        public interface IShop { Task<List<Order>> GetChangedAsync(DateTime since); Task<int> CountAsync(DateTime since); Task<List<Order>> GetAllAsync(); }
        public interface IWatermarks { DateTime GetWatermark(string name); void SaveWatermark(string name, DateTime value); }

        public class SyncJob(SqliteConnection db, State state, IShop shop, IWatermarks watermarks, ILogger<SyncJob> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var settings = await state.Settings.SingleAsync(stoppingToken);
                {{body}}
                logger.LogInformation("{Shop} {Watermarks} {State} {Db}", shop, watermarks, state, db);
            }

            {{members}}
        }
        """;

    private const string Read = "var orders = await shop.GetChangedAsync(settings.LastSync);";

    [TestCase("settings.LastSync = DateTime.UtcNow; {|RERUN1010:await state.SaveChangesAsync(stoppingToken)|};")]
    [TestCase("var now = DateTime.UtcNow; settings.LastSync = now; {|RERUN1010:await state.SaveChangesAsync(stoppingToken)|};")]
    [TestCase("{|RERUN1010:watermarks.SaveWatermark(\"orders\", DateTime.UtcNow)|};")]
    [TestCase("{|RERUN1010:db.Execute(\"UPDATE sync_state SET last_sync = @now\", new { now = DateTime.UtcNow })|};")]
    [TestCase("{|RERUN1010:db.Execute(\"UPDATE sync_state SET last_sync = datetime('now')\")|};")]
    [TestCase("settings.Metadata = new Dictionary<string, string> { { \"LastRun\", DateTime.UtcNow.ToString(\"s\") } }; {|RERUN1010:await state.SaveChangesAsync(stoppingToken)|};")]
    public Task The_time_at_the_end_of_the_run(string save) => Verify.LibraryAsync(Job(
        Read + Load + save.Replace("{|RERUN1010:await state.SaveChangesAsync(stoppingToken)|}", "await {|RERUN1010:state.SaveChangesAsync(stoppingToken)|}")));

    [TestCase("var since = watermarks.GetWatermark(\"orders\"); var orders = await shop.GetChangedAsync(since);")]
    [TestCase("var since = settings.LastSync; var orders = await state.Orders.Where(o => o.Changed > since).ToListAsync();")]
    [TestCase("var since = db.ExecuteScalar<DateTime>(\"SELECT value FROM sync_state\"); var orders = await shop.GetChangedAsync(since);")]
    public Task Other_reads_that_go_by_it(string read) => Verify.LibraryAsync(Job(
        read + Load + "settings.LastSync = DateTime.UtcNow; await {|RERUN1010:state.SaveChangesAsync(stoppingToken)|};"));

    private const string Clock = "public interface IDateTimeHelper { DateTime DateTimeNow { get; } DateTime Started { get; } } private readonly IDateTimeHelper clock = null!;";

    [Test]
    public Task The_project_s_own_clock() => Verify.LibraryAsync(Job(
        Read + Load + "settings.LastSync = clock.DateTimeNow; await {|RERUN1010:state.SaveChangesAsync(stoppingToken)|};", Clock));

    [TestCase("var now = clock.DateTimeNow;" + Read + Load + "settings.LastSync = now; await state.SaveChangesAsync(stoppingToken);")]
    [TestCase(Read + Load + "settings.LastSync = clock.Started; await state.SaveChangesAsync(stoppingToken);")]
    public Task The_project_s_own_clock_before_the_read_and_another_time(string body) => Verify.LibraryAsync(Job(body, Clock));

    [Test]
    public Task The_time_before_the_read() => Verify.LibraryAsync(Job(
        "var now = DateTime.UtcNow;" + Read + Load + "settings.LastSync = now; await state.SaveChangesAsync(stoppingToken);"));

    [Test]
    public Task The_greatest_value_of_what_was_read() => Verify.LibraryAsync(Job(
        Read + Load + "settings.LastSync = orders.Max(o => o.Changed); await state.SaveChangesAsync(stoppingToken);"));

    [TestCase("settings.LastSync = DateTime.UtcNow.AddMinutes(-10); await state.SaveChangesAsync(stoppingToken);")]
    [TestCase("settings.LastSync = DateTime.UtcNow - TimeSpan.FromHours(1); await state.SaveChangesAsync(stoppingToken);")]
    [TestCase("settings.Created = DateTime.UtcNow; await state.SaveChangesAsync(stoppingToken);")]
    public Task A_margin_and_other_times(string save) => Verify.LibraryAsync(Job(Read + Load + save));

    [TestCase("var orders = await shop.GetChangedAsync(settings.LastSync.AddHours(-1));")]
    [TestCase("var orders = await shop.GetAllAsync(); logger.LogInformation(\"since {LastSync}\", settings.LastSync);")]
    [TestCase("var orders = await state.Orders.Where(o => o.LastSync < DateTime.Today.AddDays(1)).ToListAsync();")]
    [TestCase("var orders = await state.Orders.OrderBy(o => o.LastSync).ToListAsync();")]
    [TestCase("var orders = await shop.GetAllAsync(); if (await shop.CountAsync(settings.LastSync) == 0) return;")]
    public Task Reads_that_do_not_go_by_it(string read) => Verify.LibraryAsync(Job(
        read + Load + "settings.LastSync = DateTime.UtcNow; await state.SaveChangesAsync(stoppingToken);"));
}
