namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>The shapes of clients' and frameworks' names, as far as the tests of dead-letter rules need them.</summary>
internal static class ConsumerStubs
{
    public const string Types = """

        public sealed record Order(string Id, decimal Amount)
        {
            public List<string> Lines { get; } = [];
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); Task SaveLineAsync(string line); Task<bool> TrySaveAsync(Order order); }
        """;

    public const string StorageQueues = """
        namespace Azure { public class Response<T> { public T Value { get; } = default!; } }

        namespace Azure.Storage.Queues.Models
        {
            public class QueueMessage { public string MessageId { get; } = ""; public string PopReceipt { get; } = ""; public string MessageText { get; } = ""; public long DequeueCount { get; } }
        }

        namespace Azure.Storage.Queues
        {
            public class QueueClient
            {
                public virtual Task<Azure.Response<Models.QueueMessage[]>> ReceiveMessagesAsync(int? maxMessages = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
                public virtual Task DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default) => throw new NotSupportedException();
            }
        }
        """;

    public const string Functions = """
        namespace Microsoft.Azure.Functions.Worker
        {
            public sealed class FunctionAttribute(string name) : Attribute { public string Name => name; }
            public sealed class QueueTriggerAttribute(string queue) : Attribute { public string Queue => queue; }
            public sealed class ServiceBusTriggerAttribute(string queue) : Attribute { public string Queue => queue; public bool AutoCompleteMessages { get; set; } }
            public sealed class EventHubTriggerAttribute(string hub) : Attribute { public string Hub => hub; }
            public sealed class EventGridTriggerAttribute : Attribute;
            public sealed class TimerTriggerAttribute(string schedule) : Attribute { public string Schedule => schedule; }
            public class ServiceBusMessageActions
            {
                public virtual Task CompleteMessageAsync(string message) => throw new NotSupportedException();
                public virtual Task DeadLetterMessageAsync(string message) => throw new NotSupportedException();
            }
        }
        """;

    public const string MassTransit = """
        namespace MassTransit
        {
            public interface ConsumeContext<out T> where T : class { T Message { get; } }
            public interface IConsumer<in T> where T : class { Task Consume(ConsumeContext<T> context); }
        }
        """;

    public const string RabbitMq = """
        namespace RabbitMQ.Client
        {
            public interface IChannel
            {
                Task BasicAckAsync(ulong deliveryTag, bool multiple);
                Task BasicNackAsync(ulong deliveryTag, bool multiple, bool requeue);
            }
        }

        namespace RabbitMQ.Client.Events
        {
            public delegate Task AsyncEventHandler<in T>(object sender, T args);
            public class BasicDeliverEventArgs : EventArgs { public ulong DeliveryTag { get; set; } public string Body { get; set; } = ""; }
            public class AsyncEventingBasicConsumer(IChannel channel)
            {
                public IChannel Channel => channel;
                public event AsyncEventHandler<BasicDeliverEventArgs>? ReceivedAsync;
                public Task RaiseAsync() => ReceivedAsync?.Invoke(this, new BasicDeliverEventArgs()) ?? Task.CompletedTask;
            }
        }
        """;
}
