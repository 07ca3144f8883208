namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>Loops over what a broker delivers in a class library, of whose callers the compilation shows none.</summary>
[Parallelizable(ParallelScope.All)]
public class UncalledConsumerTests
{
    private const string Kafka = """
        namespace Confluent.Kafka
        {
            public class Message<TKey, TValue> { public TValue Value { get; set; } = default!; }
            public class ConsumeResult<TKey, TValue> { public Message<TKey, TValue> Message { get; set; } = new(); }
            public interface IConsumer<TKey, TValue>
            {
                ConsumeResult<TKey, TValue> Consume(CancellationToken cancellationToken = default);
                void Commit(ConsumeResult<TKey, TValue> result);
            }
        }
        """;

    private static Task Library(string members, string more = "") => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Ingest(IConsumer<string, string> consumer, IOrderStore store, ILogger<Ingest> logger)
        {
            {{members}}

            public override string ToString() => $"{consumer} {store} {logger}";
        }
        {{more}}
        """ + ConsumerStubs.Types, Kafka);

    private const string Failing = """try { await store.SaveAsync(Order.Parse(result.Message.Value)); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); } consumer.Commit(result);""";

    [Test]
    public Task A_loop_that_somebody_else_starts() => Library(
        "public async Task PumpAsync(CancellationToken stop) { while (!stop.IsCancellationRequested) { var result = consumer.Consume(stop); " + Failing + " } }");

    [Test]
    public Task A_handler_that_only_the_loop_calls() => Library(
        """
        public async Task PumpAsync(CancellationToken stop) { while (!stop.IsCancellationRequested) { var result = consumer.Consume(stop); await OneAsync(result.Message.Value); consumer.Commit(result); } }
        private async Task OneAsync(string text) { try { await store.SaveAsync(Order.Parse(text)); } {|RERUN2001:catch (FormatException)|} { logger.LogWarning("unreadable"); } }
        """);

    [Test]
    public Task A_handler_behind_an_interface() => Library(
        "public async Task PumpAsync(IHandle<string> handler, CancellationToken stop) { while (true) { var result = consumer.Consume(stop); await handler.HandleAsync(result.Message.Value); consumer.Commit(result); } }",
        """
        public interface IHandle<T> { Task HandleAsync(T what); }
        public class Orders(IOrderStore store) : IHandle<string>
        {
            public async Task HandleAsync(string what) { try { await store.SaveAsync(Order.Parse(what)); } {|RERUN2001:catch|} { } }
        }
        """);

    [Test]
    public Task The_loop_leaves_a_failed_message_where_it_is() => Library(
        "public async Task PumpAsync(CancellationToken stop) { while (!stop.IsCancellationRequested) { var result = consumer.Consume(stop); await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); } }");

    [Test]
    public Task One_message_is_not_a_loop() => Library(
        "public async Task FirstAsync(CancellationToken stop) { var result = consumer.Consume(stop); try { await store.SaveAsync(Order.Parse(result.Message.Value)); } catch (Exception e) { logger.LogError(e, \"failed\"); } }");

    [Test]
    public Task A_loop_over_what_no_broker_delivers() => Library(
        "public async Task LoadAsync(string path) { foreach (var line in File.ReadLines(path)) { try { await store.SaveAsync(Order.Parse(line)); } catch (FormatException e) { logger.LogError(e, \"failed\"); } } }");
}
