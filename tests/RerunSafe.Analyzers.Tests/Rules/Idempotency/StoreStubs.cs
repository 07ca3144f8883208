namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Stubs of the public shape of client libraries that the tests do not reference; RealMemberTests checks the real ones.</summary>
internal static class StoreStubs
{
    public const string Mongo = """
        namespace MongoDB.Bson
        {
            public struct ObjectId { public static ObjectId GenerateNewId() => default; }
        }
        namespace MongoDB.Driver
        {
            public interface IMongoCollection<T>
            {
                System.Threading.Tasks.Task InsertOneAsync(T document, object? options = null, System.Threading.CancellationToken cancellationToken = default);
                System.Threading.Tasks.Task InsertManyAsync(System.Collections.Generic.IEnumerable<T> documents, object? options = null, System.Threading.CancellationToken cancellationToken = default);
            }
        }
        """;

    public const string Cosmos = """
        namespace Microsoft.Azure.Cosmos
        {
            public abstract class Container
            {
                public abstract System.Threading.Tasks.Task CreateItemAsync<T>(T item);
                public abstract System.Threading.Tasks.Task UpsertItemAsync<T>(T item);
            }
        }
        """;

    public const string Tables = """
        namespace Azure.Data.Tables
        {
            public interface ITableEntity { string PartitionKey { get; set; } string RowKey { get; set; } }
            public sealed class TableEntity : ITableEntity
            {
                public TableEntity(string partitionKey, string rowKey) { PartitionKey = partitionKey; RowKey = rowKey; }
                public string PartitionKey { get; set; }
                public string RowKey { get; set; }
            }
            public class TableClient
            {
                public virtual System.Threading.Tasks.Task AddEntityAsync<T>(T entity) where T : ITableEntity => System.Threading.Tasks.Task.CompletedTask;
            }
        }
        """;

    public const string Blobs = """
        namespace Azure.Storage.Blobs
        {
            public class BlobContainerClient
            {
                public virtual BlobClient GetBlobClient(string blobName) => new();
                public virtual System.Threading.Tasks.Task UploadBlobAsync(string blobName, System.IO.Stream content) => System.Threading.Tasks.Task.CompletedTask;
            }
            public class BlobClient
            {
                public virtual System.Threading.Tasks.Task UploadAsync(System.IO.Stream content, bool overwrite = false) => System.Threading.Tasks.Task.CompletedTask;
                public virtual System.Threading.Tasks.Task DownloadToAsync(System.IO.Stream destination) => System.Threading.Tasks.Task.CompletedTask;
            }
        }
        """;

    public const string ServiceBus = """
        namespace Azure.Messaging.ServiceBus
        {
            public class ServiceBusMessage
            {
                public ServiceBusMessage(string body) { Body = body; }
                public string Body { get; }
                public string? MessageId { get; set; }
                public string? CorrelationId { get; set; }
                public string? Subject { get; set; }
                public System.Collections.Generic.IDictionary<string, object> ApplicationProperties { get; } = new System.Collections.Generic.Dictionary<string, object>();
            }
            public class ServiceBusSender
            {
                public virtual System.Threading.Tasks.Task SendMessageAsync(ServiceBusMessage message, System.Threading.CancellationToken cancellationToken = default) => System.Threading.Tasks.Task.CompletedTask;
            }
        }
        """;

    /// <summary>A handler of MassTransit's shape, called once per message.</summary>
    public const string MassTransit = """
        namespace MassTransit
        {
            public interface ConsumeContext : IPublishEndpoint { System.Guid? MessageId { get; } System.Threading.Tasks.Task RespondAsync<T>(T message); }
            public interface ConsumeContext<out T> : ConsumeContext { T Message { get; } }
            public interface IConsumer<in T> { System.Threading.Tasks.Task Consume(ConsumeContext<T> context); }
            public interface IPublishEndpoint { System.Threading.Tasks.Task Publish<T>(T message); }
            public interface ISendEndpoint { System.Threading.Tasks.Task Send<T>(T message); }
        }
        """;
}
