namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>Tests on a ledger that takes anything twice, sales that have a key, and the loads that were done.</summary>
public abstract class LedgerTests
{
    protected PostgreSqlSink Db { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Create() => Db = await PostgreSqlSink.CreateAsync("CREATE TABLE ledger (id TEXT NOT NULL, amount INT NOT NULL); CREATE TABLE sales (id TEXT PRIMARY KEY, amount INT NOT NULL); CREATE TABLE loads (load TEXT PRIMARY KEY)");

    [OneTimeTearDown]
    public async Task Remove() => await Db.DisposeAsync();
}
