using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Sinks;

/// <summary>A sink for one test, and a raw way to write to it.</summary>
public abstract class SinkTest
{
    protected SqliteSink Sink { get; private set; } = null!;

    [SetUp]
    public async Task Create() => Sink = await SqliteSink.CreateAsync(
        """
        CREATE TABLE orders (id TEXT PRIMARY KEY, amount, loaded_at TEXT);
        CREATE TABLE events (line, note);
        CREATE TABLE Tmp_Pairs (b INTEGER, a INTEGER, c, PRIMARY KEY (a, b));
        CREATE VIEW daily_totals AS SELECT count(*) AS n, sum(amount) AS total FROM orders;
        """);

    [TearDown]
    public async Task Remove() => await Sink.DisposeAsync();

    protected void Execute(string sql, object? parameters = null)
    {
        using var connection = new SqliteConnection(Sink.ConnectionString);
        connection.Execute(sql, parameters);
    }

    protected async Task<string> Fingerprint(params string[] tables)
    {
        var print = await Sink.FingerprintAsync([.. tables.Select(Sink.Table)]);
        return print.Value;
    }
}
