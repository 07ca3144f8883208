using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Tests.Rules.DeadLetters;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Handlers in a project that does not reference the broker: their names say what calls them.</summary>
[Parallelizable(ParallelScope.All)]
public class HandlerConventionTests
{
    private static string Handler(string declaration, string method = "public async Task HandleAsync(OrderPlacedEvent message)", string more = "") => $$"""
        public sealed record OrderPlacedEvent(string Id, decimal Amount);
        {{declaration}}
        {
            {{method}}
            {
                try
                {
                    await store.SaveAsync(new Order(message.Id, message.Amount));
                }
                catch (Exception e)
                {
                    logger.LogError(e, "not saved");
                }
            }
        }
        {{more}}
        """ + ConsumerStubs.Types;

    [TestCase("public class OrderPlacedHandler(IOrderStore store, ILogger<OrderPlacedHandler> logger)")]
    [TestCase("internal sealed class OrderPlacedConsumer(IOrderStore store, ILogger<OrderPlacedConsumer> logger)")]
    [TestCase("public class OrderEventProcessor(IOrderStore store, ILogger<OrderEventProcessor> logger) : IHandles<OrderPlacedEvent>")]
    public Task A_handler_that_swallows_is_a_suggestion(string declaration) =>
        Verify.SeverityAsync("RERUN2001", DiagnosticSeverity.Info, Handler(declaration, more: "public interface IHandles<T> { Task HandleAsync(T message); }"));

    [TestCase("public class OrderPlacedService(IOrderStore store, ILogger<OrderPlacedService> logger)", "public async Task HandleAsync(OrderPlacedEvent message)")]
    [TestCase("public class OrderPlacedHandler(IOrderStore store, ILogger<OrderPlacedHandler> logger)", "public async Task ShowAsync(OrderPlacedEvent message)")]
    [TestCase("public class OrderPlacedHandler(IOrderStore store, ILogger<OrderPlacedHandler> logger)", "public async Task HandleAsync(Order message)")]
    [TestCase("public class OrderPlacedHandler(IOrderStore store, ILogger<OrderPlacedHandler> logger) : INotificationHandler<OrderPlacedEvent>", "public async Task HandleAsync(OrderPlacedEvent message)")]
    [TestCase("public class OrderPlacedHandler(IOrderStore store, ILogger<OrderPlacedHandler> logger)", "public async Task HandleAsync(OrderPaidEvent message)")]
    public Task What_is_called_within_the_process_or_by_nobody_known_is_no_entry_point(string declaration, string method) => Verify.LibraryAsync(Handler(declaration, method, """
        public interface INotificationHandler<T> { Task HandleAsync(T message); }
        public interface IDomainEvent;
        public sealed record OrderPaidEvent(string Id, decimal Amount) : IDomainEvent;
        """));

    [Test]
    public Task Work_that_the_handler_hands_on_is_reached() => Verify.LibraryAsync("""
        public sealed record OrderPlacedEvent(string Id, decimal Amount);
        public class OrderPlacedHandler(IOrderService orders) { public Task Handle(OrderPlacedEvent message) => orders.AddAsync(message); }
        public interface IOrderService { Task AddAsync(OrderPlacedEvent message); }
        public class OrderService(IOrderStore store, ILogger<OrderService> logger) : IOrderService
        {
            public async Task AddAsync(OrderPlacedEvent message)
            {
                try { await store.SaveAsync(new Order(message.Id, message.Amount)); }
                {|RERUN2001:catch (Exception e)|} { logger.LogWarning(e, "not added"); }
            }
        }
        """ + ConsumerStubs.Types);
}
