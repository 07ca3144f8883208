using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>EF Core over the connection of a run: <c>UseSqlite(run.Connect(db))</c>.</summary>
public class EntityFrameworkTests
{
    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public async Task A_find_then_add_or_update_in_one_SaveChanges_passes()
    {
        var report = await Check(async (context, sale) =>
        {
            if (await context.Rows.FindAsync(sale.Id) is { } known)
                known.Amount = sale.Amount;
            else
                context.Rows.Add(sale);
            await context.SaveChangesAsync();
        });
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Single(s => s.Schedule == "CrashAtEveryWrite").Explored, Is.EqualTo(6));
    }

    [Test]
    public async Task Two_SaveChanges_for_one_record_are_caught()
    {
        var report = await Check(async (context, sale) =>
        {
            if (await context.Rows.FindAsync(sale.Id) is not null)
                return;
            context.Rows.Add(sale);
            await context.SaveChangesAsync();
            context.Totals.Add(new Total { Shop = sale.Id, Amount = sale.Amount });
            await context.SaveChangesAsync();
        });
        Assert.That(report.Failures.Select(f => (f.Schedule, f.Verdict, f.Table)), Does.Contain(("CrashAtEveryWrite", Verdict.Lost, "totals")));
    }

    private async Task<TestKit.Reporting.RerunReport> Check(Func<Shop, RowOfSale, Task> import) => await RerunCheck.Pipeline(async run =>
    {
        await using var context = new Shop(run.Connect(_db));
        await foreach (var delivery in run.Deliveries(Sales.Good(5)))
        {
            await import(context, new RowOfSale { Id = $"S{delivery.Position / 100}", Shop = "north", Amount = (int)delivery.Position, Version = 1 });
            context.ChangeTracker.Clear();
        }
    }).Observe(_db.Table("sales"), _db.Table("totals")).RunAsync();

    private sealed class Shop(DbConnection connection) : DbContext
    {
        public DbSet<RowOfSale> Rows => Set<RowOfSale>();

        public DbSet<Total> Totals => Set<Total>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseSqlite(connection);

        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<RowOfSale>(row =>
            {
                row.ToTable("sales").HasKey(s => s.Id);
                row.Property(s => s.LoadedAt).HasColumnName("loaded_at");
            });
            model.Entity<Total>().ToTable("totals").HasKey(t => t.Shop);
        }
    }

    private sealed class RowOfSale
    {
        public required string Id { get; init; }

        public required string Shop { get; init; }

        public int Amount { get; set; }

        public long Version { get; set; }

        public string? LoadedAt { get; set; }
    }

    private sealed class Total
    {
        public required string Shop { get; init; }

        public int Amount { get; init; }
    }
}
