namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1005 through typed APIs: entities, documents, table entities, blobs, messages.</summary>
[Parallelizable(ParallelScope.All)]
public class UnstableEntityKeyTests
{
    private const string Shop = """
        public class Order { public Guid Id { get; set; } public string? Number { get; set; } }
        public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        """;

    private static Task Ef(string body, string members = "", string types = Shop) =>
        Verify.LibraryAsync(Jobs.PerLine(body, "private readonly ShopContext shop = new();" + members, types));

    private static Task Consumer(string body, string parameters, string stub, string types = "", string usings = "") => Verify.LibraryAsync($$"""
        using MassTransit;
        {{usings}}

        public record OrderPlaced(string Number, decimal Amount);
        {{types}}
        public class OrderConsumer({{parameters}}) : IConsumer<OrderPlaced>
        {
            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = context.Message;
                {{body}}
                await Task.CompletedTask;
            }
        }
        """, StoreStubs.MassTransit, stub);

    [Test]
    public Task An_entity_with_a_new_key() => Ef("""
        shop.Orders.Add(new Order { Id = {|RERUN1005:Guid.NewGuid()|}, Number = id });
        await shop.SaveChangesAsync();
        """);

    [Test]
    public Task The_key_is_assigned_later() => Ef("""
        var order = new Order { Number = id };
        order.Id = {|RERUN1005:Guid.NewGuid()|};
        await shop.AddAsync(order);
        """);

    [Test]
    public Task A_list_is_filled_and_added() => Ef("""
        var orders = new List<Order>();
        orders.Add(new Order { Id = {|RERUN1005:Guid.NewGuid()|}, Number = id });
        shop.Orders.AddRange(orders);
        """);

    [Test]
    public Task A_repository_takes_what_the_caller_makes() => Verify.LibraryAsync($$"""
        using Microsoft.EntityFrameworkCore;
        {{Shop}}
        public class Repository<T>(DbContext context) where T : class
        {
            public void Add(T entity) => context.Set<T>().Add(entity);
        }

        public class OrderImport(Repository<Order> orders) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    orders.Add(new Order { Id = {|RERUN1005:Guid.NewGuid()|}, Number = line });
                await Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task A_factory_makes_the_entity() => Ef(
        "{|RERUN1005:shop.Orders.Add(Order.Create(id))|};",
        types: """
            public class Order
            {
                private Order(Guid id, string number) { Id = id; Number = number; }
                public static Order Create(string number) => new(Guid.NewGuid(), number);
                public Guid Id { get; private set; }
                public string Number { get; private set; }
            }
            public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
            """);

    [Test]
    public Task A_base_class_draws_the_key() => Ef(
        "{|RERUN1005:shop.Orders.Add(new Order { Number = id })|};",
        types: """
            public abstract class Entity { public string Id { get; set; } = Guid.NewGuid().ToString(); }
            public class Order : Entity { public string? Number { get; set; } }
            public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
            """);

    [Test]
    public Task A_document_with_a_new_id() => Consumer(
        "await orders.InsertOneAsync(new OrderDocument { Id = {|RERUN1005:ObjectId.GenerateNewId()|}, Number = order.Number });",
        "IMongoCollection<OrderDocument> orders", StoreStubs.Mongo, "public class OrderDocument { public ObjectId Id { get; set; } public string? Number { get; set; } }",
        "using MongoDB.Bson; using MongoDB.Driver;");

    [Test]
    public Task An_upsert_never_meets_a_new_id() => Consumer(
        """await container.UpsertItemAsync(new { id = {|RERUN1005:Guid.NewGuid()|}.ToString(), order.Number });""",
        "Container container", StoreStubs.Cosmos, usings: "using Microsoft.Azure.Cosmos;");

    [Test]
    public Task A_new_row_key() => Consumer(
        """await table.AddEntityAsync(new TableEntity(order.Number, {|RERUN1005:Guid.NewGuid()|}.ToString()));""",
        "TableClient table", StoreStubs.Tables, usings: "using Azure.Data.Tables;");

    [Test]
    public Task A_new_name_for_a_blob() => Consumer(
        """
        var blob = container.GetBlobClient($"orders/{{|RERUN1005:Guid.NewGuid()|}}.json");
        await blob.UploadAsync(new MemoryStream());
        """,
        "BlobContainerClient container", StoreStubs.Blobs, usings: "using Azure.Storage.Blobs;");

    [Test]
    public Task A_new_message_id_defeats_duplicate_detection() => Consumer(
        """await sender.SendMessageAsync(new ServiceBusMessage(order.Number) { MessageId = {|RERUN1005:Guid.NewGuid()|}.ToString() });""",
        "ServiceBusSender sender", StoreStubs.ServiceBus, usings: "using Azure.Messaging.ServiceBus;");

    // Silent: whatever another rule has to say about the write.
    [Test]
    public Task The_id_comes_from_the_record() => Consumer(
        "await {|RERUN1015:orders.InsertOneAsync(new OrderDocument { Id = order.Number, TraceId = Guid.NewGuid() })|};",
        "IMongoCollection<OrderDocument> orders", StoreStubs.Mongo, "public class OrderDocument { public string? Id { get; set; } public Guid TraceId { get; set; } }",
        "using MongoDB.Driver;");

    [Test]
    public Task A_blob_that_is_named_after_the_record() => Consumer(
        """await container.GetBlobClient($"orders/{order.Number}.json").UploadAsync(new MemoryStream());""",
        "BlobContainerClient container", StoreStubs.Blobs, usings: "using Azure.Storage.Blobs;");

    [Test]
    public Task A_temporary_blob() => Consumer(
        """
        var tempName = $"{Guid.NewGuid()}.json";
        await container.GetBlobClient(tempName).UploadAsync(new MemoryStream());
        """,
        "BlobContainerClient container", StoreStubs.Blobs, usings: "using Azure.Storage.Blobs;");

    [Test]
    public Task A_blob_that_is_only_read() => Consumer(
        """await container.GetBlobClient(Guid.NewGuid().ToString()).DownloadToAsync(new MemoryStream());""",
        "BlobContainerClient container", StoreStubs.Blobs, usings: "using Azure.Storage.Blobs;");

    [Test]
    public Task A_correlation_id_beside_a_stable_message_id() => Consumer(
        """await sender.SendMessageAsync(new ServiceBusMessage(order.Number) { MessageId = order.Number, CorrelationId = Guid.NewGuid().ToString() });""",
        "ServiceBusSender sender", StoreStubs.ServiceBus, usings: "using Azure.Messaging.ServiceBus;");

    [Test]
    public Task A_look_up_of_the_set_decides() => Ef("""
        if (!await shop.Orders.AnyAsync(o => o.Number == id))
            shop.Orders.Add(new Order { Id = Guid.NewGuid(), Number = id });
        """);

    [Test]
    public Task A_unique_index_over_the_business_key_is_declared() => Ef(
        "{|RERUN1015:shop.Orders.Add(new Order { Id = Guid.NewGuid(), Number = id })|};",
        types: """
            [Index(nameof(Number), IsUnique = true)]
            public class Order { public Guid Id { get; set; } public string? Number { get; set; } }
            public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
            """);

    [Test]
    public Task An_inbox_row_is_stored_beside_it() => Ef(
        """
        shop.Add(new ProcessedMessage { Id = id });
        shop.Orders.Add(new Order { Id = Guid.NewGuid(), Number = id });
        await shop.SaveChangesAsync();
        """,
        types: Shop + "public class ProcessedMessage { public string? Id { get; set; } }");

    [Test]
    public Task An_audit_entry_has_its_own_key() => Ef(
        "shop.Add(new AuditEntry { Id = Guid.NewGuid(), Text = id });",
        types: Shop + "public class AuditEntry { public Guid Id { get; set; } public string? Text { get; set; } }");

    [Test]
    public Task The_store_gives_the_key() => Ef("{|RERUN1002:shop.Orders.Add(new Order { Number = id })|};");

    [Test]
    public Task A_key_of_another_member_is_no_key() => Ef(
        "{|RERUN1015:shop.Add(new Payment { Number = id, Reference = Guid.NewGuid() })|};",
        types: """
            public class Payment { [System.ComponentModel.DataAnnotations.Key] public string? Number { get; set; } public Guid Id { get; set; } = Guid.NewGuid(); public Guid Reference { get; set; } }
            public class ShopContext : DbContext { }
            """);
}
