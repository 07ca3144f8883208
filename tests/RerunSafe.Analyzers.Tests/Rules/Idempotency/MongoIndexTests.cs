namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Unique indexes of document stores as keys: RERUN1002 against RERUN1015.</summary>
[Parallelizable(ParallelScope.All)]
public class MongoIndexTests
{
    private const string Indexes = """
        namespace MongoDB.Driver
        {
            public class CreateIndexOptions { public bool? Unique { get; set; } public string? Name { get; set; } }
            public class IndexKeysDefinition<T>;
            public class CreateIndexModel<T>(IndexKeysDefinition<T> keys, CreateIndexOptions? options = null) { public object Parts { get; } = (keys, options); }
            public class IndexKeysBuilder<T> { public IndexKeysDefinition<T> Ascending(System.Linq.Expressions.Expression<Func<T, object>> field) => new(); }
            public static class Builders<T> { public static IndexKeysBuilder<T> IndexKeys { get; } = new(); }
        }
        """;

    private static Task Job(string set, string index) => Verify.LibraryAsync($$"""
        using MongoDB.Bson;
        using MongoDB.Driver;
        public class Order { public ObjectId Id { get; set; } public string Number { get; set; } = ""; public string Shop { get; set; } = ""; }
        public class Invoice { public ObjectId Id { get; set; } public string Number { get; set; } = ""; }
        public static class Schema { public static object Create() { {{index}} } }
        public class ImportJob(IMongoCollection<Order> orders) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var number in File.ReadLines("orders.csv"))
                    await {|{{set}}:orders.InsertOneAsync(new Order { Number = number })|};
            }
        }
        """, StoreStubs.Mongo, Indexes);

    [TestCase("return new CreateIndexModel<Order>(Builders<Order>.IndexKeys.Ascending(o => o.Number), new CreateIndexOptions { Unique = true });")]
    [TestCase("var keys = Builders<Order>.IndexKeys.Ascending(o => o.Number); var options = new CreateIndexOptions { Name = \"number\", Unique = true }; return new CreateIndexModel<Order>(keys, options);")]
    public Task A_unique_index_refuses_the_copy(string index) => Job("RERUN1015", index);

    [TestCase("return new CreateIndexModel<Order>(Builders<Order>.IndexKeys.Ascending(o => o.Number));")]
    [TestCase("return new CreateIndexModel<Order>(Builders<Order>.IndexKeys.Ascending(o => o.Number), new CreateIndexOptions { Unique = false });")]
    [TestCase("return new CreateIndexModel<Order>(Builders<Order>.IndexKeys.Ascending(o => o.Shop), new CreateIndexOptions { Unique = true });")]
    [TestCase("return new CreateIndexModel<Invoice>(Builders<Invoice>.IndexKeys.Ascending(o => o.Number), new CreateIndexOptions { Unique = true });")]
    public Task Other_indexes_do_not(string index) => Job("RERUN1002", index);
}
