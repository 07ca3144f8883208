namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 in consumers, where it is the framework's word what a return means, and the code's what is settled behind the catch.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedConsumerTests
{
    private const string Lost = """try { await store.SaveAsync(Order.Parse(message)); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }""";
    private const string Logs = """try { await store.SaveAsync(Order.Parse(message)); } catch (Exception e) { logger.LogError(e, "failed"); }""";

    private static Task Function(string parameters, string body, string members = "") => Verify.LibraryAsync($$"""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store, ILogger<OrderFunction> logger)
        {
            [Function("orders")]
            public async Task Run({{parameters}})
            {
                {{body}}
                logger.LogDebug("{Store}", store);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + ConsumerStubs.Types, ConsumerStubs.Functions);

    [TestCase("[QueueTrigger(\"orders\")] string message")]
    [TestCase("[ServiceBusTrigger(\"orders\")] string message")]
    [TestCase("[EventGridTrigger] string message")]
    public Task A_function_that_returns_has_handled_its_message(string parameter) => Function(parameter, Lost);

    [Test]
    public Task A_function_that_throws_leaves_its_message() => Function(
        "[QueueTrigger(\"orders\")] string message", """try { await store.SaveAsync(Order.Parse(message)); } catch (Exception e) { logger.LogError(e, "failed"); throw; }""");

    [Test]
    public Task A_message_that_is_completed_by_hand_comes_back_where_it_is_not() => Function(
        "[ServiceBusTrigger(\"orders\", AutoCompleteMessages = false)] string message, ServiceBusMessageActions actions",
        """try { await store.SaveAsync(Order.Parse(message)); await actions.CompleteMessageAsync(message); } catch (Exception e) { logger.LogError(e, "failed"); }""");

    [Test]
    public Task A_message_that_is_completed_by_hand_behind_the_log() => Function(
        "[ServiceBusTrigger(\"orders\", AutoCompleteMessages = false)] string message, ServiceBusMessageActions actions", Lost + " await actions.CompleteMessageAsync(message);");

    [Test]
    public Task A_message_that_is_completed_only_where_it_was_stored() => Function(
        "[ServiceBusTrigger(\"orders\", AutoCompleteMessages = false)] string message, ServiceBusMessageActions actions",
        """var ok = false; try { await store.SaveAsync(Order.Parse(message)); ok = true; } catch (Exception e) { logger.LogError(e, "failed"); } if (ok) await actions.CompleteMessageAsync(message);""");

    [Test]
    public Task A_dead_letter_by_the_trigger() => Function(
        "[ServiceBusTrigger(\"orders\")] string message, ServiceBusMessageActions actions",
        """try { await store.SaveAsync(Order.Parse(message)); } catch (Exception e) { logger.LogError(e, "failed"); await {|RERUN2007:actions.DeadLetterMessageAsync(message)|}; }""");

    [Test]
    public Task A_batch_of_events_moves_on() => Function("[EventHubTrigger(\"orders\")] string[] messages", $"foreach (var message in messages) {{ {Lost} }}");

    [Test]
    public Task A_batch_in_a_helper_moves_on() => Function(
        "[EventHubTrigger(\"orders\")] string[] messages", "await ImportAsync(messages);", $"private async Task ImportAsync(string[] messages) {{ foreach (var message in messages) {{ {Lost} }} }}");

    [Test]
    public Task The_parts_of_a_message_are_settled_with_it() => Function(
        "[QueueTrigger(\"orders\")] string message",
        """foreach (var line in Order.Parse(message).Lines) { try { await store.SaveLineAsync(line); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); } }""");

    [Test]
    public Task A_message_that_does_not_bind_says_nothing_of_the_handler() => Verify.BrokenAsync("""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store)
        {
            [Function("orders")]
            public async Task Run([QueueTrigger("orders")] string message)
            {
                try { await store.SaveAsync(Order.Parse(message)); }
                catch (Exception e) { errors.Keep(message, e); }
            }
        }
        """ + ConsumerStubs.Types + "\n" + ConsumerStubs.Functions);

    [TestCase("await import.RunAsync(context.Message);", true)]
    [TestCase("await notifier.NotifyAsync(context.Message);", false)]
    [TestCase("await cache.RefreshAsync(context.Message);", false)]
    public Task A_consumer_of_MassTransit(string work, bool isLost) => Verify.LibraryAsync($$"""
        using MassTransit;

        public interface IImport { Task RunAsync(Order order); }
        public interface INotifier { Task NotifyAsync(Order order); }
        public interface ICache { Task RefreshAsync(Order order); }

        public class OrderConsumer(IImport import, INotifier notifier, ICache cache, ILogger<OrderConsumer> logger) : IConsumer<Order>
        {
            public async Task Consume(ConsumeContext<Order> context)
            {
                try { {{work}} }
                {{(isLost ? "{|RERUN2001:catch (Exception e)|}" : "catch (Exception e)")}} { logger.LogError(e, "failed {A} {B} {C}", import, notifier, cache); }
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [Test]
    public Task A_helper_that_takes_away_what_is_no_longer_needed() => Verify.LibraryAsync("""
        using MassTransit;

        public interface IFiles { Task DeleteAsync(string id); }

        public class OrderConsumer(IFiles files, ILogger<OrderConsumer> logger) : IConsumer<Order>
        {
            public Task Consume(ConsumeContext<Order> context) => DeleteFileAsync(context.Message.Id);

            private async Task DeleteFileAsync(string id)
            {
                try { await files.DeleteAsync(id); }
                catch (Exception e) { logger.LogWarning(e, "still there"); }
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [Test]
    public Task A_handler_of_another_assembly_that_a_helper_hands_the_failure_to() => Verify.LibraryAsync("""
        using MassTransit;

        public class OrderConsumer(IOrderStore store, Polly.Context context) : IConsumer<Order>
        {
            public async Task Consume(ConsumeContext<Order> message)
            {
                try { await store.SaveAsync(message.Message); }
                catch (Exception e) { Fail(message.Message, e); }
            }

            private void Fail(Order order, Exception e) => context.Add(order.Id, e);
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    private static Task Polls(string body, string members = "") => Verify.LibraryAsync($$"""
        using Azure.Storage.Queues;
        using Azure.Storage.Queues.Models;

        public class Worker(QueueClient queue, IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var messages = await queue.ReceiveMessagesAsync(32, stoppingToken);
                    foreach (var item in messages.Value)
                    {
                        {{body}}
                    }
                }

                logger.LogDebug("{Store}", store);
            }

            {{members}}
        }
        """ + ConsumerStubs.Types, ConsumerStubs.StorageQueues);

    private const string Delete = "await queue.DeleteMessageAsync(item.MessageId, item.PopReceipt, stoppingToken);";

    [Test]
    public Task A_message_that_nobody_deletes_comes_back() => Polls($$"""try { await store.SaveAsync(Order.Parse(item.MessageText)); {{Delete}} } catch (Exception e) { logger.LogError(e, "failed"); }""");

    [Test]
    public Task A_message_that_is_deleted_all_the_same() => Polls($$"""try { await store.SaveAsync(Order.Parse(item.MessageText)); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); } {{Delete}}""");

    [Test]
    public Task A_message_that_is_deleted_in_the_end() => Polls($$"""
        try { await store.SaveAsync(Order.Parse(item.MessageText)); {{Delete}} }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); if (item.DequeueCount > 2) {{Delete}} }
        """);

    [Test]
    public Task A_message_that_the_caller_deletes_behind_a_helper_that_swallows() => Polls(
        $"await ImportAsync(item.MessageText); {Delete}", $"private async Task ImportAsync(string message) {{ {Lost} }}");

    [Test]
    public Task A_message_that_the_caller_deletes_where_the_helper_says_so() => Polls(
        $"if (await ImportAsync(item.MessageText)) {Delete}",
        """private async Task<bool> ImportAsync(string message) { try { await store.SaveAsync(Order.Parse(message)); return true; } catch (Exception e) { logger.LogError(e, "failed"); return false; } }""");

    [Test]
    public Task A_message_whose_failure_counts_as_success() => Polls(
        $"if (await ImportAsync(item.MessageText)) {Delete}",
        """private async Task<bool> ImportAsync(string message) { try { if (message.Length == 0) return false; await store.SaveAsync(Order.Parse(message)); return true; } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); return true; } }""");

    [Test]
    public Task A_failure_told_by_what_was_not_done() => Polls(
        $"if (await ImportAsync(item.MessageText)) {Delete}",
        """private async Task<bool> ImportAsync(string message) { var ok = false; try { await store.SaveAsync(Order.Parse(message)); ok = true; } catch (Exception e) { logger.LogError(e, "failed"); } return ok; }""");

    private static Task Receives(string body, string more = "CancellationToken token") => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public interface IRetries { Task KeepAsync(string message); }

        public class Receiver(IChannel channel, IOrderStore store, ILogger<Receiver> logger, {{more}})
        {
            public void Start()
            {
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += OnReceivedAsync;
            }

            private async Task OnReceivedAsync(object sender, BasicDeliverEventArgs args)
            {
                var message = args.Body;
                {{body}}
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.RabbitMq);

    [Test]
    public Task A_delivery_that_is_acknowledged_behind_the_log() => Receives(Lost + " await channel.BasicAckAsync(args.DeliveryTag, false);");

    [Test]
    public Task A_delivery_that_is_acknowledged_in_the_finally() => Receives("""
        try { await store.SaveAsync(Order.Parse(message)); }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
        finally { await channel.BasicAckAsync(args.DeliveryTag, false); }
        """);

    [Test]
    public Task A_delivery_that_is_acknowledged_only_behind_the_work() => Receives("""
        try { await store.SaveAsync(Order.Parse(message)); await channel.BasicAckAsync(args.DeliveryTag, false); }
        catch (Exception e) { logger.LogError(e, "failed"); }
        """);

    [Test]
    public Task A_delivery_that_another_catch_acknowledges() => Receives("""
        try { await store.SaveAsync(Order.Parse(message)); await channel.BasicAckAsync(args.DeliveryTag, false); }
        catch (TimeoutException e) { logger.LogError(e, "comes back"); }
        {|RERUN2001:catch (FormatException e)|} { logger.LogError(e, "failed"); await channel.BasicAckAsync(args.DeliveryTag, false); }
        """);

    [Test]
    public Task A_delivery_that_leaves_before_the_acknowledgement() => Receives("""
        try { await store.SaveAsync(Order.Parse(message)); }
        catch (Exception e) { logger.LogError(e, "failed"); return; }
        await channel.BasicAckAsync(args.DeliveryTag, false);
        """);

    [Test]
    public Task Logs_alone_are_no_entry_point() => Verify.LibraryAsync($$"""
        public class Import(IOrderStore store, ILogger<Import> logger)
        {
            public async Task RunAsync(string message) { {{Logs}} }
        }
        """ + ConsumerStubs.Types);

    [Test]
    public Task A_delivery_that_is_acknowledged_behind_a_copy_for_later() => Receives("""
        try { await store.SaveAsync(Order.Parse(message)); await channel.BasicAckAsync(args.DeliveryTag, false); }
        catch (Exception e)
        {
            if (e is TimeoutException)
            {
                await retries.KeepAsync(message);
                await channel.BasicAckAsync(args.DeliveryTag, false);
            }
        }
        """, "IRetries retries");

    [Test]
    public Task A_true_that_the_caller_takes_for_done() => Polls(
        $"if (await HandleAsync(item.MessageText)) {{ {Delete} }} else throw new InvalidOperationException();",
        """
        private async Task<bool> HandleAsync(string message)
        {
            try
            {
                if (await store.TrySaveAsync(Order.Parse(message))) return true;
                logger.LogWarning("refused");
                return false;
            }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); return true; }
        }
        """);

    [Test]
    public Task A_result_of_a_handler_behind_an_interface_that_is_read() => Verify.LibraryAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public sealed record Result(bool Ok, string Why)
        {
            public static Result Succeed(Order order) => new(true, order.Id);
            public static Result Fail(Order order, string why) => new(false, order.Id + why);
        }

        public interface IHandler { Task<Result> HandleAsync(string json); }
        public interface IHandler<T> : IHandler { Task<Result> HandleAsync(T order); }

        public abstract class HandlerBase<T> : IHandler<T>
        {
            public async Task<Result> HandleAsync(string json) => await HandleAsync(Read(json) ?? throw new ArgumentException("none"));
            public abstract Task<Result> HandleAsync(T order);
            protected abstract T Read(string json);
        }

        public class StoreHandler(IOrderStore store) : HandlerBase<Order>
        {
            protected override Order Read(string json) => Order.Parse(json);

            public override async Task<Result> HandleAsync(Order order)
            {
                try { await store.SaveAsync(order); return Result.Succeed(order); }
                catch (ArgumentException e) { return Result.Fail(order, e.Message); }
            }
        }

        public class Receiver(IChannel channel, IHandler handler)
        {
            public void Start()
            {
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += OnReceivedAsync;
            }

            private async Task OnReceivedAsync(object sender, BasicDeliverEventArgs args)
            {
                var result = await handler.HandleAsync(args.Body);
                if (result.Ok) await channel.BasicAckAsync(args.DeliveryTag, false);
                else await channel.BasicNackAsync(args.DeliveryTag, false, false);
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.RabbitMq);

    [Test]
    public Task A_handler_that_a_message_leads_to_by_its_type_is_not_asked_by_the_sender() => Verify.LibraryAsync("""
        using MassTransit;

        public sealed record Result(bool Ok, string Why) { public static Result Fail(Order order, string why) => new(false, order.Id + why); }
        public interface IHandler<T> { Task<Result> HandleAsync(T order); }
        public interface IMediator { Task PublishAsync(Order order); }

        public class StoreHandler(IOrderStore store) : IHandler<Order>
        {
            public async Task<Result> HandleAsync(Order order)
            {
                try { await store.SaveAsync(order); return new Result(true, ""); }
                catch (ArgumentException e) { return Result.Fail(order, e.Message); }
            }
        }

        public class OrderConsumer(IMediator mediator) : IConsumer<Order>
        {
            public async Task Consume(ConsumeContext<Order> context) => await mediator.PublishAsync(context.Message);
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [Test]
    public Task Subscribers_in_a_list_of_delegates_are_no_records() => Verify.LibraryAsync("""
        using MassTransit;

        public class OrderConsumer(ILogger<OrderConsumer> logger) : IConsumer<Order>
        {
            private readonly Dictionary<string, List<Action>> _subscribers = [];

            public Task Consume(ConsumeContext<Order> context)
            {
                var actions = _subscribers[context.Message.Id];
                foreach (var act in actions)
                {
                    try { act(); }
                    catch (Exception e) { logger.LogError(e, "subscriber failed"); }
                }
                return Task.CompletedTask;
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);
}
