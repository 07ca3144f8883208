namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>
/// Stubs of the public shape of the brokers' clients, as far as tests of settlement need them: their packages bring native
/// libraries, or types that meet those of others. RealMemberTests check the IDs that the catalogue has of them.
/// </summary>
internal static class Brokers
{
    public const string Kafka = """
        namespace Confluent.Kafka
        {
            public class Message<TKey, TValue> { public TKey Key { get; set; } = default!; public TValue Value { get; set; } = default!; }
            public class TopicPartitionOffset;
            public class ConsumeResult<TKey, TValue> { public Message<TKey, TValue> Message { get; set; } = new(); public bool IsPartitionEOF { get; set; } public TopicPartitionOffset TopicPartitionOffset { get; set; } = new(); }
            public class ConsumeException : Exception;
            public class DeliveryReport<TKey, TValue>;
            public class Config { public void Set(string key, string val) { } }
            public class ClientConfig : Config { public string? BootstrapServers { get; set; } }

            public class ConsumerConfig : ClientConfig
            {
                public ConsumerConfig() { }
                public ConsumerConfig(IDictionary<string, string> config) { }
                public string? GroupId { get; set; }
                public bool? EnableAutoCommit { get; set; }
                public bool? EnableAutoOffsetStore { get; set; }
            }

            public interface IConsumer<TKey, TValue> : IDisposable
            {
                void Subscribe(string topic);
                ConsumeResult<TKey, TValue> Consume(CancellationToken cancellationToken = default);
                List<TopicPartitionOffset> Commit();
                void Commit(ConsumeResult<TKey, TValue> result);
                void StoreOffset(ConsumeResult<TKey, TValue> result);
                void Seek(TopicPartitionOffset tpo);
            }

            public class ConsumerBuilder<TKey, TValue>
            {
                public ConsumerBuilder(IEnumerable<KeyValuePair<string, string>> config) { }
                public ConsumerBuilder(ConsumerConfig config) { }
                public IConsumer<TKey, TValue> Build() => null!;
            }

            public interface IProducer<TKey, TValue>
            {
                Task<DeliveryReport<TKey, TValue>> ProduceAsync(string topic, Message<TKey, TValue> message, CancellationToken cancellationToken = default);
                void Produce(string topic, Message<TKey, TValue> message, Action<DeliveryReport<TKey, TValue>>? deliveryHandler = null);
                void Flush(CancellationToken cancellationToken = default);
                int Flush(TimeSpan timeout);
            }
        }
        """;

    public const string Rabbit = """
        namespace RabbitMQ.Client
        {
            public interface IReadOnlyBasicProperties { IDictionary<string, object?>? Headers { get; } string? ReplyTo { get; } }
            public class BasicProperties : IReadOnlyBasicProperties { public IDictionary<string, object?>? Headers { get; set; } public string? ReplyTo { get; set; } public string? MessageId { get; set; } }
            public class BasicGetResult { public ulong DeliveryTag { get; set; } public bool Redelivered { get; set; } public ReadOnlyMemory<byte> Body { get; set; } }
            public interface IAsyncBasicConsumer;
            public class QueueDeclareOk;

            public interface IChannel : IAsyncDisposable
            {
                bool IsOpen { get; }
                ValueTask BasicAckAsync(ulong deliveryTag, bool multiple, CancellationToken cancellationToken = default);
                ValueTask BasicNackAsync(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken = default);
                ValueTask BasicRejectAsync(ulong deliveryTag, bool requeue, CancellationToken cancellationToken = default);
                Task<BasicGetResult?> BasicGetAsync(string queue, bool autoAck, CancellationToken cancellationToken = default);
                Task<string> BasicConsumeAsync(string queue, bool autoAck, string consumerTag, bool noLocal, bool exclusive, IDictionary<string, object?>? arguments, IAsyncBasicConsumer consumer, CancellationToken cancellationToken = default);
                ValueTask BasicPublishAsync(string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);
                Task<QueueDeclareOk> QueueDeclareAsync(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object?>? arguments = null, bool passive = false, bool noWait = false, CancellationToken cancellationToken = default);
            }

            public static class IChannelExtensions
            {
                public static Task<string> BasicConsumeAsync(this IChannel channel, string queue, bool autoAck, IAsyncBasicConsumer consumer, CancellationToken cancellationToken = default) => null!;
                public static Task<QueueDeclareOk> QueueDeclareAsync(this IChannel channel, string queue = "", bool durable = false, bool exclusive = true, bool autoDelete = true, IDictionary<string, object?>? arguments = null, bool noWait = false, CancellationToken cancellationToken = default) => null!;
            }

            public interface IModel
            {
                void BasicAck(ulong deliveryTag, bool multiple);
                void BasicNack(ulong deliveryTag, bool multiple, bool requeue);
                void BasicReject(ulong deliveryTag, bool requeue);
                BasicGetResult? BasicGet(string queue, bool autoAck);
                string BasicConsume(string queue, bool autoAck, string consumerTag, bool noLocal, bool exclusive, IDictionary<string, object>? arguments, object consumer);
                QueueDeclareOk QueueDeclare(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object>? arguments);
            }

            public static class IModelExensions
            {
                public static string BasicConsume(this IModel model, string queue, bool autoAck, object consumer) => "";
                public static QueueDeclareOk QueueDeclare(this IModel model, string queue = "", bool durable = false, bool exclusive = true, bool autoDelete = true, IDictionary<string, object>? arguments = null) => null!;
            }
        }

        namespace RabbitMQ.Client.Events
        {
            public delegate Task AsyncEventHandler<T>(object sender, T args);
            public class BasicDeliverEventArgs { public ulong DeliveryTag { get; set; } public bool Redelivered { get; set; } public ReadOnlyMemory<byte> Body { get; set; } public IReadOnlyBasicProperties BasicProperties { get; set; } = new BasicProperties(); }
            public class AsyncEventingBasicConsumer(IChannel channel) : IAsyncBasicConsumer { public event AsyncEventHandler<BasicDeliverEventArgs>? ReceivedAsync; }
            public class EventingBasicConsumer(IModel model) { public event EventHandler<BasicDeliverEventArgs>? Received; }
        }
        """;

    public const string ServiceBus = """
        namespace Azure.Messaging.ServiceBus
        {
            public class ServiceBusReceivedMessage { public BinaryData Body { get; } = new(""); public int DeliveryCount { get; } public string MessageId { get; } = ""; public string Subject { get; } = ""; }
            public class ServiceBusMessage(BinaryData body) { public string MessageId { get; set; } = ""; }
            public enum ServiceBusReceiveMode { PeekLock, ReceiveAndDelete }
            public class ServiceBusReceiverOptions { public ServiceBusReceiveMode ReceiveMode { get; set; } }
            public class ServiceBusProcessorOptions { public ServiceBusReceiveMode ReceiveMode { get; set; } public bool AutoCompleteMessages { get; set; } = true; }

            public class ProcessMessageEventArgs
            {
                public ServiceBusReceivedMessage Message { get; } = new();
                public Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public Task DeadLetterMessageAsync(ServiceBusReceivedMessage message, string deadLetterReason, string? deadLetterErrorDescription = null, CancellationToken cancellationToken = default) => Task.CompletedTask;
            }

            public class ServiceBusProcessor { public event Func<ProcessMessageEventArgs, Task>? ProcessMessageAsync; }
            public class ServiceBusSender { public Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask; }

            public class ServiceBusReceiver
            {
                public Task<ServiceBusReceivedMessage?> ReceiveMessageAsync(TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default) => null!;
                public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(int maxMessages, TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default) => null!;
                public Task<ServiceBusReceivedMessage?> PeekMessageAsync(long? fromSequenceNumber = null, CancellationToken cancellationToken = default) => null!;
                public Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) => Task.CompletedTask;
            }

            public class ServiceBusClient { public ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions? options = null) => new(); }
        }
        """;

    public const string Sqs = """
        namespace Amazon.SQS.Model
        {
            public class ReceiveMessageResponse { public List<Message> Messages { get; set; } = []; }
            public class Message { public string Body { get; set; } = ""; public string ReceiptHandle { get; set; } = ""; }
            public class CreateQueueRequest { public CreateQueueRequest() { } public CreateQueueRequest(string queueName) { } public string QueueName { get; set; } = ""; public Dictionary<string, string> Attributes { get; set; } = []; }
        }

        namespace Amazon.SQS
        {
            using Amazon.SQS.Model;

            public interface IAmazonSQS
            {
                Task<ReceiveMessageResponse> ReceiveMessageAsync(string queueUrl, CancellationToken cancellationToken = default);
                Task DeleteMessageAsync(string queueUrl, string receiptHandle, CancellationToken cancellationToken = default);
                Task ChangeMessageVisibilityAsync(string queueUrl, string receiptHandle, int visibilityTimeout, CancellationToken cancellationToken = default);
                Task CreateQueueAsync(string queueName, CancellationToken cancellationToken = default);
                Task CreateQueueAsync(CreateQueueRequest request, CancellationToken cancellationToken = default);
                Task SetQueueAttributesAsync(string queueUrl, Dictionary<string, string> attributes, CancellationToken cancellationToken = default);
            }
        }
        """;

    public const string StorageQueues = """
        namespace Azure
        {
            public class Response<T> { public T Value => default!; }
        }

        namespace Azure.Storage.Queues.Models
        {
            public class QueueMessage { public string MessageId { get; } = ""; public string PopReceipt { get; } = ""; public string MessageText { get; } = ""; public long DequeueCount { get; } }
        }

        namespace Azure.Storage.Queues
        {
            using Azure.Storage.Queues.Models;

            public class QueueClient
            {
                public Task<Azure.Response<QueueMessage[]>> ReceiveMessagesAsync(int? maxMessages = null, TimeSpan? visibilityTimeout = null, CancellationToken cancellationToken = default) => null!;
                public Task<Azure.Response<QueueMessage>> ReceiveMessageAsync(TimeSpan? visibilityTimeout = null, CancellationToken cancellationToken = default) => null!;
                public Task DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public Task SendMessageAsync(string messageText, CancellationToken cancellationToken = default) => Task.CompletedTask;
            }
        }
        """;

    /// <summary>An order, and where orders go: a table by Dapper, and an interface that nobody implements here.</summary>
    public const string Orders = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); Task<Order?> FindAsync(string id); }

        public interface IOrderHandler { Task HandleAsync(Order order); }

        public sealed class OrderTable(SqliteConnection connection)
        {
            public Task UpsertAsync(Order order) =>
                connection.ExecuteAsync("INSERT INTO orders(id, amount) VALUES (@Id, @Amount) ON CONFLICT(id) DO UPDATE SET amount = excluded.amount", order);
        }
        """;
}
