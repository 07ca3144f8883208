namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

public partial class SwallowedRecordShapesTests
{
    [Test]
    public Task A_consumer_that_rejects_the_failed_message() => Verify.LibraryAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Consumer(IOrderStore store, IModel channel, ILogger<Consumer> logger)
        {
            public void Start()
            {
                var consumer = new EventingBasicConsumer(channel);
                consumer.Received += (_, delivery) =>
                {
                    try
                    {
                        store.SaveAsync(Order.Parse(delivery.Body)).GetAwaiter().GetResult();
                        channel.BasicAck(delivery.DeliveryTag, false);
                    }
                    catch (Exception e)
                    {
                        logger.LogError(e, "failed");
                        channel.BasicNack(delivery.DeliveryTag, false, false);
                    }
                };
                channel.BasicConsume("orders", false, consumer);
            }
        }
        """ + Types, RabbitMq);

    // The shape of the client's names, as far as the tests need them.
    private const string RabbitMq = """
        namespace RabbitMQ.Client
        {
            public interface IModel
            {
                void BasicAck(ulong deliveryTag, bool multiple);
                void BasicNack(ulong deliveryTag, bool multiple, bool requeue);
                void BasicConsume(string queue, bool autoAck, Events.EventingBasicConsumer consumer);
            }
        }

        namespace RabbitMQ.Client.Events
        {
            public class BasicDeliverEventArgs : EventArgs { public ulong DeliveryTag { get; set; } public string Body { get; set; } = ""; }

            public class EventingBasicConsumer(IModel model)
            {
                public IModel Model => model;
                public event EventHandler<BasicDeliverEventArgs>? Received;
                public void Raise() => Received?.Invoke(this, new BasicDeliverEventArgs());
            }
        }
        """;

    [Test]
    public Task A_consumer_that_acknowledges_behind_the_log() => Verify.LibraryAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Consumer(IOrderStore store, IModel channel, ILogger<Consumer> logger)
        {
            public void Start()
            {
                var consumer = new EventingBasicConsumer(channel);
                consumer.Received += (_, delivery) =>
                {
                    try
                    {
                        store.SaveAsync(Order.Parse(delivery.Body)).GetAwaiter().GetResult();
                    }
                    {|RERUN2001:catch (Exception e)|}
                    {
                        logger.LogError(e, "failed");
                    }

                    channel.BasicAck(delivery.DeliveryTag, false);
                };
                channel.BasicConsume("orders", false, consumer);
            }
        }
        """ + Types, RabbitMq);

    [Test]
    public Task A_consumer_that_acknowledges_in_the_catch() => Verify.LibraryAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Consumer(IOrderStore store, IModel channel, ILogger<Consumer> logger)
        {
            public void Start()
            {
                var consumer = new EventingBasicConsumer(channel);
                consumer.Received += (_, delivery) =>
                {
                    try
                    {
                        store.SaveAsync(Order.Parse(delivery.Body)).GetAwaiter().GetResult();
                        channel.BasicAck(delivery.DeliveryTag, false);
                    }
                    {|RERUN2001:catch (Exception e)|}
                    {
                        logger.LogError(e, "failed");
                        channel.BasicAck(delivery.DeliveryTag, false);
                    }
                };
                channel.BasicConsume("orders", false, consumer);
            }
        }
        """ + Types, RabbitMq);

    [Test]
    public Task A_poller_whose_rows_stay_open() => Verify.LibraryAsync(Job("""
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var id in await db.QueryAsync<string>("SELECT id FROM orders WHERE processed = 0"))
            {
                try
                {
                    await store.SaveAsync(Order.Parse(id));
                    await db.ExecuteAsync("UPDATE orders SET processed = 1 WHERE id = @id", new { id });
                }
                catch (Exception e)
                {
                    logger.LogError(e, "will be tried again");
                }
            }

            await Task.Delay(1000, stoppingToken);
        }
        """));

    [Test]
    public Task Mail_behind_the_store_is_best_effort() => Verify.LibraryAsync(PerLine("""
        var order = Order.Parse(line);
        await store.SaveAsync(order);
        try { await mailer.SendAsync("ops@example.com", order.Id); }
        catch (Exception e) { logger.LogWarning(e, "no mail"); }
        """));

    [Test]
    public Task A_poller_that_marks_the_row_all_the_same() => Verify.LibraryAsync(Job("""
        foreach (var id in await db.QueryAsync<string>("SELECT id FROM orders WHERE processed = 0"))
        {
            try { await store.SaveAsync(Order.Parse(id)); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "lost"); }
            await db.ExecuteAsync("UPDATE orders SET processed = 1 WHERE id = @id", new { id });
        }
        """));

    [Test]
    public Task A_job_of_Hangfire_that_swallows_its_argument() => Verify.LibraryAsync("""
        using Hangfire;

        public class Upload(IBackgroundJobClient jobs)
        {
            public void Accept(string line) => jobs.Enqueue<Importer>(i => i.ImportAsync(line));
        }

        public class Importer(IOrderStore store, ILogger<Importer> logger)
        {
            public async Task ImportAsync(string line)
            {
                try { await store.SaveAsync(Order.Parse(line)); }
                {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
            }
        }
        """ + Types);

    [Test]
    public Task A_unique_violation_that_swallows_all_the_rest_too() => Verify.LibraryAsync(PerLine("""
        try { await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line }); }
        {|RERUN2001:catch (SqliteException e)|}
        {
            if (e.SqliteErrorCode == 19)
                logger.LogDebug("known");
        }
        """));

    [Test]
    public Task A_counter_in_a_field_survives_and_the_record_does_not() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad line"); _failed++; }
        """, members: "private int _failed;", after: """logger.LogInformation("{Failed} failed", _failed);"""));
}
