namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2004 in callbacks, batches and handlers of brokers other than Kafka, and with records that wait in memory.</summary>
[Parallelizable(ParallelScope.All)]
public class SettledMessageTests
{
    private static Task Processor(string body, string members = "") => Verify.LibraryAsync($$"""
        using Azure.Messaging.ServiceBus;
        using Microsoft.EntityFrameworkCore;
        using System.Collections.Concurrent;
        using System.Threading.Channels;

        public class Worker(ServiceBusProcessor processor, ServiceBusSender sender, ShopContext db, OrderTable table, IOrderHandler handler, IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            {{members}}

            protected override Task ExecuteAsync(CancellationToken stopping)
            {
                processor.ProcessMessageAsync += OnMessageAsync;
                return Task.CompletedTask;
            }

            private async Task OnMessageAsync(ProcessMessageEventArgs args)
            {
                {{body}}
                await Task.CompletedTask;
            }
        }

        public class ShopContext : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        """ + Brokers.Orders, Brokers.ServiceBus);

    [TestCase("var order = Order.Parse(args.Message.Body.ToString()); if (await db.Orders.FindAsync(order.Id) is null) db.Orders.Add(order); {|RERUN2004:args.CompleteMessageAsync(args.Message)|}; await db.SaveChangesAsync();")]
    [TestCase("await {|RERUN2004:args.CompleteMessageAsync(args.Message)|}; await handler.HandleAsync(Order.Parse(args.Message.Body.ToString()));")]
    [TestCase("await {|RERUN2004:args.CompleteMessageAsync(args.Message)|}; await sender.SendMessageAsync(new ServiceBusMessage(args.Message.Body) { MessageId = args.Message.MessageId });")]
    public Task Completed_before_the_save(string body) => Processor(body);

    [TestCase("var order = Order.Parse(args.Message.Body.ToString()); if (await db.Orders.FindAsync(order.Id) is null) db.Orders.Add(order); await db.SaveChangesAsync(); await args.CompleteMessageAsync(args.Message);")]
    [TestCase("if (args.Message.Subject != \"order\") { await args.CompleteMessageAsync(args.Message); return; } await handler.HandleAsync(Order.Parse(args.Message.Body.ToString())); await args.CompleteMessageAsync(args.Message);")]
    [TestCase("if (args.Message.DeliveryCount > 5) { await args.DeadLetterMessageAsync(args.Message, \"too often\"); return; } await handler.HandleAsync(Order.Parse(args.Message.Body.ToString())); await args.CompleteMessageAsync(args.Message);")]
    [TestCase("try { await handler.HandleAsync(Order.Parse(args.Message.Body.ToString())); } catch (Exception e) { await args.DeadLetterMessageAsync(args.Message, e.Message); return; } await args.CompleteMessageAsync(args.Message);")]
    [TestCase("await table.UpsertAsync(Order.Parse(args.Message.Body.ToString())); await args.CompleteMessageAsync(args.Message); await store.FindAsync(args.Message.MessageId);")]
    public Task Completed_behind_the_work(string body) => Processor(body);

    private const string Drained = "private readonly Channel<string> _queue = Channel.CreateUnbounded<string>(); private async Task DrainAsync() { await foreach (var text in _queue.Reader.ReadAllAsync()) await table.UpsertAsync(Order.Parse(text)); }";

    [TestCase("await _queue.Writer.WriteAsync(args.Message.Body.ToString()); await {|RERUN2004:args.CompleteMessageAsync(args.Message)|};", Drained)]
    [TestCase("var text = args.Message.Body.ToString(); _queue.Writer.TryWrite(text); await {|RERUN2004:args.CompleteMessageAsync(args.Message)|};", Drained)]
    [TestCase("_pending.Add(args.Message.Body.ToString()); await {|RERUN2004:args.CompleteMessageAsync(args.Message)|};", "private readonly BlockingCollection<string> _pending = new();")]
    public Task Completed_while_it_is_only_in_memory(string body, string members) => Processor(body, members);

    [TestCase("var done = new TaskCompletionSource(); await _queue.Writer.WriteAsync((args.Message.Body.ToString(), done)); await done.Task; await args.CompleteMessageAsync(args.Message);", "private readonly Channel<(string, TaskCompletionSource)> _queue = Channel.CreateUnbounded<(string, TaskCompletionSource)>();")]
    [TestCase("var parts = new Queue<string>(); parts.Enqueue(args.Message.Body.ToString()); logger.LogInformation(\"{Count}\", parts.Count); await args.CompleteMessageAsync(args.Message);", "")]
    [TestCase("await table.UpsertAsync(Order.Parse(args.Message.Body.ToString())); _queue.Writer.TryWrite(args.Message.MessageId); await args.CompleteMessageAsync(args.Message);", "private readonly Channel<string> _queue = Channel.CreateUnbounded<string>();")]
    [TestCase("await _queue.Writer.WriteAsync(args);", "private readonly Channel<ProcessMessageEventArgs> _queue = Channel.CreateUnbounded<ProcessMessageEventArgs>();")]
    public Task Completed_when_what_waited_in_memory_is_done(string body, string members) => Processor(body, members);

    private static Task Rabbit(string body) => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Worker(IChannel channel, OrderTable table, IOrderHandler handler, ILogger<Worker> logger) : BackgroundService
        {
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
        """ + Brokers.Orders, Brokers.Rabbit);

    [TestCase("await {|RERUN2004:channel.BasicAckAsync(args.DeliveryTag, false)|}; await handler.HandleAsync(Order.Parse(text));")]
    [TestCase("try { await handler.HandleAsync(Order.Parse(text)); } finally { await {|RERUN2004:channel.BasicAckAsync(args.DeliveryTag, false)|}; }")]
    [TestCase("try { await handler.HandleAsync(Order.Parse(text)); } finally { if (channel.IsOpen) await {|RERUN2004:channel.BasicAckAsync(args.DeliveryTag, false)|}; }")]
    public Task Acknowledged_first(string body) => Rabbit(body);

    [TestCase("await handler.HandleAsync(Order.Parse(text)); await channel.BasicAckAsync(args.DeliveryTag, false);")]
    [TestCase("try { await handler.HandleAsync(Order.Parse(text)); await channel.BasicAckAsync(args.DeliveryTag, false); } catch (Exception) { await channel.BasicNackAsync(args.DeliveryTag, false, false); }")]
    [TestCase("if (text.Length == 0) { await channel.BasicAckAsync(args.DeliveryTag, false); return; } await handler.HandleAsync(Order.Parse(text)); await channel.BasicAckAsync(args.DeliveryTag, false);")]
    [TestCase("await channel.BasicAckAsync(args.DeliveryTag, false); await channel.BasicPublishAsync(\"\", args.BasicProperties.ReplyTo!, false, new BasicProperties(), args.Body);")]
    public Task Acknowledged_last(string body) => Rabbit(body);

    private static Task Sqs(string body) => Verify.LibraryAsync($$"""
        using Amazon.SQS;

        public class Worker(IAmazonSQS sqs, OrderTable table, IOrderHandler handler, string url) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var response = await sqs.ReceiveMessageAsync(url, stopping);
                    foreach (var message in response.Messages)
                    {
                        {{body}}
                    }
                }
            }
        }
        """ + Brokers.Orders, Brokers.Sqs);

    [TestCase("await {|RERUN2004:sqs.DeleteMessageAsync(url, message.ReceiptHandle, stopping)|}; await handler.HandleAsync(Order.Parse(message.Body));")]
    [TestCase("await {|RERUN2004:sqs.DeleteMessageAsync(url, message.ReceiptHandle, stopping)|}; await table.UpsertAsync(Order.Parse(message.Body));")]
    public Task Deleted_before_it_is_handled(string body) => Sqs(body);

    [TestCase("await handler.HandleAsync(Order.Parse(message.Body)); await sqs.DeleteMessageAsync(url, message.ReceiptHandle, stopping);")]
    [TestCase("if (message.Body.Length == 0) { await sqs.DeleteMessageAsync(url, message.ReceiptHandle, stopping); continue; } await table.UpsertAsync(Order.Parse(message.Body)); await sqs.DeleteMessageAsync(url, message.ReceiptHandle, stopping);")]
    public Task Deleted_when_it_is_handled(string body) => Sqs(body);

    private static Task StorageQueue(string body) => Verify.LibraryAsync($$"""
        using Azure.Storage.Queues;

        public class Worker(QueueClient queue, QueueClient deadLetters, OrderTable table, IOrderHandler handler, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var messages = await queue.ReceiveMessagesAsync(32, cancellationToken: stopping);
                    foreach (var message in messages.Value)
                    {
                        {{body}}
                    }
                }
            }
        }
        """ + Brokers.Orders, Brokers.StorageQueues);

    [TestCase("await {|RERUN2004:queue.DeleteMessageAsync(message.MessageId, message.PopReceipt)|}; await handler.HandleAsync(Order.Parse(message.MessageText));")]
    [TestCase("if (message.DequeueCount > 5) { await {|RERUN2004:queue.DeleteMessageAsync(message.MessageId, message.PopReceipt)|}; await deadLetters.SendMessageAsync(message.MessageText); continue; } await handler.HandleAsync(Order.Parse(message.MessageText)); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);")]
    public Task Deleted_from_the_queue_first(string body) => StorageQueue(body);

    [TestCase("await handler.HandleAsync(Order.Parse(message.MessageText)); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);")]
    [TestCase("if (message.DequeueCount > 5) { await deadLetters.SendMessageAsync(message.MessageText); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); continue; } await handler.HandleAsync(Order.Parse(message.MessageText)); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);")]
    [TestCase("try { await handler.HandleAsync(Order.Parse(message.MessageText)); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); } catch (Exception e) { logger.LogError(e, \"{Count}\", message.DequeueCount); }")]
    public Task Deleted_from_the_queue_last(string body) => StorageQueue(body);

    private static Task Told(string body, string types) => Verify.LibraryAsync($$"""
        using Azure.Messaging.ServiceBus;

        public class Worker(ServiceBusProcessor processor, IOrderHub hub, IOrderCache cache, IBus bus)
        {
            public void Start() => processor.ProcessMessageAsync += async args =>
            {
                var order = Order.Parse(args.Message.Body.ToString());
                {{body}}
            };
        }

        public interface IBus { Task SendAsync(Order order); }
        {{types}}
        """ + Brokers.Orders, Brokers.ServiceBus);

    private const string Listeners = "public interface IOrderHub { Task SendAsync(Order order); } public interface IOrderCache { Task SaveAsync(Order order); }";

    [TestCase("await args.CompleteMessageAsync(args.Message); await hub.SendAsync(order);")]
    [TestCase("await args.CompleteMessageAsync(args.Message); await cache.SaveAsync(order);")]
    [TestCase("_ = hub.SendAsync(order); await args.CompleteMessageAsync(args.Message);")]
    [TestCase("await {|RERUN2004:args.CompleteMessageAsync(args.Message)|}; await bus.SendAsync(order);")]
    public Task What_only_people_and_caches_are_told(string body) => Told(body, Listeners);

    private static Task Dequeued(string dequeue, string work) => Verify.LibraryAsync($$"""
        using Azure.Storage.Queues;

        public class Worker(QueueClient queue, OrderTable table, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    {{work}}
                }
            }

            private async Task<Order?> DequeueAsync()
            {
                var message = (await queue.ReceiveMessageAsync()).Value;
                if (message is null) return null;
                {{dequeue}}
            }
        }
        """ + Brokers.Orders, Brokers.StorageQueues);

    [TestCase("await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); return Order.Parse(message.MessageText);", "var order = await {|RERUN2004:DequeueAsync()|}; if (order is null) { await Task.Delay(1000, stopping); continue; } await table.UpsertAsync(order);")]
    [TestCase("await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); return Order.Parse(message.MessageText);", "var order = await DequeueAsync(); logger.LogInformation(\"{Order}\", order);")]
    [TestCase("var order = Order.Parse(message.MessageText); await table.UpsertAsync(order); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); return order;", "var order = await DequeueAsync(); if (order is not null) await table.UpsertAsync(order with { Amount = 0 });")]
    public Task A_helper_that_fetches_and_deletes(string dequeue, string work) => Dequeued(dequeue, work);

    private static Task MassTransit(string body, string members = "") => Verify.LibraryAsync($$"""
        using System.Threading.Channels;

        public class OrderConsumer(IOrderHandler handler, OrderTable table, ILogger<OrderConsumer> logger) : MassTransit.IConsumer<Order>
        {
            {{members}}

            public async Task Consume(MassTransit.ConsumeContext<Order> context)
            {
                {{body}}
                await Task.CompletedTask;
            }
        }

        namespace MassTransit
        {
            public interface ConsumeContext<out T> { T Message { get; } }
            public interface IConsumer<in T> { Task Consume(ConsumeContext<T> context); }
        }
        """ + Brokers.Orders);

    private const string Stored = "private readonly Channel<Order> _queue = Channel.CreateUnbounded<Order>(); private async Task DrainAsync() { await foreach (var order in _queue.Reader.ReadAllAsync()) await table.UpsertAsync(order); }";

    [TestCase("_ = {|RERUN2004:handler.HandleAsync(context.Message)|};")]
    [TestCase("_ = {|RERUN2004:table.UpsertAsync(context.Message)|};")]
    [TestCase("_ = Task.Run(() => {|RERUN2004:table.UpsertAsync(context.Message)|});")]
    [TestCase("{|RERUN2004:_queue.Writer.TryWrite(context.Message)|};", Stored)]
    [TestCase("logger.LogInformation(\"got one\"); await {|RERUN2004:_queue.Writer.WriteAsync(context.Message)|};", Stored)]
    public Task A_handler_that_returns_before_the_work_is_done(string body, string members = "") => MassTransit(body, members);

    [TestCase("await handler.HandleAsync(context.Message);")]
    [TestCase("await table.UpsertAsync(context.Message); _ = handler.HandleAsync(context.Message);")]
    [TestCase("var work = handler.HandleAsync(context.Message); logger.LogInformation(\"x\"); await work;")]
    [TestCase("await table.UpsertAsync(context.Message); _queue.Writer.TryWrite(context.Message);", Stored)]
    [TestCase("var done = new TaskCompletionSource(); _queue.Writer.TryWrite(context.Message); await done.Task;", Stored)]
    [TestCase("logger.LogInformation(\"{Id}\", context.Message.Id);")]
    public Task A_handler_that_returns_when_the_work_is_done(string body, string members = "") => MassTransit(body, members);
}
