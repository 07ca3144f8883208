namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 in lambdas inside the work on a record: run aside, retried, or handed the record by a helper of the client.</summary>
[Parallelizable(ParallelScope.All)]
public class HandedLambdaTests
{
    private static Task Queue(string work) => Verify.LibraryAsync($$"""
        public interface IWorkQueue { Task<Order> DequeueAsync(CancellationToken cancellation); void Enqueue(Order order); Task CompleteAsync(Order order); }
        public class QueueService(IWorkQueue queue, IOrderStore store, ILogger<QueueService> logger) : BackgroundService
        {
            private readonly List<Order> failed = [];

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    var order = await queue.DequeueAsync(stoppingToken);
                    {{work}}
                }

                logger.LogDebug("{Failed}", failed);
            }
        }
        """ + ConsumerStubs.Types);

    [TestCase("""ThreadPool.QueueUserWorkItem(_ => { try { store.SaveAsync(order).GetAwaiter().GetResult(); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); } });""")]
    [TestCase("""_ = Task.Run(async () => { try { await store.SaveAsync(order); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); return; } });""")]
    [TestCase("""await Task.Factory.StartNew(() => { try { store.SaveAsync(order).Wait(); } {|RERUN2001:catch (Exception)|} { } });""")]
    public Task Run_aside(string work) => Queue(work);

    [TestCase("""_ = Task.Run(async () => { try { await store.SaveAsync(order); } catch (Exception e) { logger.LogError(e, "again"); queue.Enqueue(order); } });""")]
    [TestCase("""await Task.Run(async () => { try { await store.SaveAsync(order); } catch (Exception e) { logger.LogError(e, "failed"); throw; } });""")]
    [TestCase("""_ = Task.Run(async () => { try { await store.SaveAsync(order); await queue.CompleteAsync(order); } catch (Exception e) { logger.LogError(e, "it stays in the queue"); } });""")]
    [TestCase("""_ = Task.Run(async () => { try { await Task.Delay(10); } catch (Exception e) { logger.LogError(e, "failed"); } }); await store.SaveAsync(order);""")]
    [TestCase("""_ = Task.Run(async () => { try { await store.SaveAsync(order); } catch (OperationCanceledException) { } });""")]
    public Task Run_aside_and_not_lost(string work) => Queue(work);

    private static Task Traced(string body, string record = "result") => Verify.LibraryAsync($$"""
        public static class Tracing
        {
            public static async Task ConsumeTraced<K, V>(this Confluent.Kafka.IConsumer<K, V> consumer, Func<Confluent.Kafka.ConsumeResult<K, V>, Task> handle) { await handle(consumer.Consume(CancellationToken.None)); }
            public static async Task Describe<K, V>(this Confluent.Kafka.IConsumer<K, V> consumer, Func<string, Task> handle) { await handle(consumer.ToString()!); }
        }

        public class OrderListener(Confluent.Kafka.IConsumer<string, string> consumer, IOrderStore store, ILogger<OrderListener> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                    await consumer.{{(record == "result" ? "ConsumeTraced" : "Describe")}}(async {{record}} =>
                    {
                        {{body}}
                    });
            }
        }
        """ + ConsumerStubs.Types, Brokers.Kafka);

    [TestCase("""try { await store.SaveLineAsync(result.Message.Value); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); } finally { consumer.Commit(result); }""")]
    [TestCase("""try { await store.SaveLineAsync(result.Message.Value); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); return; }""")]
    public Task A_helper_that_consumes(string body) => Traced(body);

    [TestCase("""try { await store.SaveLineAsync(result.Message.Value); consumer.Commit(result); } catch (Exception e) { logger.LogError(e, "failed"); throw; }""")]
    [TestCase("""try { await store.SaveLineAsync(result.Message.Value); } catch (Exception e) { logger.LogError(e, "failed"); await store.SaveLineAsync("dead " + result.Message.Value); } finally { consumer.Commit(result); }""")]
    public Task A_helper_that_consumes_and_nothing_is_lost(string body) => Traced(body);

    [Test]
    public Task A_helper_that_hands_out_something_else() => Traced("""try { await store.SaveLineAsync(name); } catch (Exception e) { logger.LogError(e, "failed"); }""", "name");

    private static Task Batch(string work) => Verify.LibraryAsync($$"""
        public sealed record Batch(List<string> Lines);
        public class BatchConsumer(IOrderStore store, ILogger<BatchConsumer> logger) : MassTransit.IConsumer<Batch>
        {
            private readonly List<string> regions = ["north", "south"];

            public async Task Consume(MassTransit.ConsumeContext<Batch> context)
            {
                {{work}}
                logger.LogDebug("{Store} {Regions} {Count}", store, regions, context.Message.Lines.Count);
                await Task.CompletedTask;
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [TestCase("await Parallel.ForEachAsync(context.Message.Lines, async (line, _) => { try { await store.SaveLineAsync(line); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"left out\"); } });")]
    [TestCase("Parallel.ForEach(context.Message.Lines, line => { try { store.SaveLineAsync(line).Wait(); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"left out\"); return; } });")]
    [TestCase("await Task.WhenAll(context.Message.Lines.Select(async line => { try { await store.SaveLineAsync(line); } {|RERUN2001:catch (Exception)|} { } }));")]
    public Task Parts_of_a_message(string work) => Batch(work);

    [TestCase("await Parallel.ForEachAsync(context.Message.Lines, async (line, _) => { try { await store.SaveLineAsync(line); } catch (Exception e) { logger.LogError(e, \"again\"); throw; } });")]
    [TestCase("await Parallel.ForEachAsync(context.Message.Lines, async (line, _) => { try { await store.SaveLineAsync(line); } catch (Exception e) { logger.LogError(e, \"kept\"); await store.SaveLineAsync(\"bad \" + line); } });")]
    [TestCase("await Parallel.ForEachAsync(regions, async (region, _) => { try { await store.SaveLineAsync(region); } catch (Exception e) { logger.LogError(e, \"no region\"); } });")]
    [TestCase("var saved = await Task.WhenAll(context.Message.Lines.Select(async line => { try { await store.SaveLineAsync(line); return true; } catch (Exception) { return false; } })); if (saved.Contains(false)) throw new InvalidOperationException();")]
    public Task Parts_of_a_message_that_are_not_lost(string work) => Batch(work);

    private static string Stream(string subscription) => $$"""
        public sealed record Block(string Hash);
        public static class Streams { public static IDisposable Subscribe<T>(this IObservable<T> stream, Action<T> next) => throw new NotSupportedException(); public static IObservable<T> Where<T>(this IObservable<T> stream, Func<T, bool> filter) => stream; }
        public class BlockWorker(IObservable<Block> blocks, IOrderStore store, ILogger<BlockWorker> logger) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{subscription}}
                logger.LogDebug("{Blocks} {Store}", blocks, store);
                return Task.CompletedTask;
            }
        }
        """ + ConsumerStubs.Types;

    [TestCase("blocks.Subscribe(block => { try { store.SaveLineAsync(block.Hash).Wait(); } catch (Exception e) { logger.LogError(e, \"failed\"); } });")]
    [TestCase("blocks.Where(b => b.Hash.Length > 0).Subscribe(async block => { try { await store.SaveLineAsync(block.Hash); } catch (Exception) { } });")]
    public Task What_a_stream_hands_out_once_is_a_suggestion(string subscription) =>
        Verify.SeverityAsync("RERUN2001", Microsoft.CodeAnalysis.DiagnosticSeverity.Info, Stream(subscription));

    [TestCase("blocks.Subscribe(block => { try { store.SaveLineAsync(block.Hash).Wait(); } catch (Exception e) { logger.LogError(e, \"failed\"); throw; } });")]
    [TestCase("blocks.Subscribe(block => { try { store.SaveLineAsync(block.Hash).Wait(); } catch (Exception e) { logger.LogError(e, \"failed\"); store.SaveLineAsync(\"bad \" + block.Hash).Wait(); } });")]
    [TestCase("blocks.Subscribe(block => { try { logger.LogDebug(\"{Hash}\", block.Hash); } catch (Exception e) { logger.LogError(e, \"failed\"); } });")]
    public Task Nothing_of_a_stream_is_lost(string subscription) => Verify.LibraryAsync(Stream(subscription));
}
