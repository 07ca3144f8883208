namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class DeadLetterNotAwaitedTests
{
    private const string Letters = """

        public interface IDeadLetters { Task SendAsync(string payload, string reason, CancellationToken cancellation = default); Task<List<string>> ListAsync(string topic); Task StartAsync(CancellationToken cancellation); }
        public interface IPublisher { Task PublishAsync(string topic, string payload); ValueTask WriteAsync(string topic, string payload); }
        public class Quarantine { public async void Keep(string payload) => await Task.Yield(); public Task SaveAsync(string payload) => Task.CompletedTask; }
        public class ErrorStore { [RerunSafe.DeadLetter] public Task Put(string payload) => Task.CompletedTask; }
        """;

    private static Task Kafka(string caught, string behind = "consumer.Commit(result);") => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IProducer<string, string> producer, IOrderStore store, IDeadLetters deadLetters, IPublisher publisher, Quarantine quarantine, ErrorStore errors, ILogger<Worker> logger) : BackgroundService
        {
            private readonly List<Task> _running = [];
            private const string DeadLetterTopic = "orders.failed";

            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (!stopping.IsCancellationRequested)
                {
                    var result = consumer.Consume(stopping);
                    try
                    {
                        await store.SaveAsync(Order.Parse(result.Message.Value));
                    }
                    catch (Exception e)
                    {
                        logger.LogError(e, "failed");
                        {{caught}}
                    }
                    {{behind}}
                }
            }
        }
        """ + Brokers.Orders + Letters, Brokers.Kafka);

    [TestCase("_ = {|RERUN2008:deadLetters.SendAsync(result.Message.Value, e.Message)|};")]
    [TestCase("{|RERUN2008:quarantine.Keep(result.Message.Value)|};")]
    [TestCase("_ = {|RERUN2008:quarantine.SaveAsync(result.Message.Value)|};")]
    [TestCase("_ = {|RERUN2008:errors.Put(result.Message.Value)|};")]
    [TestCase("_ = {|RERUN2008:publisher.PublishAsync(\"orders.dlq\", result.Message.Value)|};")]
    [TestCase("_ = {|RERUN2008:publisher.WriteAsync(DeadLetterTopic, result.Message.Value)|};")]
    [TestCase("_ = Task.Run(() => {|RERUN2008:deadLetters.SendAsync(result.Message.Value, e.Message)|});")]
    [TestCase("_ = Task.Run(async () => await {|RERUN2008:deadLetters.SendAsync(result.Message.Value, e.Message)|});")]
    [TestCase("_ = {|RERUN2008:deadLetters.SendAsync(result.Message.Value, e.Message)|}.ContinueWith(t => logger.LogError(t.Exception, \"dead letter\"), TaskContinuationOptions.OnlyOnFaulted);")]
    [TestCase("_ = {|RERUN2008:producer.ProduceAsync(\"orders.dlt\", result.Message)|};")]
    public Task Nobody_waits_for_it(string caught) => Kafka(caught);

    [TestCase("await deadLetters.SendAsync(result.Message.Value, e.Message);")]
    [TestCase("await deadLetters.SendAsync(result.Message.Value, e.Message).ConfigureAwait(false);")]
    [TestCase("deadLetters.SendAsync(result.Message.Value, e.Message).GetAwaiter().GetResult();")]
    [TestCase("deadLetters.SendAsync(result.Message.Value, e.Message).Wait();")]
    [TestCase("var sent = deadLetters.SendAsync(result.Message.Value, e.Message); logger.LogInformation(\"x\"); await sent;")]
    [TestCase("_running.Add(deadLetters.SendAsync(result.Message.Value, e.Message));")]
    [TestCase("await Task.Run(() => deadLetters.SendAsync(result.Message.Value, e.Message));")]
    [TestCase("await Task.WhenAll(deadLetters.SendAsync(result.Message.Value, e.Message), quarantine.SaveAsync(result.Message.Value));")]
    [TestCase("await producer.ProduceAsync(\"orders.dlt\", result.Message);")]
    public Task Somebody_waits_for_it(string caught) => Kafka(caught);

    [TestCase("_ = deadLetters.ListAsync(\"orders\"); throw;")]
    [TestCase("_ = deadLetters.StartAsync(stopping); throw;")]
    [TestCase("_ = publisher.PublishAsync(\"orders.alerts\", result.Message.Value); throw;")]
    public Task What_writes_no_dead_letter(string caught) => Kafka(caught);

    [TestCase("{|RERUN2008:producer.Produce(\"orders.dlq\", result.Message)|};")]
    [TestCase("{|RERUN2008:producer.Produce(\"orders.dlq\", result.Message, report => logger.LogInformation(\"sent\"))|};")]
    public Task Only_in_the_producer_s_buffer(string caught) => Kafka(caught);

    [TestCase("producer.Produce(\"orders.dlq\", result.Message); producer.Flush(stopping);")]
    [TestCase("producer.Produce(\"orders.dlq\", result.Message); producer.Flush(TimeSpan.FromSeconds(5));")]
    public Task Flushed(string caught) => Kafka(caught);

    [Test]
    public Task Flushed_behind_the_catch() => Kafka("producer.Produce(\"orders.dlq\", result.Message);", "producer.Flush(stopping); consumer.Commit(result);");

    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } {|RERUN2008:catch (Exception inner)|} { logger.LogError(inner, \"no dead letter\"); }")]
    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } {|RERUN2008:catch (Exception inner)|} when (inner is TimeoutException) { logger.LogError(inner, \"x\"); }")]
    [TestCase("try { await producer.ProduceAsync(\"orders.dlq\", result.Message); } {|RERUN2008:catch|} { }")]
    public Task Its_own_failure_is_swallowed(string caught) => Kafka(caught);

    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } catch (Exception inner) { logger.LogError(inner, \"no dead letter\"); throw; }")]
    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } catch (Exception inner) { logger.LogError(inner, \"x\"); await quarantine.SaveAsync(result.Message.Value); }")]
    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } catch (OperationCanceledException) { }")]
    [TestCase("try { await deadLetters.SendAsync(result.Message.Value, e.Message); } catch (Exception inner) { logger.LogError(inner, \"x\"); } throw;")]
    public Task Its_own_failure_is_not_swallowed(string caught) => Kafka(caught);

    [Test]
    public Task A_handler_whose_return_settles() => Verify.LibraryAsync("""
        public class Consumer(IOrderStore store, IDeadLetters deadLetters, ILogger<Consumer> logger) : MassTransit.IConsumer<Order>
        {
            public async Task Consume(MassTransit.ConsumeContext<Order> context)
            {
                try { await store.SaveAsync(context.Message); }
                catch (Exception e)
                {
                    try { await deadLetters.SendAsync(context.Message.Id, e.Message); }
                    {|RERUN2008:catch (Exception inner)|} { logger.LogError(inner, "no dead letter"); }
                }
            }
        }

        namespace MassTransit
        {
            public interface ConsumeContext<out T> { T Message { get; } }
            public interface IConsumer<in T> { Task Consume(ConsumeContext<T> context); }
        }
        """ + Brokers.Orders + Letters);

    [TestCase("Task", "{|RERUN2008:catch (Exception e)|} { logger.LogError(e, \"no dead letter\"); }")]
    [TestCase("Task", "catch (Exception e) { logger.LogError(e, \"no dead letter\"); throw; }")]
    [TestCase("Task<bool>", "catch (Exception e) { logger.LogError(e, \"no dead letter\"); return false; }")]
    public Task A_member_that_says_it_writes_dead_letters(string returns, string handler) => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class Letters(IProducer<string, string> producer, ILogger<Letters> logger)
        {
            public async {{returns}} SendToDeadLetterAsync(Message<string, string> message)
            {
                try { await producer.ProduceAsync("orders.dlq", message); {{(returns == "Task" ? "" : "return true;")}} }
                {{handler}}
            }
        }
        """, Brokers.Kafka);

    [TestCase("DeadLetterHandler", "void HandleException(Message<string, string> message, string reason)", "{|RERUN2008:catch (Exception e)|} { logger.LogError(e, \"no dead letter\"); }")]
    [TestCase("DeadLetterHandler", "void HandleException(Message<string, string> message, string reason)", "catch (Exception e) { logger.LogError(e, \"no dead letter\"); throw; }")]
    [TestCase("OrderLetters", "void HandleException(Message<string, string> message, string reason)", "catch (Exception e) { logger.LogError(e, \"not sent\"); }")]
    public Task A_type_that_says_it_handles_dead_letters(string type, string member, string handler) => Verify.LibraryAsync($$"""
        using Confluent.Kafka;

        public class {{type}}(IProducer<string, string> producer, ILogger<{{type}}> logger)
        {
            public {{member}}
            {
                try { logger.LogError(reason); ProduceDeadLetter(message); }
                {{handler}}
            }

            private void ProduceDeadLetter(Message<string, string> message) { producer.Produce("orders-errors", message); producer.Flush(TimeSpan.FromSeconds(5)); }
        }
        """, Brokers.Kafka);

    [Test]
    public Task A_catch_around_the_work_is_another_rule_s_question() => Verify.LibraryAsync("""
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IOrderStore store, IDeadLetters deadLetters, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stopping)
            {
                while (true)
                {
                    var result = consumer.Consume(stopping);
                    try
                    {
                        if (result.Message.Value.Length == 0)
                            await deadLetters.SendAsync(result.Message.Key, "empty", stopping);
                        else
                            await store.SaveAsync(Order.Parse(result.Message.Value));
                    }
                    {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
                    consumer.Commit(result);
                }
            }
        }
        """ + Brokers.Orders + Letters, Brokers.Kafka);

    [Test]
    public Task It_goes_before_settled_before_done() => Kafka("_ = {|RERUN2008:deadLetters.SendAsync(result.Message.Value, e.Message)|}; consumer.Commit(result); continue;");
}
