using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Zoo;

namespace RerunSafe.TestKit.DuckDb.Tests;

/// <summary>The same pipelines and the same checks as on SQLite.</summary>
public class DuckDbZooTests : ZooKeeper
{
    protected override async Task<IDbSink> CreateAsync() => await DuckDbSink.CreateAsync(RerunSafe.TestKit.Tests.Zoo.Specimens.Schema.Replace("{bytes}", "BLOB"));

    /// <summary>To DuckDB <c>@id</c> is the absolute value of a column; parameters are <c>$id</c>.</summary>
    protected override string Spell(string sql) => sql.Replace('@', '$');
}
