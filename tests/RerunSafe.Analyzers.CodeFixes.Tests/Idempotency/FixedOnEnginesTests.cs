using System.Data.Common;
using DuckDB.NET.Data;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Data.Sqlite;
using RerunSafe.Analyzers.CodeFixes.Idempotency;
using RerunSafe.Analyzers.Tests.Sql;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

/// <summary>What the fixes write runs twice on SQLite, DuckDB and PostgreSQL, and leaves the same rows.</summary>
public class FixedOnEnginesTests
{
    private const string Schema = "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER)";

    private static readonly string[] Connections = ["SqliteConnection", "DuckDB.NET.Data.DuckDBConnection", "Npgsql.NpgsqlConnection"];

    private static readonly string[] Inserts =
    [
        "INSERT INTO orders (id, name) VALUES (1, 'x')",
        "INSERT INTO orders (id, name, amount) VALUES (1, 'x', 2), (2, 'y', 3);",
        "INSERT INTO orders (id) VALUES (1)",
        "INSERT INTO orders (id, name) SELECT id, name FROM raw",
        "INSERT INTO orders (id, name) SELECT r.id, r.name FROM raw r JOIN raw s ON s.id = r.id;",
        "INSERT INTO orders (id, name) SELECT id, name FROM raw WHERE id = 1 UNION ALL SELECT id, name FROM raw WHERE id = 2",
        "INSERT INTO orders (id, name) SELECT id, name FROM raw WHERE id = 1 UNION ALL SELECT id + 1, name FROM raw",
        "INSERT INTO orders (id, name) SELECT id, max(name) FROM raw GROUP BY id",
        "INSERT INTO orders (id, name) SELECT id, name FROM raw ORDER BY id LIMIT 1",
        "WITH src AS (SELECT id, name FROM raw) INSERT INTO orders (id, name) SELECT id, name FROM src",
        "INSERT INTO orders (id, name) VALUES (1, 'x') RETURNING id",
        "INSERT INTO orders (id, name) SELECT id, name FROM raw RETURNING id;",
        "INSERT INTO orders (id, name) VALUES (1, 'x'); INSERT INTO orders (id, name) VALUES (2, 'y');",
    ];

    private static readonly string[] Definitions =
    [
        "CREATE TABLE lines (id INTEGER PRIMARY KEY)",
        "CREATE TABLE lines (id INTEGER PRIMARY KEY, name TEXT); CREATE UNIQUE INDEX lines_name ON lines (name);",
        "CREATE INDEX orders_amount ON orders (amount)",
    ];

    private PostgreSqlServer? _server;

    private static IEnumerable<TestCaseData> InsertCases => from connection in Connections from text in Inserts select new TestCaseData(connection, text);

    private static IEnumerable<TestCaseData> DefinitionCases =>
        (from connection in Connections from text in Definitions select new TestCaseData(connection, text))
        .Concat(from connection in Connections.Skip(1) select new TestCaseData(connection, "ALTER TABLE orders ADD COLUMN note TEXT"));

    [OneTimeSetUp]
    public void Start() => _server = PostgreSqlServer.IsInstalled ? new PostgreSqlServer() : null;

    [OneTimeTearDown]
    public void Stop() => _server?.Dispose();

    [TestCaseSource(nameof(InsertCases))]
    public async Task A_fixed_insert_converges(string connection, string insert)
    {
        var text = await Fixed(connection, insert, new AddUpsertClause());
        Assert.That(text, Is.Not.EqualTo(insert), "the fix must be offered");
        using var db = Open(connection);
        Assert.That(() => RunTwice(db, insert), Throws.InstanceOf<DbException>(), "the statement itself must fail on a rerun");
        using var other = Open(connection);
        var (first, second) = RunTwice(other, text);
        Assert.That(second, Is.EqualTo(first).And.Not.Empty);
    }

    [TestCaseSource(nameof(DefinitionCases))]
    public async Task A_fixed_definition_runs_again(string connection, string definition)
    {
        var text = await Fixed(connection, definition, new AddIfNotExists());
        Assert.That(text, Is.Not.EqualTo(definition), "the fix must be offered");
        using var db = Open(connection);
        Assert.That(() => RunTwice(db, definition), Throws.InstanceOf<DbException>(), "the statement itself must fail on a rerun");
        using var other = Open(connection);
        Assert.That(() => RunTwice(other, text), Throws.Nothing);
    }

    private static async Task<string> Fixed(string connection, string text, CodeFixProvider fix)
    {
        var source = await VerifyFix.FixedAsync(
            $$"""
            public class ImportJob({{connection}} db) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken) => db.ExecuteAsync("{{text}}");
                public void Create() => db.Execute("{{Schema}}");
            }
            """,
            fix);
        return CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>().First().Token.ValueText;
    }

    private DbConnection Open(string connection)
    {
        DbConnection db = connection switch
        {
            "SqliteConnection" => new SqliteConnection("Data Source=:memory:"),
            "DuckDB.NET.Data.DuckDBConnection" => new DuckDBConnection("Data Source=:memory:"),
            _ when _server is not null => _server.Open(),
            _ => throw new IgnoreException("PostgreSQL is not installed here, or the tests do not run as root; build/test.sh counts this as a failure."),
        };
        if (db.State != System.Data.ConnectionState.Open)
            db.Open();
        OrdersTable.Run(db, "DROP TABLE IF EXISTS orders");
        OrdersTable.Run(db, "DROP TABLE IF EXISTS raw");
        OrdersTable.Run(db, "DROP TABLE IF EXISTS lines");
        OrdersTable.Run(db, Schema);
        OrdersTable.Run(db, "CREATE TABLE raw (id INTEGER, name TEXT)");
        OrdersTable.Run(db, "INSERT INTO raw VALUES (1, 'x'), (2, 'y')");
        return db;
    }

    private static (string[] First, string[] Second) RunTwice(DbConnection db, string text)
    {
        OrdersTable.Run(db, text);
        var first = OrdersTable.Rows(db);
        OrdersTable.Run(db, text);
        return (first, OrdersTable.Rows(db));
    }
}
