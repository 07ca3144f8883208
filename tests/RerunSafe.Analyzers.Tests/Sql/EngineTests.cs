using System.Data.Common;
using DuckDB.NET.Data;
using Microsoft.Data.Sqlite;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>The engines themselves decide whether the verdicts of the table are right.</summary>
public class EngineTests
{
    private static IEnumerable<TestCaseData> Cases =>
        from c in SqlCases.All
        where c.Dialect is SqlDialect.Sqlite or SqlDialect.DuckDb
        from hasKey in new[] { true, false }
        select new TestCaseData(c, hasKey).SetArgDisplayNames(c.ToString(), hasKey ? "with key" : "without key");

    [TestCaseSource(nameof(Cases))]
    public void A_second_run_does_what_the_verdict_says(object given, bool hasKey)
    {
        var expected = (SqlCase)given;
        using DbConnection connection = expected.Dialect == SqlDialect.Sqlite ? new SqliteConnection("Data Source=:memory:") : new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        EngineVerdict.Check(expected, RunTwice.Of(connection, expected.Text, hasKey), hasKey);
    }
}
