namespace RerunSafe.Analyzers.Tests.Rules.Duplicates;

/// <summary>No entry point is in any of these: the rule speaks everywhere.</summary>
[Parallelizable(ParallelScope.All)]
public class RandomSurvivorTests
{
    private static string Store(string body, string members = "") => $$"""
        using Microsoft.EntityFrameworkCore;

        public record Order(int Id, string Company, string Email, DateTime UpdatedAt);
        public record Plain(int Id, string Company);

        public class Context : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
        }

        public class OrderImporter(IDbConnection db, Context context)
        {
            public async Task<object?> Read(List<Order> orders, HashSet<Order> known)
            {
                await Task.CompletedTask;
                GC.KeepAlive((db, context));
                {{body}}
            }

            {{members}}
        }
        """;

    private const string Sql = "SELECT * FROM (SELECT o.*, {|RERUN3001:ROW_NUMBER() OVER (PARTITION BY company ORDER BY (SELECT NULL))|} rn FROM orders o) x WHERE rn = 1";

    [Test]
    public Task A_query_that_keeps_any_row() => Verify.LibraryAsync(Store($"""return db.Query<Order>("{Sql}");"""));

    [Test]
    public Task A_text_in_a_constant() => Verify.LibraryAsync(Store("return db.Query<Order>(Latest);", $"private const string Latest = \"{Sql}\";"));

    [Test]
    public Task A_text_that_is_put_together() => Verify.LibraryAsync(Store("""
        return db.Query<Order>("SELECT * FROM (SELECT o.*, " + "{|RERUN3001:ROW_NUMBER() OVER (PARTITION BY company)|} rn FROM orders o) x " + "WHERE rn = 1");
        """));

    [Test]
    public Task A_body_on_a_rerun_path_is_reported_once() => Verify.LibraryAsync($$"""
        public class Job(IDbConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var rows = await db.QueryAsync("{{Sql}}");
                foreach (var row in rows)
                    await db.ExecuteAsync("UPDATE orders SET done = 1 WHERE id = @id", new { row.id });
            }
        }
        """);

    [Test]
    public Task A_handler_made_in_a_body_is_read_too() => Verify.LibraryAsync($$"""
        public class Clock(IDbConnection db)
        {
            public void Start(System.Timers.Timer timer) => timer.Elapsed += (_, _) => db.Query("{{Sql}}");
        }
        """);

    [Test]
    public Task An_order_that_decides() => Verify.LibraryAsync(Store(
        """return db.Query<Order>("SELECT * FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY company ORDER BY created DESC, id) rn FROM orders o) x WHERE rn = 1");"""));

    [Test]
    public Task Text_that_no_database_gets() => Verify.LibraryAsync(Store(
        """Console.WriteLine("SELECT * FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY company ORDER BY 1) rn FROM orders o) x WHERE rn = 1"); return db.Query<Order>("SELECT * FROM orders");"""));

    [TestCase("return context.Orders.AsEnumerable().{|RERUN3001:DistinctBy(o => o.Company)|}.ToList();")]
    [TestCase("return (await context.Orders.Where(o => o.Id > 3).ToListAsync()).{|RERUN3001:DistinctBy(o => o.Company)|};")]
    [TestCase("var rows = await context.Orders.ToListAsync(); return rows.GroupBy(o => o.Company).Select(g => {|RERUN3001:g.First()|}).ToList();")]
    [TestCase("return context.Orders.GroupBy(o => o.Company).Select(g => {|RERUN3001:g.FirstOrDefault()|}).ToList();")]
    [TestCase("var rows = db.Query<Order>(\"SELECT * FROM orders\"); return rows.GroupBy(o => o.Company).ToDictionary(g => g.Key, g => {|RERUN3001:g.First()|});")]
    [TestCase("return known.GroupBy(o => o.Company, (key, group) => {|RERUN3001:group.Last()|}).ToList();")]
    [TestCase("return known.{|RERUN3001:DistinctBy(o => new { o.Company, o.Email })|}.ToList();")]
    [TestCase("var unique = orders.GroupBy(o => o.Company).Select(g => {|RERUN3001:g.First()|}).ToList(); context.AddRange(unique); return await context.SaveChangesAsync();")]
    [TestCase("var unique = orders.{|RERUN3001:DistinctBy(o => o.Id)|}.ToList(); context.AddRange(unique.Select(o => new Order(o.Id, o.Company, o.Email, o.UpdatedAt))); return await context.SaveChangesAsync();")]
    public Task Records_in_no_order(string body) => Verify.LibraryAsync(Store(body));

    [TestCase("return context.Orders.OrderBy(o => o.UpdatedAt).ThenBy(o => o.Id).AsEnumerable().DistinctBy(o => o.Company).ToList();")]
    [TestCase("return context.Orders.GroupBy(o => o.Company).Select(g => g.OrderBy(o => o.Id).First()).ToList();")]
    [TestCase("return db.Query<Order>(\"SELECT * FROM orders ORDER BY id\").GroupBy(o => o.Company).Select(g => g.First());")]
    [TestCase("return File.ReadLines(\"orders.csv\").Select(l => l.Split(',')).GroupBy(p => p[0]).Select(g => g.First());")]
    [TestCase("var rows = new List<Order>(); foreach (var o in known) rows.Add(o); return rows.DistinctBy(o => o.Company);")]
    [TestCase("List<Order> rows = []; foreach (var o in known) rows.Add(o); return rows.DistinctBy(o => o.Company);")]
    [TestCase("var rows = await context.Orders.ToListAsync(); rows.Sort((a, b) => a.Id - b.Id); return rows.DistinctBy(o => o.Company);")]
    public Task Records_in_an_order(string body) => Verify.LibraryAsync(Store(body));

    [TestCase("return context.Orders.GroupBy(o => o).Select(g => g.First()).ToList();")]
    [TestCase("return known.GroupBy(o => new { o.Id, o.Company, o.Email, o.UpdatedAt }).Select(g => g.First()).ToList();")]
    [TestCase("return known.GroupBy(o => o.Company).Select(g => g.First()).Select(o => o.Company).ToList();")]
    [TestCase("return known.DistinctBy(o => o.Company).Count();")]
    [TestCase("return context.Orders.AsEnumerable().DistinctBy(o => o.Id).ToList();")]
    [TestCase("return known.GroupBy(o => o.Company).Where(g => g.Count() == 1).Select(g => g.First()).ToList();")]
    [TestCase("return known.GroupBy(o => o.Company).Select(g => g.Key).First();")]
    [TestCase("foreach (var order in known.DistinctBy(o => o.Company)) { var same = order; Console.WriteLine(same.Company + order.Company.Length); } return null;")]
    public Task Records_that_are_equal_or_do_not_show(string body) => Verify.LibraryAsync(Store(body));

    [TestCase("return orders.DistinctBy(o => o.Company).ToList();")]
    [TestCase("return orders.GroupBy(o => o.Company).Select(g => g.First()).ToList();")]
    [TestCase("var unique = known.Select(o => new Plain(o.Id, o.Company)).ToArray(); return await Save(unique, context);")]
    public Task Records_that_somebody_hands_in_and_nobody_writes_or_that_are_the_same_by_their_identity(string body) => Verify.LibraryAsync(Store(body, """
        private static Task<int> Save(IReadOnlyList<Plain> plain, Context context)
        {
            foreach (var one in plain.DistinctBy(o => o.Id))
                context.Add(one);
            return context.SaveChangesAsync();
        }
        """));

    [TestCase("foreach (var order in known.{|RERUN3001:DistinctBy(o => o.Company)|}) Console.WriteLine(order.Email); return null;")]
    [TestCase("foreach (var order in known.{|RERUN3001:DistinctBy(o => o.Company)|}) { var same = order; Console.WriteLine(same); } return null;")]
    public Task Records_that_show_in_a_loop(string body) => Verify.LibraryAsync(Store(body));

    [TestCase("ImportController", "return known.DistinctBy(o => o.Company).ToList();")]
    [TestCase("ImportController", "var unique = known.{|RERUN3001:DistinctBy(o => o.Company)|}.ToList(); context.AddRange(unique); return await context.SaveChangesAsync();")]
    [TestCase("OrderProjection", "return known.{|RERUN3001:DistinctBy(o => o.Company)|}.ToList();")]
    public Task An_endpoint_that_only_answers_with_one_of_several(string type, string body) => Verify.LibraryAsync(Store(body).Replace("class OrderImporter(", $"class {type}("));

    // Read methods of caches, view models and repositories: what they hand out is looked at and forgotten.
    [TestCase("OrderCache", "return known.DistinctBy(o => o.Company).ToList();")]
    [TestCase("RecentOrders", "return context.Orders.GroupBy(o => o.Company).Select(g => g.First()).ToList();")]
    [TestCase("RecentOrders", "var unique = known.{|RERUN3001:DistinctBy(o => o.Company)|}.ToList(); context.AddRange(unique); return await context.SaveChangesAsync();")]
    public Task A_view_that_keeps_none_of_them(string type, string body) => Verify.LibraryAsync(Store(body).Replace("class OrderImporter(", $"class {type}("));

    [Test]
    public Task A_step_whose_name_says_that_it_takes_duplicates_out() => Verify.LibraryAsync("""
        public record Order(int Id, string Company);

        public static class Orders
        {
            public static List<Order> Deduplicate(HashSet<Order> orders) => orders.{|RERUN3001:DistinctBy(o => o.Company)|}.ToList();

            public static List<Order> PerCompany(HashSet<Order> orders) => orders.DistinctBy(o => o.Company).ToList();
        }
        """);
}
