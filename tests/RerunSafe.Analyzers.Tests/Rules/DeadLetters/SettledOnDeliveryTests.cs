using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2004: settings, arguments and defaults by which a record counts as done when it is handed over.</summary>
[Parallelizable(ParallelScope.All)]
public class SettledOnDeliveryTests
{
    private static string KafkaSource(string config, string work = "await table.UpsertAsync(Order.Parse(result.Message.Value));", string more = "") => $$"""
        using Confluent.Kafka;

        public class Worker(OrderTable table, IOrderHandler handler, ILogger<Worker> logger, Microsoft.Extensions.Configuration.IConfiguration settings, bool flag) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                {{config}}
                using var consumer = new ConsumerBuilder<string, string>(config).Build();
                consumer.Subscribe("orders");
                while (!stopping.IsCancellationRequested)
                {
                    var result = consumer.Consume(stopping);
                    {{work}}
                }
                await Task.CompletedTask;
            }
            {{more}}
        }
        """ + Brokers.Orders;

    private static Task Kafka(string config, string work = "await table.UpsertAsync(Order.Parse(result.Message.Value));", string more = "") =>
        Verify.LibraryAsync(KafkaSource(config, work, more), Brokers.Kafka);

    [TestCase("var config = new ConsumerConfig { GroupId = \"orders\", {|RERUN2004:EnableAutoCommit = true|} };")]
    [TestCase("var config = new ConsumerConfig { GroupId = \"orders\" }; {|RERUN2004:config.EnableAutoCommit = true|};")]
    [TestCase("var config = new ConsumerConfig { GroupId = \"orders\" }; config.Set({|RERUN2004:\"enable.auto.commit\"|}, \"true\");")]
    [TestCase("var config = new ConsumerConfig { {|RERUN2004:EnableAutoCommit = true|}, EnableAutoOffsetStore = true };")]
    [TestCase("var config = new {|RERUN2004:ConsumerConfig|} { GroupId = \"orders\" };")]
    [TestCase("var config = new {|RERUN2004:ConsumerConfig|}(); config.GroupId = \"orders\";")]
    public Task Auto_commit_said_or_left_on(string config) => Kafka(config);

    [TestCase("var config = new ConsumerConfig { EnableAutoCommit = false };")]
    [TestCase("var config = new ConsumerConfig { EnableAutoOffsetStore = false };")]
    [TestCase("var config = new ConsumerConfig { EnableAutoCommit = true, EnableAutoOffsetStore = false };")]
    [TestCase("var config = new ConsumerConfig { EnableAutoCommit = flag };")]
    [TestCase("var config = new ConsumerConfig { GroupId = \"orders\" }; config.EnableAutoCommit = false;")]
    [TestCase("var config = new ConsumerConfig { GroupId = \"orders\" }; config.Set(\"enable.auto.commit\", \"false\");")]
    [TestCase("var config = new ConsumerConfig(new Dictionary<string, string> { [\"enable.auto.commit\"] = \"false\" });")]
    [TestCase("var config = new ConsumerConfig(); Microsoft.Extensions.Configuration.ConfigurationBinder.Bind(settings, config);")]
    public Task Auto_commit_switched_off_or_not_to_be_seen(string config) => Kafka(config);

    [TestCase("logger.LogInformation(\"{Value}\", result.Message.Value);")]
    [TestCase("Console.WriteLine(Order.Parse(result.Message.Value));")]
    public Task A_consumer_that_writes_nothing(string work) => Kafka("var config = new ConsumerConfig { EnableAutoCommit = true };", work);

    [Test]
    public Task At_most_once_is_declared() => Verify.LibraryAsync(
        KafkaSource("var config = new ConsumerConfig { EnableAutoCommit = true };").Replace("public class Worker", "[RerunSafe.AtMostOnce] public class Worker", StringComparison.Ordinal), Brokers.Kafka);

    [Test]
    public Task What_is_said_is_a_warning_where_a_write_is_to_be_seen() =>
        Verify.SeverityAsync("RERUN2004", DiagnosticSeverity.Warning, KafkaSource("var config = new ConsumerConfig { EnableAutoCommit = true };") + Brokers.Kafka);

    [Test]
    public Task What_is_said_is_a_suggestion_where_a_handler_is_handed_the_record() =>
        Verify.SeverityAsync("RERUN2004", DiagnosticSeverity.Info, KafkaSource("var config = new ConsumerConfig { EnableAutoCommit = true };", "await handler.HandleAsync(Order.Parse(result.Message.Value));") + Brokers.Kafka);

    [Test]
    public Task What_is_left_on_is_a_suggestion() =>
        Verify.SeverityAsync("RERUN2004", DiagnosticSeverity.Info, KafkaSource("var config = new ConsumerConfig { GroupId = \"orders\" };") + Brokers.Kafka);

    [Test]
    public Task Settings_in_the_constructor_and_a_delegate_that_is_handed_the_record() => Verify.LibraryAsync("""
        using Confluent.Kafka;

        public class Receiver : BackgroundService
        {
            private readonly IConsumer<string, string> _consumer;
            private readonly Func<Order, Task> _action;

            public Receiver(string servers, Func<Order, Task> action)
            {
                var config = new {|RERUN2004:ConsumerConfig|} { GroupId = "orders", BootstrapServers = servers };
                _consumer = new ConsumerBuilder<string, string>(config).Build();
                _action = action;
            }

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var result = _consumer.Consume(stopping);
                    await _action(Order.Parse(result.Message.Value));
                }
            }
        }
        """ + Brokers.Orders, Brokers.Kafka);

    private static Task Rabbit(string subscribe, string handler = "await table.UpsertAsync(Order.Parse(System.Text.Encoding.UTF8.GetString(args.Body.Span)));") => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Worker(IChannel channel, OrderTable table, IOrderHandler orders, ILogger<Worker> logger, bool flag) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (_, args) =>
                {
                    {{handler}}
                    await Task.CompletedTask;
                };
                {{subscribe}}
            }
        }
        """ + Brokers.Orders, Brokers.Rabbit);

    [TestCase("await channel.BasicConsumeAsync(\"orders\", {|RERUN2004:true|}, consumer);")]
    [TestCase("await channel.BasicConsumeAsync(queue: \"orders\", {|RERUN2004:autoAck: true|}, consumer: consumer, cancellationToken: stopping);")]
    [TestCase("await channel.BasicConsumeAsync(\"orders\", {|RERUN2004:true|}, \"\", false, false, null, consumer, stopping);")]
    public Task Automatic_acknowledgement_by_position_and_by_name(string subscribe) => Rabbit(subscribe);

    [TestCase("await channel.BasicConsumeAsync(\"orders\", false, consumer);")]
    [TestCase("await channel.BasicConsumeAsync(\"orders\", autoAck: flag, consumer);")]
    public Task Acknowledgement_by_hand(string subscribe) => Rabbit(subscribe);

    [TestCase("logger.LogInformation(\"{Tag}\", args.DeliveryTag);")]
    [TestCase("Console.WriteLine(System.Text.Encoding.UTF8.GetString(args.Body.Span));")]
    public Task Automatic_acknowledgement_where_nothing_is_written(string handler) => Rabbit("await channel.BasicConsumeAsync(\"orders\", true, consumer);", handler);

    [Test]
    public Task Automatic_acknowledgement_with_a_method_as_handler_and_version_6() => Verify.LibraryAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Worker(IModel channel, OrderTable table) : IHostedService
        {
            public Task StartAsync(CancellationToken cancellation)
            {
                var consumer = new EventingBasicConsumer(channel);
                consumer.Received += OnReceived;
                channel.BasicConsume("orders", {|RERUN2004:true|}, consumer);
                return Task.CompletedTask;
            }

            public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

            private void OnReceived(object? sender, BasicDeliverEventArgs args) =>
                table.UpsertAsync(Order.Parse(System.Text.Encoding.UTF8.GetString(args.Body.Span))).GetAwaiter().GetResult();
        }
        """ + Brokers.Orders, Brokers.Rabbit);

    private static Task Polled(string body) => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;

        public class Worker(IModel channel, OrderTable table, System.Timers.Timer timer)
        {
            public void Start() => timer.Elapsed += async (_, _) => { {{body}} };
        }
        """ + Brokers.Orders, Brokers.Rabbit);

    [TestCase("var message = channel.BasicGet(\"orders\", {|RERUN2004:true|}); if (message is not null) await table.UpsertAsync(Order.Parse(System.Text.Encoding.UTF8.GetString(message.Body.Span)));")]
    public Task A_message_that_is_fetched_and_acknowledged_at_once(string body) => Polled(body);

    [TestCase("var message = channel.BasicGet(\"orders\", false); if (message is not null) { await table.UpsertAsync(Order.Parse(System.Text.Encoding.UTF8.GetString(message.Body.Span))); channel.BasicAck(message.DeliveryTag, false); }")]
    [TestCase("var message = channel.BasicGet(\"orders\", true); Console.WriteLine(message?.DeliveryTag);")]
    public Task A_message_that_is_fetched_and_acknowledged_later_or_only_looked_at(string body) => Polled(body);

    private static Task ServiceBus(string options, string work = "await table.UpsertAsync(Order.Parse(message.Body.ToString()));") => Verify.LibraryAsync($$"""
        using Azure.Messaging.ServiceBus;

        public class Worker(ServiceBusClient client, OrderTable table, ServiceBusReceiveMode mode) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                var receiver = client.CreateReceiver("orders", new ServiceBusReceiverOptions { {{options}} });
                while (!stopping.IsCancellationRequested)
                {
                    var message = await receiver.ReceiveMessageAsync(cancellationToken: stopping);
                    if (message is null) continue;
                    {{work}}
                }
            }
        }
        """ + Brokers.Orders, Brokers.ServiceBus);

    [TestCase("{|RERUN2004:ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete|}")]
    public Task Received_and_deleted(string options) => ServiceBus(options);

    [TestCase("")]
    [TestCase("ReceiveMode = ServiceBusReceiveMode.PeekLock")]
    [TestCase("ReceiveMode = mode")]
    public Task Received_and_locked(string options) => ServiceBus(options, "await table.UpsertAsync(Order.Parse(message.Body.ToString())); await receiver.CompleteMessageAsync(message);");

    [TestCase("new() { GroupId = \"orders\", {|RERUN2004:EnableAutoCommit = true|} }")]
    [TestCase("{|RERUN2004:new() { GroupId = \"orders\" }|}")]
    [TestCase("new() { GroupId = \"orders\", EnableAutoCommit = false }")]
    public Task Settings_in_a_field(string config) => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Worker(OrderTable table) : BackgroundService
        {
            private readonly ConsumerConfig _config = {{config}};

            protected override Task ExecuteAsync(CancellationToken stopping) => Task.Run(async () =>
            {
                using var consumer = new ConsumerBuilder<string, string>(_config).Build();
                while (!stopping.IsCancellationRequested)
                {
                    try
                    {
                        var result = consumer.Consume(stopping);
                        await table.UpsertAsync(Order.Parse(result.Message.Value));
                    }
                    catch (ConsumeException) { }
                }
            });
        }
        """ + Brokers.Orders, Brokers.Kafka);

    [TestCase("{|RERUN2004:EnableAutoCommit = true|}")]
    [TestCase("EnableAutoCommit = true, EnableAutoOffsetStore = false")]
    public Task A_program_with_a_loop(string config) => Verify.ProgramAsync($$"""
        using Confluent.Kafka;

        var table = new OrderTable(new SqliteConnection());
        var config = new ConsumerConfig { GroupId = "orders", {{config}} };
        using (var consumer = new ConsumerBuilder<string, string>(config).Build())
        {
            consumer.Subscribe("orders");
            while (true)
            {
                try
                {
                    var result = consumer.Consume();
                    await table.UpsertAsync(Order.Parse(result.Message.Value));
                }
                catch (ConsumeException e) { Console.WriteLine(e); }
            }
        }
        """ + Brokers.Orders, Brokers.Kafka);

    private static Task Redis(string body) => Verify.LibraryAsync($$"""
        using StackExchange.Redis;

        public class Worker(IDatabase redis, OrderTable table) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    {{body}}
                    await Task.Delay(100, stopping);
                }
            }
        }

        namespace StackExchange.Redis
        {
            public enum CommandFlags { None }
            public readonly struct RedisValue { public bool HasValue => true; }
            public readonly struct RedisKey { public static implicit operator RedisKey(string key) => default; }
            public interface IDatabaseAsync { Task<RedisValue> ListRightPopAsync(RedisKey key, CommandFlags flags = CommandFlags.None); }
            public interface IDatabase : IDatabaseAsync;
        }
        """ + Brokers.Orders);

    [TestCase("var line = await {|RERUN2004:redis.ListRightPopAsync(\"orders\")|}; if (line.HasValue) await table.UpsertAsync(Order.Parse(line.ToString()!));")]
    [TestCase("var line = await redis.ListRightPopAsync(\"orders\"); if (line.HasValue) Console.WriteLine(line);")]
    public Task Popped_from_a_list(string body) => Redis(body);

    [Test]
    public Task Event_Hubs_checkpoints_first_and_last() => Verify.LibraryAsync("""
        using Azure.Messaging.EventHubs;
        using Azure.Messaging.EventHubs.Processor;

        public class Worker(EventProcessorClient first, EventProcessorClient last, OrderTable table)
        {
            public void Start()
            {
                first.ProcessEventAsync += async args =>
                {
                    await {|RERUN2004:args.UpdateCheckpointAsync()|};
                    await table.UpsertAsync(Order.Parse(args.Data.EventBody.ToString()));
                };
                last.ProcessEventAsync += async args =>
                {
                    if (!args.HasEvent) return;
                    await table.UpsertAsync(Order.Parse(args.Data.EventBody.ToString()));
                    await args.UpdateCheckpointAsync();
                };
            }
        }

        namespace Azure.Messaging.EventHubs
        {
            public class EventData { public BinaryData EventBody { get; } = new(""); }
            public class EventProcessorClient { public event Func<ProcessEventArgs, Task>? ProcessEventAsync; }
        }

        namespace Azure.Messaging.EventHubs.Processor
        {
            public struct ProcessEventArgs { public bool HasEvent => true; public EventData Data => new(); public Task UpdateCheckpointAsync(CancellationToken cancellationToken = default) => Task.CompletedTask; }
        }
        """ + Brokers.Orders);
}
