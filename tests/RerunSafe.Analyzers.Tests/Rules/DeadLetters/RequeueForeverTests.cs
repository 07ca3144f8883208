using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class RequeueForeverTests
{
    private static string RabbitSource(string body, string members = "") => $$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Worker(IChannel channel, IOrderHandler handler, IResultHandler results, ILogger<Worker> logger) : BackgroundService
        {
            {{members}}

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (_, args) =>
                {
                    var text = System.Text.Encoding.UTF8.GetString(args.Body.Span);
                    {{body}}
                };
                await channel.BasicConsumeAsync("orders", autoAck: false, consumer);
            }
        }

        public interface IResultHandler { Task<bool> HandleAsync(string text, CancellationToken cancellation = default); }
        """ + Brokers.Orders;

    private static Task Rabbit(string body, string members = "") => Verify.LibraryAsync(RabbitSource(body, members), Brokers.Rabbit);

    private static Task Caught(string handler, string members = "") => Rabbit(
        "try { await handler.HandleAsync(Order.Parse(text)); await channel.BasicAckAsync(args.DeliveryTag, false); } " + handler, members);

    [TestCase("catch (Exception e) { logger.LogError(e, \"failed\"); await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }")]
    [TestCase("catch { await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, multiple: false, requeue: true)|}; }")]
    [TestCase("catch (Exception) { await {|RERUN2003:channel.BasicRejectAsync(args.DeliveryTag, requeue: true)|}; throw; }")]
    [TestCase("catch (FormatException) { await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }")]
    [TestCase("catch (System.Text.Json.JsonException) { await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }")]
    [TestCase("catch (Exception) { await Task.Delay(5000); if (channel.IsOpen) await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }")]
    public Task Put_back_whatever_has_failed(string handler) => Caught(handler);

    [TestCase("catch (Exception) { await channel.BasicNackAsync(args.DeliveryTag, false, requeue: false); }")]
    [TestCase("catch (Exception) { await channel.BasicNackAsync(args.DeliveryTag, false, requeue: !args.Redelivered); }")]
    [TestCase("catch (Exception) { if (args.Redelivered) await channel.BasicRejectAsync(args.DeliveryTag, false); else await channel.BasicNackAsync(args.DeliveryTag, false, true); }")]
    [TestCase("catch (Exception) { if (Deliveries(args.BasicProperties) < 5) await channel.BasicNackAsync(args.DeliveryTag, false, true); else await channel.BasicRejectAsync(args.DeliveryTag, false); }", "private static long Deliveries(IReadOnlyBasicProperties p) => 1;")]
    [TestCase("catch (Exception) { if (!(args.BasicProperties.Headers?.ContainsKey(\"x-death\") ?? false)) await channel.BasicNackAsync(args.DeliveryTag, false, true); else await channel.BasicRejectAsync(args.DeliveryTag, false); }")]
    [TestCase("catch (Exception) { var attempt = _tries.GetValueOrDefault(text) + 1; if (attempt < 3) await channel.BasicNackAsync(args.DeliveryTag, false, true); else await channel.BasicRejectAsync(args.DeliveryTag, false); }", "private readonly Dictionary<string, int> _tries = [];")]
    public Task Counted(string handler, string members = "") => Caught(handler, members);

    [TestCase("catch (TimeoutException) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }")]
    [TestCase("catch (HttpRequestException) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }")]
    [TestCase("catch (OperationCanceledException) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }")]
    [TestCase("catch (SqliteException) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }")]
    [TestCase("catch (Exception e) when (IsTransient(e)) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }", "private static bool IsTransient(Exception e) => e is TimeoutException;")]
    [TestCase("catch (Exception e) { if (e is TimeoutException) await channel.BasicNackAsync(args.DeliveryTag, false, true); else await channel.BasicRejectAsync(args.DeliveryTag, false); }")]
    [TestCase("catch (Exception) { if (stopping.IsCancellationRequested) await channel.BasicNackAsync(args.DeliveryTag, false, true); else await channel.BasicRejectAsync(args.DeliveryTag, false); }")]
    public Task What_may_pass(string handler, string members = "") => Caught(handler, members);

    [Test]
    public Task A_flag_that_a_catch_has_set() => Rabbit("""
        var ok = true;
        try { await handler.HandleAsync(Order.Parse(text)); } catch (Exception e) { logger.LogError(e, "failed"); ok = false; }
        if (ok) await channel.BasicAckAsync(args.DeliveryTag, false); else await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|};
        """);

    [Test]
    public Task A_handler_that_says_no() => Verify.SeverityAsync("RERUN2003", DiagnosticSeverity.Info, RabbitSource("""
        if (await results.HandleAsync(text)) await channel.BasicAckAsync(args.DeliveryTag, false);
        else await channel.BasicNackAsync(args.DeliveryTag, false, true);
        """) + Brokers.Rabbit);

    [Test]
    public Task A_catch_of_every_failure_is_a_warning() => Verify.SeverityAsync("RERUN2003", DiagnosticSeverity.Warning, RabbitSource("""
        try { await handler.HandleAsync(Order.Parse(text)); } catch (Exception) { await channel.BasicNackAsync(args.DeliveryTag, false, true); throw; }
        """) + Brokers.Rabbit);

    [TestCase("public async Task RejectAsync(ulong tag) => await channel.BasicRejectAsync(tag, true);")]
    [TestCase("public async Task RejectAsync(ulong tag) { if (channel.IsOpen) await channel.BasicRejectAsync(tag, true); }")]
    [TestCase("public async Task PauseAsync(ulong tag, bool paused) { if (paused) await channel.BasicNackAsync(tag, false, true); }")]
    public Task A_helper_that_only_passes_it_on(string member) => Rabbit("await handler.HandleAsync(Order.Parse(text));", member);

    private static Task WithQueue(string arguments) => Rabbit(
        "try { await handler.HandleAsync(Order.Parse(text)); } catch (Exception) { await channel.BasicNackAsync(args.DeliveryTag, false, true); }",
        "private Task Declare() => channel.QueueDeclareAsync(\"orders\", true, false, false, new Dictionary<string, object?> { " + arguments + " });");

    [TestCase("[\"x-dead-letter-exchange\"] = \"dead\", [\"x-delivery-limit\"] = 5")]
    [TestCase("{ \"x-queue-type\", \"quorum\" }, { \"x-dead-letter-exchange\", \"dead\" }")]
    public Task A_queue_that_counts_and_dead_letters(string arguments) => WithQueue(arguments);

    [Test]
    public Task A_quorum_queue_without_a_dead_letter_exchange_drops_it() => Rabbit(
        "try { await handler.HandleAsync(Order.Parse(text)); } catch (Exception) { await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }",
        "private Task Declare() => channel.{|RERUN2005:QueueDeclareAsync|}(\"orders\", true, false, false, new Dictionary<string, object?> { [\"x-queue-type\"] = \"quorum\" });");

    [Test]
    public Task A_dead_letter_exchange_without_a_limit_is_never_reached() => Rabbit(
        "try { await handler.HandleAsync(Order.Parse(text)); } catch (Exception) { await {|RERUN2003:channel.BasicNackAsync(args.DeliveryTag, false, true)|}; }",
        "private Task Declare() => channel.QueueDeclareAsync(\"orders\", true, false, false, new Dictionary<string, object?> { [\"x-dead-letter-exchange\"] = \"dead\" });");

    [TestCase("catch (Exception) { await args.AbandonMessageAsync(args.Message); throw; }")]
    [TestCase("catch (Exception) { await args.AbandonMessageAsync(args.Message); }")]
    public Task Service_Bus_counts_and_dead_letters_by_itself(string handler) => Verify.LibraryAsync($$"""
        using Azure.Messaging.ServiceBus;

        public class Worker(ServiceBusProcessor processor, IOrderHandler handler)
        {
            public void Start() => processor.ProcessMessageAsync += OnMessageAsync;

            private async Task OnMessageAsync(ProcessMessageEventArgs args)
            {
                try { await handler.HandleAsync(Order.Parse(args.Message.Body.ToString())); }
                {{handler}}
            }
        }
        """ + Brokers.Orders, Brokers.ServiceBus);

    [Test]
    public Task Sqs_has_its_redrive_policy_elsewhere() => Verify.LibraryAsync("""
        using Amazon.SQS;

        public class Worker(IAmazonSQS sqs, IOrderHandler handler, string url)
        {
            public async Task HandleAsync(Amazon.SQS.Model.Message message)
            {
                try { await handler.HandleAsync(Order.Parse(message.Body)); await sqs.DeleteMessageAsync(url, message.ReceiptHandle); }
                catch (Exception) { await sqs.ChangeMessageVisibilityAsync(url, message.ReceiptHandle, 30); }
            }
        }
        """ + Brokers.Orders, Brokers.Sqs);

    private static Task Kafka(string handler) => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IOrderHandler handler) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (true)
                {
                    var result = consumer.Consume(stopping);
                    try { await handler.HandleAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); }
                    {{handler}}
                }
            }
        }
        """ + Brokers.Orders, Brokers.Kafka);

    [TestCase("catch (Exception) { {|RERUN2003:consumer.Seek(result.TopicPartitionOffset)|}; }")]
    public Task A_partition_that_stands_still(string handler) => Kafka(handler);

    [TestCase("catch (TimeoutException) { consumer.Seek(result.TopicPartitionOffset); }")]
    [TestCase("catch (Exception e) when (e is TimeoutException) { consumer.Seek(result.TopicPartitionOffset); }")]
    public Task A_partition_that_waits_for_its_database(string handler) => Kafka(handler);
}
