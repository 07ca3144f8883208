using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>The same check on a real PostgreSQL, where one is installed.</summary>
public class PostgreSqlEngineTests
{
    private PostgreSqlServer? _server;

    private static IEnumerable<TestCaseData> Cases =>
        from c in SqlCases.Of(SqlDialect.PostgreSql)
        from hasKey in new[] { true, false }
        select new TestCaseData(c, hasKey).SetArgDisplayNames(c.ToString(), hasKey ? "with key" : "without key");

    [OneTimeSetUp]
    public void Start()
    {
        if (!PostgreSqlServer.IsInstalled)
            Assert.Ignore("PostgreSQL is not installed here, or the tests do not run as root; build/test.sh counts this as a failure.");
        _server = new PostgreSqlServer();
    }

    [OneTimeTearDown]
    public void Stop() => _server?.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void A_second_run_does_what_the_verdict_says(object given, bool hasKey)
    {
        var expected = (SqlCase)given;
        using var connection = _server!.Open();
        SqlWorld.Execute(connection, "DROP TABLE IF EXISTS orders, staging, processed");
        EngineVerdict.Check(expected, RunTwice.Of(connection, expected.Text, hasKey), hasKey);
    }
}
