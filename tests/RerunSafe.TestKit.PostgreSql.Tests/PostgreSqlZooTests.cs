using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Zoo;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>The same pipelines and the same checks as on SQLite, unchanged.</summary>
public class PostgreSqlZooTests : ZooKeeper
{
    protected override async Task<IDbSink> CreateAsync() => await PostgreSqlSink.CreateAsync(RerunSafe.TestKit.Tests.Zoo.Specimens.Schema.Replace("{bytes}", "BYTEA"));
}
