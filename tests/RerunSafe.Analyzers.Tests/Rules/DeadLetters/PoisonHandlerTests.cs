namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2002 in handlers: what a throw does to the other records is the framework's word.</summary>
[Parallelizable(ParallelScope.All)]
public class PoisonHandlerTests
{
    private const string Asked = "// RERUN2002 is asked here.\n";
    private const string Parse = "System.Text.Json.JsonSerializer.Deserialize<Order>";

    private static Task Rabbit(string body) => Verify.LibraryAsync(Asked + $$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Worker(IChannel channel, IOrderStore store, ILogger<Worker> logger)
        {
            public AsyncEventingBasicConsumer Subscribe()
            {
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (sender, args) =>
                {
                    {{body}}
                    logger.LogDebug("{Store}", store);
                };
                return consumer;
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.RabbitMq);

    private const string Ack = "await channel.BasicAckAsync(args.DeliveryTag, false);";
    private const string Reject = "await channel.BasicNackAsync(args.DeliveryTag, false, false);";

    [TestCase("await store.SaveAsync({|RERUN2002:" + Parse + "(args.Body)|}!);" + Ack)]
    [TestCase("try { await store.SaveAsync(" + Parse + "(args.Body)!);" + Ack + "} {|RERUN2002:catch (Exception e)|} { logger.LogError(e, \"failed\"); }")]
    public Task A_message_that_is_never_settled_takes_up_a_place(string body) => Rabbit(body);

    [TestCase("try { await store.SaveAsync(" + Parse + "(args.Body)!);" + Ack + "} catch (Exception e) { logger.LogError(e, \"failed\");" + Reject + "}")]
    [TestCase("try { await store.SaveAsync(" + Parse + "(args.Body)!);" + Ack + "} catch (OperationCanceledException) { logger.LogDebug(\"stopping\"); }")]
    [TestCase("try { await store.SaveAsync(" + Parse + "(args.Body)!);" + Ack + "} catch (System.Text.Json.JsonException e) { logger.LogError(e, \"failed\");" + Reject + "}")]
    [TestCase("await store.SaveLineAsync(args.Body);" + Ack)]
    public Task It_is_settled_one_way_or_another(string body) => Rabbit(body);

    private static Task Function(string trigger, string body) => Verify.LibraryAsync(Asked + $$"""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store, ILogger<OrderFunction> logger)
        {
            [Function("orders")]
            public async Task Run({{trigger}})
            {
                {{body}}
                logger.LogDebug("{Store}", store);
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.Functions);

    [Test]
    public Task One_bad_event_takes_the_rest_of_its_batch_along() => Function(
        "[EventHubTrigger(\"orders\")] string[] events", "foreach (var text in events) await store.SaveAsync({|RERUN2002:" + Parse + "(text)|}!);");

    [Test]
    public Task One_bad_event_is_set_aside() => Function(
        "[EventHubTrigger(\"orders\")] string[] events",
        "foreach (var text in events) { try { await store.SaveAsync(" + Parse + "(text)!); } catch (System.Text.Json.JsonException e) { await File.AppendAllTextAsync(\"orders.bad\", text + e.Message); } }");

    [Test]
    public Task A_queue_dead_letters_its_message() => Function("[QueueTrigger(\"orders\")] string text", "await store.SaveAsync(" + Parse + "(text)!);");

    private static Task Rows(string configuration, string body) => Verify.LibraryAsync(Asked + $$"""
        using System.Globalization;
        using CsvHelper;
        using CsvHelper.Configuration;

        public class Worker(IOrderStore store, StreamWriter bad, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { {{configuration}} };
                using var csv = new CsvReader(new StreamReader("orders.csv"), configuration);
                {{body}}
                logger.LogDebug("{A} {B}", store, bad);
            }
        }
        """ + ConsumerStubs.Types);

    [TestCase("Delimiter = \";\"", "foreach (var order in {|RERUN2002:csv.GetRecords<Order>()|}) await store.SaveAsync(order);")]
    [TestCase("{|RERUN2001:ReadingExceptionOccurred|} = args => { logger.LogWarning(args.Exception, \"bad row\"); return false; }", "foreach (var order in csv.GetRecords<Order>()) await store.SaveAsync(order);")]
    [TestCase("", "while (await csv.ReadAsync()) { try { await store.SaveAsync(csv.GetRecord<Order>()); } {|RERUN2001:catch (CsvHelperException e)|} { logger.LogWarning(e, \"bad row\"); } }")]
    public Task A_row_that_cannot_be_read(string configuration, string body) => Rows(configuration, body);

    [TestCase("ReadingExceptionOccurred = args => { bad.WriteLine(args.Exception.Context!.Parser!.RawRecord + args.Exception.Message); return false; }", "foreach (var order in csv.GetRecords<Order>()) await store.SaveAsync(order);")]
    [TestCase("", "var orders = csv.GetRecords<Order>().ToList(); foreach (var order in orders) logger.LogDebug(\"{Id}\", order.Id);")]
    [TestCase("", "while (await csv.ReadAsync()) { try { await store.SaveAsync(csv.GetRecord<Order>()); } catch (CsvHelperException e) { await bad.WriteLineAsync(csv.Parser.RawRecord + e.Message); } }")]
    public Task A_row_that_is_set_aside(string configuration, string body) => Rows(configuration, body);
}
