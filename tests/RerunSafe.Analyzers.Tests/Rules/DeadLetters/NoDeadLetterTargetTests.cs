namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class NoDeadLetterTargetTests
{
    private static Task Rabbit(string body, string members = "") => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;

        public class Topology(IChannel channel, IModel model, string queueName, bool flag, IDictionary<string, object?> given)
        {
            {{members}}

            public async Task DeclareAsync()
            {
                {{body}}
                await Task.CompletedTask;
            }
        }
        """, Brokers.Rabbit);

    [TestCase("await channel.{|RERUN2005:QueueDeclareAsync|}(\"orders\", true, false, false, null);")]
    [TestCase("await channel.{|RERUN2005:QueueDeclareAsync|}(queue: queueName, durable: true, exclusive: false, autoDelete: false);")]
    [TestCase("model.{|RERUN2005:QueueDeclare|}(\"orders\", durable: true, exclusive: false, autoDelete: false, arguments: null);")]
    [TestCase("model.{|RERUN2005:QueueDeclare|}(\"orders\", true, false, false, new Dictionary<string, object> { [\"x-max-length\"] = 1000 });")]
    [TestCase("var arguments = new Dictionary<string, object?>(); arguments[\"x-message-ttl\"] = 60000; await channel.{|RERUN2005:QueueDeclareAsync|}(\"orders\", true, false, false, arguments);")]
    public Task A_queue_without_a_target(string body) => Rabbit(body);

    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false, new Dictionary<string, object?> { [\"x-dead-letter-exchange\"] = \"dead\" });")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false, new Dictionary<string, object?> { { \"x-dead-letter-exchange\", \"\" }, { \"x-dead-letter-routing-key\", \"orders.dead\" } });")]
    [TestCase("var arguments = new Dictionary<string, object?>(); if (flag) arguments[\"x-dead-letter-exchange\"] = \"dead\"; await channel.QueueDeclareAsync(\"orders\", true, false, false, arguments);")]
    [TestCase("var arguments = new Dictionary<string, object?>(); arguments.Add(DeadLetterExchange, \"dead\"); await channel.QueueDeclareAsync(\"orders\", true, false, false, arguments);", "private const string DeadLetterExchange = \"x-dead-letter-exchange\";")]
    [TestCase("IDictionary<string, object?>? arguments = new Dictionary<string, object?>(); arguments[\"x-dead-letter-exchange\"] = \"dead\"; arguments = arguments.Count == 0 ? null : arguments; await channel.QueueDeclareAsync(\"orders\", true, false, false, arguments);")]
    public Task A_queue_with_a_target(string body, string members = "") => Rabbit(body, members);

    [TestCase("await channel.QueueDeclareAsync();")]
    [TestCase("await channel.QueueDeclareAsync(\"\", true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", durable: true, exclusive: true, autoDelete: false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", durable: true, exclusive: false, autoDelete: true);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", durable: false, exclusive: false, autoDelete: false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", durable: flag, exclusive: false, autoDelete: false);")]
    [TestCase("var replyQueue = queueName + \".out\"; await channel.QueueDeclareAsync(replyQueue, true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders.responses\", true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false, new Dictionary<string, object?> { [\"x-queue-type\"] = \"stream\" });")]
    public Task A_queue_that_needs_none(string body) => Rabbit(body);

    [TestCase("await channel.QueueDeclareAsync(\"orders.dead-letters\", true, false, false);")]
    [TestCase("var deadLetterQueue = queueName + \".x\"; await channel.QueueDeclareAsync(deadLetterQueue, true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders.retry\", true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync($\"{queueName}-errors\", true, false, false); await channel.QueueDeclareAsync(\"dlq\", true, false, false);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false); await channel.QueueDeclareAsync(\"orders_dlq\", true, false, false);")]
    public Task Where_the_dead_letters_go(string body) => Rabbit(body);

    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false, given);")]
    [TestCase("await channel.QueueDeclareAsync(\"orders\", true, false, false, Arguments());", "private static IDictionary<string, object?> Arguments() => new Dictionary<string, object?>();")]
    [TestCase("var arguments = new Dictionary<string, object?>(); Fill(arguments); await channel.QueueDeclareAsync(\"orders\", true, false, false, arguments);", "private static void Fill(IDictionary<string, object?> arguments) { }")]
    [TestCase("var arguments = new Dictionary<string, object?>(given); await channel.QueueDeclareAsync(\"orders\", true, false, false, arguments);")]
    public Task Settings_that_come_from_elsewhere(string body, string members = "") => Rabbit(body, members);

    private static Task Sqs(string body) => Verify.LibraryAsync($$"""
        using Amazon.SQS;
        using Amazon.SQS.Model;

        public class Topology(IAmazonSQS sqs, string policy)
        {
            public async Task CreateAsync()
            {
                {{body}}
            }
        }
        """, Brokers.Sqs);

    [TestCase("await sqs.CreateQueueAsync(new {|RERUN2005:CreateQueueRequest|} { QueueName = \"orders\" });")]
    [TestCase("var request = new {|RERUN2005:CreateQueueRequest|}(\"orders\"); request.Attributes[\"VisibilityTimeout\"] = \"30\"; await sqs.CreateQueueAsync(request);")]
    [TestCase("await sqs.{|RERUN2005:CreateQueueAsync|}(\"orders\");")]
    public Task An_sqs_queue_without_a_redrive_policy(string body) => Sqs(body);

    [TestCase("await sqs.CreateQueueAsync(new CreateQueueRequest { QueueName = \"orders\", Attributes = new() { [\"RedrivePolicy\"] = policy } });")]
    [TestCase("var request = new CreateQueueRequest(\"orders\"); request.Attributes[\"RedrivePolicy\"] = policy; await sqs.CreateQueueAsync(request);")]
    [TestCase("await sqs.CreateQueueAsync(\"orders\"); await sqs.SetQueueAttributesAsync(\"url\", new() { [\"RedrivePolicy\"] = policy });")]
    [TestCase("await sqs.CreateQueueAsync(\"orders-dlq\");")]
    public Task An_sqs_queue_with_one_or_of_dead_letters(string body) => Sqs(body);
}
