using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Zoo;

public class SqliteZooTests : ZooKeeper
{
    protected override async Task<IDbSink> CreateAsync() => await SqliteSink.CreateAsync(Zoo.Specimens.Schema.Replace("{bytes}", "BLOB"));
}
