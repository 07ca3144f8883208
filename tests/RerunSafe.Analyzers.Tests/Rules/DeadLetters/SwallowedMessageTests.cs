namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 in consumers, callbacks and parallel work.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedMessageTests
{
    private const string Types = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); }
        """;

    // The shape of the client's names, as far as the tests need them.
    private const string Kafka = """
        namespace Confluent.Kafka
        {
            public class Message<TKey, TValue> { public TKey Key { get; set; } = default!; public TValue Value { get; set; } = default!; }
            public class ConsumeResult<TKey, TValue> { public Message<TKey, TValue> Message { get; set; } = new(); }
            public class ConsumeException : Exception;
            public class KafkaException : Exception;

            public interface IConsumer<TKey, TValue>
            {
                ConsumeResult<TKey, TValue> Consume(CancellationToken cancellationToken = default);
                List<string> Commit();
                void Commit(ConsumeResult<TKey, TValue> result);
                void StoreOffset(ConsumeResult<TKey, TValue> result);
            }

            public interface IProducer<TKey, TValue>
            {
                Task ProduceAsync(string topic, Message<TKey, TValue> message, CancellationToken cancellationToken = default);
            }
        }
        """;

    private static Task Consumes(string body, string parameters = "IConsumer<string, string> consumer, IOrderStore store, ILogger<Worker> logger") => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Worker({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    {{body}}
                }
                await Task.CompletedTask;
            }
        }
        """ + Types, Kafka);

    [Test]
    public Task Kafka_with_a_log_and_the_next_message() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        try { await store.SaveAsync(Order.Parse(result.Message.Value)); }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad message"); }
        """);

    [Test]
    public Task Kafka_with_the_read_inside_the_try() => Consumes("""
        try
        {
            var result = consumer.Consume(stoppingToken);
            await store.SaveAsync(Order.Parse(result.Message.Value));
        }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad message"); }
        """);

    [Test]
    public Task Kafka_whose_client_reports_an_error_of_its_own() => Consumes("""
        ConsumeResult<string, string> result;
        try { result = consumer.Consume(stoppingToken); }
        catch (ConsumeException e) { logger.LogError(e, "broker"); continue; }
        await store.SaveAsync(new Order(result.Message.Value, 0));
        """);

    [Test]
    public Task Kafka_with_a_dead_letter_topic() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        try { await store.SaveAsync(Order.Parse(result.Message.Value)); }
        catch (Exception e)
        {
            logger.LogError(e, "bad message");
            await producer.ProduceAsync("orders.dlt", result.Message, stoppingToken);
        }
        consumer.Commit(result);
        """, "IConsumer<string, string> consumer, IProducer<string, string> producer, IOrderStore store, ILogger<Worker> logger");

    [Test]
    public Task Kafka_that_stops_at_the_failed_message() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        try { await store.SaveAsync(Order.Parse(result.Message.Value)); }
        catch (Exception e) { logger.LogError(e, "stop"); throw; }
        consumer.Commit(result);
        """);

    [Test]
    public Task Kafka_that_commits_everything_behind_the_log() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        try { await store.SaveAsync(Order.Parse(result.Message.Value)); }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad message"); }
        consumer.Commit();
        """);

    [Test]
    public Task A_message_that_cannot_be_read_is_replaced_by_an_empty_one() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        Order order;
        try { order = Order.Parse(result.Message.Value); }
        catch (FormatException) { order = new Order("", 0); }
        await store.SaveAsync(order);
        """);

    [Test]
    public Task A_result_that_is_collected_and_read() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var results = new List<bool>();
                foreach (var line in File.ReadLines("orders.csv"))
                    results.Add(await TryImportAsync(line));
                if (results.Contains(false))
                    throw new InvalidOperationException("some lines failed");
            }

            private async Task<bool> TryImportAsync(string line)
            {
                try
                {
                    await store.SaveAsync(Order.Parse(line));
                    return true;
                }
                catch (Exception e)
                {
                    logger.LogError(e, "bad line");
                    return false;
                }
            }
        }
        """ + Types);

    [Test]
    public Task A_foreach_over_a_queue_in_memory_that_is_a_record_loop() => Verify.LibraryAsync("""
        using System.Threading.Channels;

        public class Worker(Channel<string> channel, IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var line in channel.Reader.ReadAllAsync(stoppingToken))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad line"); }
                }
            }
        }
        """ + Types);

    [Test]
    public Task A_handler_declared_at_most_once() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            [RerunSafe.AtMostOnce("ticks of a live view; the next one replaces it")]
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e) { logger.LogError(e, "bad line"); }
                }
            }
        }

        namespace RerunSafe { public sealed class AtMostOnceAttribute(string reason) : Attribute { public string Reason => reason; } }
        """ + Types);

    [Test]
    public Task A_member_declared_as_dead_letter() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e) { Aside(line, e); }
                }
            }

            [RerunSafe.DeadLetter]
            private static void Aside(string line, Exception e) => Console.Error.WriteLine(line + e);
        }

        namespace RerunSafe { public sealed class DeadLetterAttribute : Attribute; }
        """ + Types);

    [Test]
    public Task A_dead_letter_written_by_a_private_helper() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, SqliteConnection db, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e) { await FailAsync(line, e); }
                }
            }

            private async Task FailAsync(string line, Exception e)
            {
                logger.LogError(e, "bad line");
                await StoreAsync(line, e.Message);
            }

            private Task StoreAsync(string line, string reason) =>
                db.ExecuteAsync("INSERT INTO failed_rows (line, reason) VALUES (@line, @reason)", new { line, reason });
        }
        """ + Types);

    [Test]
    public Task A_private_helper_that_only_logs() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    {|RERUN2001:catch (Exception e)|} { Report(line, e); }
                }
            }

            private void Report(string line, Exception e)
            {
                var text = $"Line {line} is bad: {e.Message}";
                logger.LogError(e, "{Text}", text);
                Console.Error.WriteLine(text);
            }
        }
        """ + Types);

    [Test]
    public Task Kafka_that_commits_behind_the_log() => Consumes("""
        var result = consumer.Consume(stoppingToken);
        try { await store.SaveAsync(Order.Parse(result.Message.Value)); }
        {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad message"); }
        consumer.Commit(result);
        """);

    [Test]
    public Task A_result_that_nobody_reads() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                    await TryImportAsync(line);
            }

            private async Task<bool> TryImportAsync(string line)
            {
                try
                {
                    await store.SaveAsync(Order.Parse(line));
                    return true;
                }
                {|RERUN2001:catch (Exception e)|}
                {
                    logger.LogError(e, "bad line");
                    return false;
                }
            }
        }
        """ + Types);
}
