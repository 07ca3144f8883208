namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>
/// RERUN2001 in the handlers of each framework that takes a return as done, against marked stubs of their public shape:
/// the failed record that is only logged, and the same handler where it is rethrown or kept.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class FrameworkHandlerTests
{
    // Name, stub of the framework, base of the handler, its method with "order" in scope.
    private static readonly (string Name, string Stub, string Base, string Method)[] Frameworks =
    [
        ("KafkaFlow", "namespace KafkaFlow { public interface IMessageContext { } public interface IMessageHandler<T> { Task Handle(IMessageContext context, T message); } }",
            "KafkaFlow.IMessageHandler<Order>", "public async Task Handle(KafkaFlow.IMessageContext context, Order order)"),
        ("Rebus", "namespace Rebus.Handlers { public interface IHandleMessages { } public interface IHandleMessages<in T> : IHandleMessages { Task Handle(T message); } }",
            "Rebus.Handlers.IHandleMessages<Order>", "public async Task Handle(Order order)"),
        ("NServiceBus", "namespace NServiceBus { public interface IMessageHandlerContext { } public interface IHandleMessages<T> { Task Handle(T message, IMessageHandlerContext context); } }",
            "NServiceBus.IHandleMessages<Order>", "public async Task Handle(Order order, NServiceBus.IMessageHandlerContext context)"),
        ("SlimMessageBus", "namespace SlimMessageBus { public interface IConsumer<in T> { Task OnHandle(T message, CancellationToken cancellationToken); } }",
            "SlimMessageBus.IConsumer<Order>", "public async Task OnHandle(Order order, CancellationToken cancellationToken)"),
        ("EasyNetQ", "namespace EasyNetQ.AutoSubscribe { public interface IConsumeAsync<in T> { Task ConsumeAsync(T message, CancellationToken cancellationToken = default); } }",
            "EasyNetQ.AutoSubscribe.IConsumeAsync<Order>", "public async Task ConsumeAsync(Order order, CancellationToken cancellationToken)"),
        ("Wolverine", "namespace Wolverine.Attributes { public sealed class WolverineHandlerAttribute : Attribute; }",
            "object", "[Wolverine.Attributes.WolverineHandler] public async Task Handle(Order order)"),
        ("CAP", "namespace DotNetCore.CAP { public sealed class CapSubscribeAttribute(string name) : Attribute { public string Name => name; } }",
            "object", "[DotNetCore.CAP.CapSubscribe(\"orders\")] public async Task On(Order order)"),
        ("Dapr", "namespace Dapr { public sealed class TopicAttribute(string pubsub, string name) : Attribute { public string Name => pubsub + name; } }",
            "object", "[Dapr.Topic(\"bus\", \"orders\")] public async Task On(Order order)"),
        ("Silverback", "namespace Silverback.Messaging.Subscribers { public sealed class SubscribeAttribute : Attribute; }",
            "object", "[Silverback.Messaging.Subscribers.Subscribe] public async Task OnOrder(Order order)"),
        ("RabbitMQ trigger", "namespace Microsoft.Azure.Functions.Worker { public sealed class RabbitMQTriggerAttribute(string queue) : Attribute { public string Queue => queue; } }",
            "object", "public async Task Run([Microsoft.Azure.Functions.Worker.RabbitMQTrigger(\"orders\")] Order order)"),
        ("Blob trigger", "namespace Microsoft.Azure.Functions.Worker { public sealed class BlobTriggerAttribute(string path) : Attribute { public string Path => path; } }",
            "object", "public async Task Run([Microsoft.Azure.Functions.Worker.BlobTrigger(\"orders/{name}\")] Order order)"),
        ("Kafka trigger", "namespace Microsoft.Azure.Functions.Worker { public sealed class KafkaTriggerAttribute(string broker, string topic) : Attribute { public string Topic => broker + topic; } }",
            "object", "public async Task Run([Microsoft.Azure.Functions.Worker.KafkaTrigger(\"broker\", \"orders\")] Order order)"),
        ("MassTransit activity", "namespace MassTransit { public interface BehaviorContext<TSaga, TMessage> { } public interface IBehavior<TSaga, TMessage> { } public interface IStateMachineActivity<TSaga, TMessage> { Task Execute(BehaviorContext<TSaga, TMessage> context, Order order); } }",
            "MassTransit.IStateMachineActivity<Order, Order>", "public async Task Execute(MassTransit.BehaviorContext<Order, Order> context, Order order)"),
        ("NServiceBus time-out", "namespace NServiceBus { public interface IMessageHandlerContext { } public interface IHandleTimeouts<T> { Task Timeout(T state, IMessageHandlerContext context); } }",
            "NServiceBus.IHandleTimeouts<Order>", "public async Task Timeout(Order order, NServiceBus.IMessageHandlerContext context)"),
        ("Orleans stream", "namespace Orleans.Streams { public class StreamSequenceToken; public interface IAsyncObserver<in T> { Task OnNextAsync(T item, StreamSequenceToken token = null); } }",
            "Orleans.Streams.IAsyncObserver<Order>", "public async Task OnNextAsync(Order order, Orleans.Streams.StreamSequenceToken token = null)"),
        ("ABP event bus", "namespace Volo.Abp.EventBus.Distributed { public interface IDistributedEventHandler<in TEvent> { Task HandleEventAsync(TEvent eventData); } }",
            "Volo.Abp.EventBus.Distributed.IDistributedEventHandler<Order>", "public async Task HandleEventAsync(Order order)"),
        ("Tingle.EventBus", "namespace Tingle.EventBus { public interface IEventConsumer<T> { Task ConsumeAsync(T context, CancellationToken cancellationToken); } }",
            "Tingle.EventBus.IEventConsumer<Order>", "public async Task ConsumeAsync(Order order, CancellationToken cancellationToken)"),
        ("Foundatio", "namespace Foundatio.Jobs { public interface IWorkItemHandler { Task HandleItemAsync(Order order); } }",
            "Foundatio.Jobs.IWorkItemHandler", "public async Task HandleItemAsync(Order order)"),
        ("Google Cloud Functions", "namespace Google.Cloud.Functions.Framework { public interface ICloudEventFunction<TData> { Task HandleAsync(TData data, CancellationToken cancellationToken); } }",
            "Google.Cloud.Functions.Framework.ICloudEventFunction<Order>", "public async Task HandleAsync(Order order, CancellationToken cancellationToken)"),
    ];

    public static IEnumerable<string> Names() => Frameworks.Select(f => f.Name);

    [TestCaseSource(nameof(Names))]
    public Task A_failed_record_that_is_only_logged(string framework) => Handler(framework, "{|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"failed\"); }");

    [TestCaseSource(nameof(Names))]
    public Task A_failed_record_that_the_framework_is_told_of(string framework) => Handler(framework, "catch (Exception e) { logger.LogError(e, \"failed\"); throw; }");

    [TestCaseSource(nameof(Names))]
    public Task A_failed_record_that_is_kept(string framework) => Handler(framework, "catch (Exception e) { logger.LogError(e, \"failed\"); await failures.KeepAsync(order, e); }");

    [TestCaseSource(nameof(Names))]
    public Task An_entry_point_of_the_same_name_elsewhere(string framework) =>
        Handler(framework, "catch (Exception e) { logger.LogError(e, \"failed\"); }", text => text
            .Replace(Namespace(framework), "Acme." + Namespace(framework), StringComparison.Ordinal));

    private static string Namespace(string framework) => Frameworks.Single(f => f.Name == framework).Stub.Split(' ')[1];

    private static Task Handler(string framework, string handler, Func<string, string>? rename = null)
    {
        var (_, stub, type, method) = Frameworks.Single(f => f.Name == framework);
        var move = rename ?? (text => text);
        return Verify.LibraryAsync($$"""
            public interface IFailures { Task KeepAsync(Order order, Exception e); }

            public class Orders(IOrderStore store, IFailures failures, ILogger<Orders> logger) : {{move(type)}}
            {
                {{move(method)}}
                {
                    logger.LogDebug("{Failures}", failures);
                    try { await store.SaveAsync(order); }
                    {{handler}}
                }
            }
            """ + ConsumerStubs.Types, move(stub));
    }
}
