namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1009 where the delete or the load is no SQL text.</summary>
[Parallelizable(ParallelScope.All)]
public class DeleteInsertOfEntitiesTests
{
    private static string Job(string body, string members = "") => $$"""
        using Microsoft.EntityFrameworkCore;

        public class Sale { public int Id { get; set; } public string Day { get; set; } = ""; public DateTime Created { get; set; } public bool IsDone { get; set; } }
        public class Shop { public int Id { get; set; } }
        public class ShopDb : DbContext { public DbSet<Sale> Sales => Set<Sale>(); public DbSet<Sale> Archived => Set<Sale>(); public DbSet<Shop> Shops => Set<Shop>(); }

        public class ImportJob(ShopDb db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var day = "2024-05-01";
                var cutoff = new DateTime(2024, 1, 1);
                var rows = File.ReadLines("sales.csv").Select(line => new Sale { Day = line }).ToList();
                {{body}}
                GC.KeepAlive((rows, day, cutoff));
                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    private const string Clear = "await db.Sales.Where(s => s.Day == day).ExecuteDeleteAsync(stoppingToken);";
    private const string Speaks = "{|RERUN1009:db.Sales.AddRange(rows)|}; await db.SaveChangesAsync(stoppingToken);";
    private const string Load = "db.Sales.AddRange(rows); await db.SaveChangesAsync(stoppingToken);";

    [Test]
    public Task ExecuteDelete_commits_before_SaveChanges() => Verify.LibraryAsync(Job(Clear + Speaks));

    [TestCase("await db.Sales.ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("var days = rows.Select(r => r.Day).ToList(); await db.Sales.Where(s => days.Contains(s.Day)).ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("await db.Database.ExecuteSqlRawAsync(\"TRUNCATE TABLE Sales\");")]
    [TestCase("var old = db.Sales.Where(s => s.Day == day); db.Sales.RemoveRange(old); await db.SaveChangesAsync(stoppingToken);")]
    public Task Other_ways_to_remove_it_first(string clear) => Verify.LibraryAsync(Job(clear + Speaks));

    [Test]
    public Task One_SaveChanges_saves_both() => Verify.LibraryAsync(Job("db.Sales.RemoveRange(db.Sales.Where(s => s.Day == day));" + Load));

    [Test]
    public Task A_transaction_around_both() => Verify.LibraryAsync(Job(
        "await using var tx = await db.Database.BeginTransactionAsync(stoppingToken);" + Clear + Load + "await tx.CommitAsync(stoppingToken);"));

    [Test]
    public Task A_transaction_inside_an_execution_strategy() => Verify.LibraryAsync(Job(
        "await db.Database.CreateExecutionStrategy().ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(stoppingToken);" + Clear + Load + "await tx.CommitAsync(stoppingToken); });"));

    [TestCase("await using var tx = await db.Database.BeginTransactionAsync(); await db.Database.ExecuteSqlRawAsync(\"DELETE FROM Sales\"); await tx.CommitAsync();")]
    [TestCase("await db.Sales.ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("if (day == \"\") { return; } await db.Sales.ExecuteDeleteAsync(stoppingToken);")]
    public Task The_two_in_an_execution_strategy_each(string clear) => Verify.LibraryAsync(Job(
        "var strategy = db.Database.CreateExecutionStrategy(); await strategy.ExecuteAsync(async () => { " + clear + " });"
        + "await strategy.ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(); " + Speaks + " await tx.CommitAsync(); });"));

    [Test]
    public Task A_transaction_of_an_earlier_lambda_ends_with_it() => Verify.LibraryAsync(Job(
        "var strategy = db.Database.CreateExecutionStrategy(); await strategy.ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(); await db.Shops.ExecuteDeleteAsync(); await tx.CommitAsync(); });"
        + Clear + "await strategy.ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(); " + Speaks + " await tx.CommitAsync(); });"));

    [TestCase("await strategy.ExecuteAsync(async () => { try { GC.KeepAlive(rows); } catch (Exception) { await db.Sales.ExecuteDeleteAsync(); throw; } });")]
    [TestCase("if (rows.Count == 0) { await strategy.ExecuteAsync(async () => { await db.Sales.ExecuteDeleteAsync(); }); return; }")]
    public Task A_strategy_that_clears_where_nothing_is_loaded(string clear) => Verify.LibraryAsync(Job(
        "var strategy = db.Database.CreateExecutionStrategy();" + clear + Load.Replace("db.Sales.AddRange(rows)", "db.Sales.UpdateRange(rows)")));

    [TestCase("await db.Sales.Where(s => s.Created < cutoff).ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("await db.Sales.Where(s => s.IsDone).ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("var days = rows.Select(r => r.Day).ToList(); await db.Sales.Where(s => !days.Contains(s.Day)).ExecuteDeleteAsync(stoppingToken);")]
    [TestCase("await db.Archived.ExecuteDeleteAsync(stoppingToken);")]
    public Task Other_rows_are_removed(string clear) => Verify.LibraryAsync(Job(clear + Load));

    [Test]
    public Task Another_set_is_cleared() => Verify.LibraryAsync(Job(
        "await db.Shops.ExecuteDeleteAsync(stoppingToken); {|RERUN1002:db.Sales.AddRange(rows)|}; await db.SaveChangesAsync(stoppingToken);"));

    [Test]
    public Task The_two_halves_in_two_helpers() => Verify.LibraryAsync(Job(
        "await ClearAsync(day); {|RERUN1009:await LoadAsync(rows)|};".Replace("{|RERUN1009:await LoadAsync(rows)|}", "await {|RERUN1009:LoadAsync(rows)|}"),
        "async Task ClearAsync(string day) => await db.Sales.Where(s => s.Day == day).ExecuteDeleteAsync(); async Task LoadAsync(List<Sale> rows) { db.Sales.AddRange(rows); await db.SaveChangesAsync(); }"));

    // A minimal stub of the public shape of MongoDB.Driver's collection.
    private static string Mongo(string body) => $$"""
        namespace MongoDB.Driver
        {
            public interface IClientSession { void StartTransaction(); void CommitTransaction(); }
            public interface IClientSessionHandle : IClientSession;
            public abstract class FilterDefinition<T> { public static implicit operator FilterDefinition<T>(string json) => null!; }
            public interface IMongoCollection<T>
            {
                void DeleteMany(System.Linq.Expressions.Expression<Func<T, bool>> filter);
                void DeleteMany(IClientSessionHandle session, System.Linq.Expressions.Expression<Func<T, bool>> filter);
                void InsertMany(IEnumerable<T> documents);
                void InsertMany(IClientSessionHandle session, IEnumerable<T> documents);
            }
        }

        namespace Shop
        {
            using MongoDB.Driver;

            public class Sale { public string Day { get; set; } = ""; public DateTime Created { get; set; } }

            public class ImportJob(IMongoCollection<Sale> sales, IMongoCollection<Sale> archive, IClientSessionHandle session) : BackgroundService
            {
                protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    var day = "2024-05-01";
                    var rows = File.ReadLines("sales.csv").Select(line => new Sale { Day = line }).ToList();
                    {{body}}
                    GC.KeepAlive((rows, day, session, archive));
                    await Task.CompletedTask;
                }
            }
        }
        """;

    [TestCase("sales.DeleteMany(s => s.Day == day); {|RERUN1009:sales.InsertMany(rows)|};")]
    [TestCase("sales.DeleteMany(_ => true); {|RERUN1009:sales.InsertMany(rows)|};")]
    [TestCase("session.StartTransaction(); sales.DeleteMany(session, s => s.Day == day); sales.InsertMany(session, rows); session.CommitTransaction();")]
    [TestCase("sales.DeleteMany(s => s.Created < new DateTime(2024, 1, 1)); sales.InsertMany(rows);")]
    public Task Documents(string body) => Verify.LibraryAsync(Mongo(body));
}
