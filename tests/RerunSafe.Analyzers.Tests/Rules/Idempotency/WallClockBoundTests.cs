namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1006 where the clock bounds what a call elsewhere reads: a suggestion, because only names speak.</summary>
[Parallelizable(ParallelScope.All)]
public class WallClockBoundTests
{
    private const string Api = """

        public sealed class OrderQuery { public DateTime From { get; set; } public DateTime To { get; set; } public DateTime RequestedAt { get; set; } }

        public interface IOrderApi
        {
            Task<List<int>> GetOrdersAsync(DateTime from, DateTime to);
            Task<List<int>> FindOrdersAsync(OrderQuery query);
            Task<List<int>> GetAllAsync(DateTime requestedAt);
            Task PingAsync(DateTime from);
        }
        """;

    private static Task Job(string body, string members = "") => Verify.LibraryAsync($$"""
        public class DailyJob(SqliteConnection db, IOrderApi api) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await db.ExecuteAsync("INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO NOTHING");
                await api.PingAsync(DateTime.UtcNow);
            }

            {{members}}
        }
        """ + Api);

    [TestCase("await api.GetOrdersAsync({|RERUN1006:DateTime.Today|}.AddDays(-1), DateTime.MaxValue);")]
    [TestCase("var day = {|RERUN1006:DateTime.UtcNow|}.Date; await api.GetOrdersAsync(day, day.AddDays(1));")]
    [TestCase("await api.FindOrdersAsync(new OrderQuery { From = {|RERUN1006:DateTime.Today|}.AddDays(-7), To = DateTime.MaxValue });")]
    public Task Today_bounds_what_is_fetched(string body) => Job(body);

    [Test]
    public Task A_request_that_a_local_holds() => Job("var query = new OrderQuery { From = {|RERUN1006:DateTime.Today|}.AddDays(-7), To = DateTime.MaxValue }; await api.FindOrdersAsync(query);");

    private static Task Query(string body) => Verify.LibraryAsync(Shop.Once(
        body, types: """
        public class Batch { public int Id { get; set; } public DateTime Day { get; set; } public DateTime? DueOn { get; set; } public DateTime CreatedAt { get; set; } public bool Done { get; set; } }
        """, members: "private IQueryable<Batch> Batches => db.Set<Batch>();"));

    [TestCase("var batch = await Batches.FirstOrDefaultAsync(b => b.Day == {|RERUN1006:DateTime.Now|}.Date); if (batch != null) { batch.Done = true; await db.SaveChangesAsync(); }")]
    [TestCase("var today = {|RERUN1006:DateTime.Today|}; foreach (var batch in await Batches.Where(b => b.Day.Date == today && !b.Done).ToListAsync()) batch.Done = true; await db.SaveChangesAsync();")]
    public Task Today_is_compared_with_a_stored_day(string body) => Query(body);

    // What is due, when something was touched, a window, a list in memory, a day that is handed in.
    [TestCase("foreach (var batch in await Batches.Where(b => b.DueOn == DateTime.Today).ToListAsync()) batch.Done = true; await db.SaveChangesAsync();")]
    [TestCase("foreach (var batch in await Batches.Where(b => b.CreatedAt.Date == DateTime.Today).ToListAsync()) batch.Done = true; await db.SaveChangesAsync();")]
    [TestCase("foreach (var batch in await Batches.Where(b => b.Day >= DateTime.Today).ToListAsync()) batch.Done = true; await db.SaveChangesAsync();")]
    [TestCase("foreach (var batch in new List<Batch>().Where(b => b.Day == DateTime.Today)) batch.Done = true; await db.SaveChangesAsync();")]
    [TestCase("var now = DateTime.Now; foreach (var batch in await Batches.Where(b => b.Day == now).ToListAsync()) batch.Done = true; await db.SaveChangesAsync();")]
    public Task What_the_clock_does_not_choose(string body) => Query(body);

    // To the second it may be the end of a window whose start is stored; and a name that bounds nothing decides nothing.
    [TestCase("await api.GetOrdersAsync(DateTime.MinValue, DateTime.UtcNow);")]
    [TestCase("await api.GetAllAsync(DateTime.Today);")]
    [TestCase("await api.FindOrdersAsync(new OrderQuery { RequestedAt = DateTime.Today });")]
    [TestCase("await api.PingAsync(DateTime.Today);")]
    [TestCase("await ReadAsync(DateTime.Today);")]
    public Task It_decides_nothing(string body) => Job(body, "private Task ReadAsync(DateTime from) => api.PingAsync(from);");

    [Test]
    public Task The_day_that_a_caller_may_pass() => Job("await LoadAsync(null);", """
        private Task LoadAsync(DateTime? day) => api.GetOrdersAsync(day ?? DateTime.Today, DateTime.MaxValue);
        """);

    private static Task Calls(string parameter, string value) => Verify.LibraryAsync($$"""
        public class ReportJob(Microsoft.Data.SqlClient.SqlConnection db) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                using var command = new Microsoft.Data.SqlClient.SqlCommand("sp_report", db);
                command.CommandType = CommandType.StoredProcedure;
                command.Parameters.AddWithValue("{{parameter}}", {{value}});
                command.ExecuteNonQuery();
                return Task.CompletedTask;
            }
        }
        """);

    [TestCase("@IN_DATE")]
    [TestCase("@report_date")]
    public Task A_procedure_is_told_to_work_on_today(string parameter) => Calls(parameter, "{|RERUN1006:DateTime.Now|}.ToString(\"yyyy-MM-dd\")");

    [TestCase("@INSERT_DATE", "DateTime.Now.ToString(\"yyyy-MM-dd\")")]
    [TestCase("@name", "DateTime.Now.ToString(\"yyyy-MM-dd\")")]
    [TestCase("@report_date", "new DateTime(2024, 1, 1)")]
    public Task A_procedure_is_told_something_else(string parameter, string value) => Calls(parameter, value);
}
