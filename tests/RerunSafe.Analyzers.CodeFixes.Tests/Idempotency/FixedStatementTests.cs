using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Data.Sqlite;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

/// <summary>Runs what the fix wrote on a real database, twice.</summary>
[Parallelizable(ParallelScope.All)]
public class FixedStatementTests
{
    private const string Keyed = "CREATE TABLE orders (id TEXT PRIMARY KEY, name TEXT, amount REAL)";

    [TestCase(Keyed, "INSERT INTO orders (id, name) VALUES ('a', 'x')")]
    [TestCase(Keyed, "insert into orders(id)values('a')")]
    [TestCase(Keyed, "INSERT INTO orders (id, name, amount) VALUES ('a', 'x', 1.5), ('b', 'y', 2);")]
    [TestCase(Keyed, "INSERT INTO orders (amount, id) VALUES ((SELECT 1 + 1), 'a') -- one row")]
    [TestCase(Keyed, "INSERT INTO orders (id, name) VALUES ('a', 'it''s; ON CONFLICT') ;")]
    [TestCase(Keyed, "INSERT INTO orders (id, name) VALUES ('a', 'x'); INSERT INTO orders (id, name) VALUES ('b', 'y');")]
    [TestCase(Keyed, "INSERT INTO orders AS o (id, name) VALUES ('a', 'x')")]
    [TestCase(Keyed, "INSERT INTO main.orders (id, name) VALUES ('a', 'x')")]
    [TestCase(Keyed, "INSERT INTO orders VALUES ('a', 'x', 1)")]
    [TestCase("CREATE TABLE orders (shop TEXT, no INT, name TEXT, UNIQUE (shop, no))", "INSERT INTO orders (no, shop, name) VALUES (1, 's', 'x')")]
    [TestCase("CREATE TABLE orders (shop TEXT, no INT, PRIMARY KEY (no, shop)) WITHOUT ROWID", "INSERT INTO orders (no, shop) VALUES (1, 's')")]
    [TestCase("CREATE TABLE orders (rid INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT)", "INSERT INTO orders (id, name) VALUES ('a', 'x')")]
    [TestCase("CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT UNIQUE)", "INSERT INTO orders (id, code) VALUES (1, 'x')")]
    [TestCase("CREATE TABLE orders (id TEXT, name TEXT); CREATE UNIQUE INDEX orders_id ON orders (id)", "INSERT INTO orders (id, name) VALUES ('a', 'x')")]
    public async Task A_fixed_statement_converges(string schema, string insert)
    {
        var source = $$"""
            public class ImportJob(SqliteConnection db) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken) => db.ExecuteAsync("{{insert}}");
                public void Create() => db.Execute("{{schema}}");
            }
            """;
        var sql = InsertOf(await VerifyFix.FixedAsync(source));
        var isOffered = sql != insert;
        using var db = new SqliteConnection("Data Source=:memory:");
        db.Open();
        OrdersTable.Run(db, schema);
        OrdersTable.Run(db, sql);
        var once = OrdersTable.Rows(db);
        if (!isOffered)
        {
            // Without a list of columns the fix does not know what to set; nothing is better than something wrong.
            Assert.That(insert, Does.Contain("orders VALUES"));
            return;
        }

        OrdersTable.Run(db, sql);
        Assert.That(OrdersTable.Rows(db), Is.EqualTo(once));
        Assert.That(once, Is.Not.Empty);
    }

    [Test]
    public async Task A_fixed_statement_takes_over_new_values()
    {
        var sql = InsertOf(await VerifyFix.FixedAsync($$"""
            public class ImportJob(SqliteConnection db) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken) => db.ExecuteAsync("INSERT INTO orders (id, name) VALUES ('a', 'x')");
                public void Create() => db.Execute("{{Keyed}}");
            }
            """));
        using var db = new SqliteConnection("Data Source=:memory:");
        db.Open();
        OrdersTable.Run(db, Keyed);
        OrdersTable.Run(db, sql);
        OrdersTable.Run(db, sql.Replace("'x'", "'y'", StringComparison.Ordinal));
        Assert.That(OrdersTable.Rows(db), Is.EqualTo(new[] { "a|y|" }));
    }

    private static string InsertOf(string source) =>
        CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>()
            .Select(l => l.Token.ValueText).Single(t => t.StartsWith("INSERT", StringComparison.OrdinalIgnoreCase));
}
