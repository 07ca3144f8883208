namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Jobs around an Entity Framework context of orders, lines and payments.</summary>
internal static class Shop
{
    private const string Model = """
        public class Order { public int Id { get; set; } public string Number { get; set; } = ""; public decimal Amount { get; set; } public string Status { get; set; } = ""; public List<OrderLine> Lines { get; set; } = []; }
        public class OrderLine { public int Id { get; set; } public int OrderId { get; set; } public decimal Amount { get; set; } }
        public class Payment { public Guid Id { get; set; } public string Number { get; set; } = ""; public bool Processed { get; set; } }
        public class Account { [System.ComponentModel.DataAnnotations.Key] public string Number { get; set; } = ""; public decimal Balance { get; set; } public int RetryCount { get; set; } public string Status { get; set; } = "";
            public void Deposit(decimal amount) { Balance += amount; } }
        public class AuditEntry { public int Id { get; set; } public string Text { get; set; } = ""; }
        public class ProcessedMessage { public string Id { get; set; } = ""; }
        public class Shop(DbContextOptions<Shop> options) : DbContext(options)
        {
            public DbSet<Order> Orders => Set<Order>();
            public DbSet<Payment> Payments => Set<Payment>();
            public DbSet<Account> Accounts => Set<Account>();
            public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
            public DbSet<ProcessedMessage> ProcessedMessages => Set<ProcessedMessage>();
        }
        """;

    /// <summary>A hosted service that reads a file line by line: <c>line</c>, <c>id</c> and <c>amount</c> come from the input.</summary>
    public static string PerLine(string body, string members = "", string types = "", string before = "", string after = "", string parameters = "Shop db") => Once($$"""
        {{before}}
        foreach (var line in File.ReadLines("orders.csv"))
        {
            var id = line.Split(',')[0];
            var amount = decimal.Parse(line.Split(',')[1]);
            {{body}}
        }
        {{after}}
        """, members, types, parameters);

    /// <summary>A hosted service whose whole work is the given body.</summary>
    public static string Once(string body, string members = "", string types = "", string parameters = "Shop db") => $$"""
        using Microsoft.EntityFrameworkCore;
        public class ImportJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await Task.CompletedTask;
            }

            {{members}}
        }

        {{types}}
        {{Model}}
        """;
}
