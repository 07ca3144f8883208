using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2004: settling calls in front of, beside and behind the work.</summary>
[Parallelizable(ParallelScope.All)]
public class SettledBeforeDoneTests
{
    private static Task Kafka(string body, string members = "", string attributes = "") => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        {{attributes}}
        public class Worker(IConsumer<string, string> consumer, IOrderHandler handler, IOrderStore store, OrderTable table, ILogger<Worker> logger) : BackgroundService
        {
            {{members}}

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var result = consumer.Consume(stopping);
                    {{body}}
                }
                await Task.CompletedTask;
            }
        }
        """ + Brokers.Orders, Brokers.Kafka);

    [TestCase("{|RERUN2004:consumer.Commit(result)|}; await handler.HandleAsync(Order.Parse(result.Message.Value));")]
    [TestCase("{|RERUN2004:consumer.Commit()|}; await table.UpsertAsync(Order.Parse(result.Message.Value));")]
    [TestCase("{|RERUN2004:consumer.StoreOffset(result)|}; await store.SaveAsync(Order.Parse(result.Message.Value));")]
    [TestCase("var order = Order.Parse(result.Message.Value); {|RERUN2004:consumer.Commit(result)|}; await store.SaveAsync(order);")]
    [TestCase("var known = await store.FindAsync(result.Message.Key); {|RERUN2004:consumer.Commit(result)|}; if (known is null) await store.SaveAsync(Order.Parse(result.Message.Value));")]
    [TestCase("logger.LogInformation(\"got one\"); {|RERUN2004:consumer.Commit(result)|}; try { await handler.HandleAsync(Order.Parse(result.Message.Value)); } catch (Exception e) { logger.LogError(e, \"failed\"); throw; }")]
    public Task A_commit_in_front_of_the_work(string body) => Kafka(body);

    [TestCase("await handler.HandleAsync(Order.Parse(result.Message.Value)); consumer.Commit(result);")]
    [TestCase("await table.UpsertAsync(Order.Parse(result.Message.Value)); consumer.StoreOffset(result);")]
    [TestCase("await table.UpsertAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); await handler.HandleAsync(Order.Parse(result.Message.Value));")]
    public Task A_commit_behind_the_work(string body) => Kafka(body);

    [TestCase("if (result.IsPartitionEOF) { consumer.Commit(result); continue; } await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result);")]
    [TestCase("if (result.Message.Value is null) { logger.LogWarning(\"empty\"); consumer.Commit(result); continue; } await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result);")]
    [TestCase("if (await store.FindAsync(result.Message.Key) is not null) consumer.Commit(result); else { await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); }")]
    [TestCase("switch (result.Message.Key) { case \"ping\": consumer.Commit(result); break; default: await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); break; }")]
    [TestCase("Order order; try { order = Order.Parse(result.Message.Value); } catch (FormatException) { await store.SaveAsync(new Order(result.Message.Key, 0)); consumer.Commit(result); continue; } await store.SaveAsync(order); consumer.Commit(result);")]
    public Task A_record_without_work_is_settled_in_a_branch_of_its_own(string body) => Kafka(body);

    [TestCase("consumer.Commit(result); logger.LogInformation(\"{Value}\", result.Message.Value);")]
    [TestCase("consumer.Commit(result); Seen++;")]
    [TestCase("consumer.Commit(result); Console.WriteLine(Order.Parse(result.Message.Value));")]
    public Task A_consumer_that_writes_nothing(string body) => Kafka(body, "public int Seen { get; set; }");

    [Test]
    public Task At_most_once_is_declared() =>
        Kafka("consumer.Commit(result); await handler.HandleAsync(Order.Parse(result.Message.Value));", attributes: "[RerunSafe.AtMostOnce]");

    [Test]
    public Task What_is_committed_was_stored_in_the_round_before() => Kafka("""
        if (Last is not null) consumer.Commit(Last);
        await store.SaveAsync(Order.Parse(result.Message.Value));
        Last = result;
        """, "private ConsumeResult<string, string>? Last;");

    [Test]
    public Task The_local_that_is_committed_was_stored_in_the_round_before() => Verify.LibraryAsync("""
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                var last = consumer.Consume(stopping);
                while (!stopping.IsCancellationRequested)
                {
                    var result = consumer.Consume(stopping);
                    consumer.Commit(last);
                    await store.SaveAsync(Order.Parse(result.Message.Value));
                    last = result;
                }
            }
        }
        """ + Brokers.Orders, Brokers.Kafka);

    [Test]
    public Task A_batch_that_is_committed_record_by_record_before_it_is_stored() => Kafka("""
        Batch.Add(Order.Parse(result.Message.Value));
        {|RERUN2004:consumer.StoreOffset(result)|};
        if (Batch.Count >= 100) { foreach (var order in Batch) await table.UpsertAsync(order); Batch.Clear(); }
        """, "private readonly List<Order> Batch = [];");

    [Test]
    public Task A_batch_that_is_committed_when_it_is_stored() => Kafka("""
        Batch.Add(Order.Parse(result.Message.Value));
        if (Batch.Count >= 100) { foreach (var order in Batch) await table.UpsertAsync(order); consumer.Commit(result); Batch.Clear(); }
        """, "private readonly List<Order> Batch = [];");

    [TestCase("_ = handler.HandleAsync(Order.Parse(result.Message.Value)); {|RERUN2004:consumer.Commit(result)|};")]
    [TestCase("_ = Task.Run(() => store.SaveAsync(Order.Parse(result.Message.Value))); {|RERUN2004:consumer.Commit(result)|};")]
    [TestCase("_ = Task.Run(async () => { await table.UpsertAsync(Order.Parse(result.Message.Value)); }); {|RERUN2004:consumer.Commit(result)|};")]
    [TestCase("_ = store.SaveAsync(Order.Parse(result.Message.Value)).ContinueWith(t => logger.LogError(t.Exception, \"x\")); {|RERUN2004:consumer.Commit(result)|};")]
    public Task A_commit_while_the_work_is_running(string body) => Kafka(body);

    [TestCase("var saving = store.SaveAsync(Order.Parse(result.Message.Value)); logger.LogInformation(\"x\"); await saving; consumer.Commit(result);")]
    [TestCase("await Task.Run(() => store.SaveAsync(Order.Parse(result.Message.Value))); consumer.Commit(result);")]
    [TestCase("store.SaveAsync(Order.Parse(result.Message.Value)).GetAwaiter().GetResult(); consumer.Commit(result);")]
    [TestCase("_ = Task.Run(async () => { await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); });")]
    public Task A_commit_when_the_work_is_awaited(string body) => Kafka(body);

    [TestCase("try { await store.SaveAsync(Order.Parse(result.Message.Value)); } finally { {|RERUN2004:consumer.Commit(result)|}; }")]
    [TestCase("try { await store.SaveAsync(Order.Parse(result.Message.Value)); } catch (FormatException) { throw; } finally { {|RERUN2004:consumer.Commit(result)|}; }")]
    [TestCase("try { await table.UpsertAsync(Order.Parse(result.Message.Value)); } catch (Exception e) { logger.LogError(e, \"x\"); throw; } finally { {|RERUN2004:consumer.Commit(result)|}; }")]
    public Task A_commit_in_a_finally(string body) => Kafka(body);

    [TestCase("try { await store.SaveAsync(Order.Parse(result.Message.Value)); } catch (Exception e) { await handler.HandleAsync(new Order(e.Message, 0)); } finally { consumer.Commit(result); }")]
    [TestCase("var done = false; try { await store.SaveAsync(Order.Parse(result.Message.Value)); done = true; } finally { if (done) consumer.Commit(result); }")]
    [TestCase("try { await store.SaveAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); } finally { logger.LogInformation(\"done\"); }")]
    public Task A_finally_that_takes_nothing_for_done_which_is_not(string body) => Kafka(body);

    [Test]
    public Task A_helper_that_only_settles() => Kafka(
        "{|RERUN2004:Done(result)|}; await store.SaveAsync(Order.Parse(result.Message.Value));",
        "private void Done(ConsumeResult<string, string> result) { logger.LogDebug(\"done\"); consumer.Commit(result); }");

    [Test]
    public Task A_helper_that_settles_behind_its_work() => Kafka(
        "await HandleAsync(result); await store.SaveAsync(Order.Parse(result.Message.Value));",
        "private async Task HandleAsync(ConsumeResult<string, string> result) { await table.UpsertAsync(Order.Parse(result.Message.Value)); consumer.Commit(result); }");

    [Test]
    public Task The_work_in_a_local_function() => Kafka("""
        {|RERUN2004:consumer.Commit(result)|};
        await StoreAsync();
        async Task StoreAsync() => await table.UpsertAsync(Order.Parse(result.Message.Value));
        """);

    [Test]
    public Task The_work_in_a_local_function_called_first() => Kafka("""
        async Task StoreAsync() => await table.UpsertAsync(Order.Parse(result.Message.Value));
        await StoreAsync();
        consumer.Commit(result);
        """);

    [Test]
    public Task A_broker_s_checkpoint_is_not_spoken_of_twice() => Verify.LibraryAsync("""
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, SqliteConnection connection) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var result = consumer.Consume(stopping);
                    {|RERUN2004:SaveCheckpoint(result)|};
                    await connection.ExecuteAsync("INSERT INTO orders(id) VALUES (@id) ON CONFLICT DO NOTHING", new { id = result.Message.Key });
                }
            }

            private void SaveCheckpoint(ConsumeResult<string, string> result) => consumer.Commit(result);
        }
        """, Brokers.Kafka);

    [Test]
    public Task A_commit_in_front_is_a_warning() => Verify.SeverityAsync("RERUN2004", DiagnosticSeverity.Warning, """
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (true)
                {
                    var result = consumer.Consume(stopping);
                    consumer.Commit(result);
                    await store.SaveAsync(Order.Parse(result.Message.Value));
                }
            }
        }
        """ + Brokers.Orders + Brokers.Kafka);
}
