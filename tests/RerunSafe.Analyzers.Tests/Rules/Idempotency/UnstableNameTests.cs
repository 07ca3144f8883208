namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1005 and RERUN1006 in the names of blobs, files and output bindings.</summary>
[Parallelizable(ParallelScope.All)]
public class UnstableNameTests
{
    private static Task Consumer(string body, string members = "") => Verify.LibraryAsync($$"""
        using Azure.Storage.Blobs;
        using MassTransit;

        public record OrderPlaced(string Number, DateTime PlacedAt);
        public class OrderConsumer(BlobContainerClient container) : IConsumer<OrderPlaced>
        {
            public async Task Consume(ConsumeContext<OrderPlaced> context)
            {
                var order = context.Message;
                {{body}}
                GC.KeepAlive((order, container));
                await Task.CompletedTask;
            }

            {{members}}
        }
        """, StoreStubs.MassTransit, StoreStubs.Blobs);

    [TestCase("await container.GetBlobClient($\"orders/{order.Number}-{{|RERUN1005:DateTime.UtcNow|}:yyyyMMddHHmmss}.json\").UploadAsync(new MemoryStream());")]
    [TestCase("await container.UploadBlobAsync(\"orders/\" + {|RERUN1005:DateTime.UtcNow|}.Ticks, new MemoryStream());")]
    [TestCase("var now = {|RERUN1005:DateTime.UtcNow|}; await container.UploadBlobAsync(string.Format(\"{0}.json\", now.ToString(\"yyyyMMdd_HHmmss\")), new MemoryStream());")]
    [TestCase("await File.WriteAllTextAsync($\"out/{{|RERUN1005:Guid.NewGuid()|}}.json\", order.Number);")]
    public Task A_name_that_shows_the_time_or_a_random_part(string body) => Consumer(body);

    [Test]
    public Task A_helper_that_makes_the_name() => Consumer(
        "await {|RERUN1005:container.UploadBlobAsync(NameOf(order), new MemoryStream())|};",
        "private static string NameOf(OrderPlaced order) => $\"{order.Number}-{DateTime.UtcNow:yyyyMMddHHmmss}.json\";");

    // One helper uploads everything; each caller brings a name of its own.
    [Test]
    public Task A_helper_that_uploads_under_the_names_of_its_callers() => Consumer(
        "await {|RERUN1005:UploadAsync(NameOf(order))|}; await UploadAsync(order.Number);",
        """
        private async Task UploadAsync(string name) => await container.GetBlobClient(name).UploadAsync(new MemoryStream());
        private static string NameOf(OrderPlaced order) => $"{order.Number}-{Guid.NewGuid()}.json";
        """);

    [Test]
    public Task A_helper_that_uploads_under_the_day_of_one_of_its_callers() => Consumer(
        "await UploadAsync(Names.Of(order)); await UploadAsync(order.Number);",
        """
        private async Task UploadAsync(string name) => await container.GetBlobClient(name).UploadAsync(new MemoryStream());
        private static class Names { public static string Of(OrderPlaced order) => $"{order.Number}-{{|RERUN1006:DateTime.UtcNow|}.ToString("yyyyMMdd")}.json"; }
        """);

    [Test]
    public Task A_helper_whose_callers_name_records_and_archives() => Consumer(
        "await UploadAsync($\"archive/{order.Number}-{DateTime.UtcNow:yyyyMMddHHmmss}\"); await UploadAsync(order.Number);",
        "private async Task UploadAsync(string name) => await container.GetBlobClient(name).UploadAsync(new MemoryStream());");

    private static string Export(string body) => $$"""
        using Azure.Storage.Blobs;
        public class ExportJob(BlobContainerClient container) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var orders = new List<string>(await File.ReadAllLinesAsync("orders.csv", stoppingToken));
                {{body}}
                GC.KeepAlive((orders, container));
            }
        }
        """;

    [Test]
    public Task A_job_that_leaves_one_object_for_each_record() => Verify.LibraryAsync(Export(
        "foreach (var order in orders) await container.UploadBlobAsync($\"{order}-{{|RERUN1005:DateTime.UtcNow|}:yyyyMMddHHmmss}.json\", new MemoryStream());"), StoreStubs.Blobs);

    [TestCase("await container.UploadBlobAsync($\"export-{DateTime.UtcNow:yyyyMMddHHmmss}.json\", new MemoryStream());")]
    [TestCase("foreach (var order in orders) await container.UploadBlobAsync($\"{order}.json\", new MemoryStream());")]
    public Task A_job_that_leaves_one_object_for_each_run(string body) => Verify.LibraryAsync(Export(body), StoreStubs.Blobs);

    [TestCase("await container.UploadBlobAsync($\"{{|RERUN1006:DateTime.UtcNow|}:yyyy/MM/dd}/{order.Number}.json\", new MemoryStream());")]
    [TestCase("await container.GetBlobClient($\"{{|RERUN1006:DateTime.UtcNow|}:yyyyMMdd}/{order.Number}.json\").UploadAsync(new MemoryStream());")]
    public Task A_name_that_shows_the_day_of_the_run(string body) => Consumer(body);

    [TestCase("await container.UploadBlobAsync($\"orders/{order.PlacedAt:yyyyMMddHHmmss}-{order.Number}.json\", new MemoryStream());")]
    [TestCase("await container.UploadBlobAsync($\"archive/{order.Number}-{DateTime.UtcNow:yyyyMMddHHmmss}.json\", new MemoryStream());")]
    [TestCase("await container.UploadBlobAsync($\"backup/{DateTime.UtcNow:yyyyMMdd}.json\", new MemoryStream());")]
    [TestCase("await container.UploadBlobAsync($\"errors/{Guid.NewGuid()}.json\".Replace(\"errors\", \"failed_record\"), new MemoryStream());")]
    [TestCase("await container.GetBlobClient($\"orders/{DateTime.UtcNow:yyyyMMdd}.json\").DownloadToAsync(new MemoryStream());")]
    [TestCase("var path = $\"work/{Guid.NewGuid()}.json\"; await File.WriteAllTextAsync(path, order.Number); File.Delete(path);")]
    [TestCase("await container.UploadBlobAsync(NameOf(order, DateTime.UtcNow), new MemoryStream());")]
    public Task Names_from_the_record_and_copies_that_each_run_leaves_for_itself(string body) => Consumer(
        body, "private static string NameOf(OrderPlaced order, DateTime now) => now.Year > 2000 ? order.Number : \"old\";");

    private const string Functions = """
        namespace Microsoft.Azure.Functions.Worker
        {
            public class FunctionAttribute(string name) : Attribute { public string Name { get; } = name; }
            public class QueueTriggerAttribute(string queueName) : Attribute { public string QueueName { get; } = queueName; }
            public class BlobTriggerAttribute(string blobPath) : Attribute { public string BlobPath { get; } = blobPath; }
            public class BlobOutputAttribute(string blobPath) : Attribute { public string BlobPath { get; } = blobPath; }
            public class BlobInputAttribute(string blobPath) : Attribute { public string BlobPath { get; } = blobPath; }
        }
        """;

    private static Task Function(string member, string types = "") => Verify.LibraryAsync(
        "using Microsoft.Azure.Functions.Worker; public class Orders { " + member + " } " + types, Functions);

    [TestCase("[Function(\"orders\")] [{|RERUN1005:BlobOutput(\"orders/{rand-guid}.json\")|}] public string Run([QueueTrigger(\"orders\")] string order) => order;")]
    [TestCase("[Function(\"orders\")] [{|RERUN1005:BlobOutput(\"orders/{DateTime}.json\")|}] public string Run([QueueTrigger(\"orders\")] string order) => order;")]
    public Task An_output_whose_name_the_host_draws(string member) => Function(member);

    [TestCase("[Function(\"orders\")] [BlobOutput(\"orders/{queueTrigger}.json\")] public string Run([QueueTrigger(\"orders\")] string order) => order;")]
    [TestCase("[Function(\"orders\")] [BlobOutput(\"orders/{name}-out.json\")] public string Run([BlobTrigger(\"in/{name}\")] string order) => order;")]
    [TestCase("[BlobOutput(\"orders/{rand-guid}.json\")] public string Run(string order) => order;")]
    public Task An_output_that_is_named_after_its_input_and_one_that_nobody_calls(string member) => Function(member);

    [Test]
    public Task Entities_that_are_marked_as_added() => Verify.LibraryAsync(Shop.PerLine(
        "{|RERUN1002:db.Entry(new Order { Number = id })|}.State = EntityState.Added; await db.SaveChangesAsync(stoppingToken);"));

    [TestCase("db.Entry(new Order { Id = 1, Number = id }).State = EntityState.Modified; await db.SaveChangesAsync(stoppingToken);")]
    [TestCase("if (!await db.Orders.AnyAsync(o => o.Number == id)) db.Entry(new Order { Number = id }).State = EntityState.Added; await db.SaveChangesAsync(stoppingToken);")]
    [TestCase("var known = await db.Orders.FirstOrDefaultAsync(o => o.Number == id); if (known is not null) db.Entry(known).State = EntityState.Unchanged; await db.SaveChangesAsync(stoppingToken);")]
    public Task Entities_in_other_states_or_looked_up(string body) => Verify.LibraryAsync(Shop.PerLine(body));
}
