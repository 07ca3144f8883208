using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers.Tests.Catalog;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>The rules of settlement on code that is compiled against the brokers' own clients: where each speaks, and two look-alikes.</summary>
public class RealClientTests
{
    private const string Head = """
        using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks; using Dapper; using Microsoft.Extensions.Hosting;
        class Orders(System.Data.IDbConnection db) { public Task SaveAsync(string order) => db.ExecuteAsync("INSERT INTO orders(id) VALUES (@order) ON CONFLICT (id) DO NOTHING", new { order }); }
        """;

    private static string Loop(string parameters, string before, string body) =>
        $"class Worker({parameters}, Orders orders) : BackgroundService {{ protected override async Task ExecuteAsync(CancellationToken stop) {{ {before} while (!stop.IsCancellationRequested) {{ {body} }} }} }}";

    private static string Kafka(string config, string body) => Loop(
        "string servers", $"using var consumer = new Confluent.Kafka.ConsumerBuilder<string, string>(new Confluent.Kafka.ConsumerConfig {{ BootstrapServers = servers{config} }}).Build();",
        "var result = consumer.Consume(stop); " + body);

    [TestCase(", EnableAutoCommit = false", "consumer.Commit(result); await orders.SaveAsync(result.Message.Value);", "RERUN2004")]
    [TestCase(", EnableAutoCommit = true", "await orders.SaveAsync(result.Message.Value);", "RERUN2004")]
    [TestCase("", "await orders.SaveAsync(result.Message.Value);", "RERUN2004")]
    [TestCase(", EnableAutoCommit = false", "await orders.SaveAsync(result.Message.Value); consumer.Commit(result);")]
    [TestCase(", EnableAutoOffsetStore = false", "await orders.SaveAsync(result.Message.Value); consumer.StoreOffset(result);")]
    [TestCase(", EnableAutoCommit = false", "try { await orders.SaveAsync(result.Message.Value); consumer.Commit(result); } catch (Exception) { consumer.Seek(result.TopicPartitionOffset); }", "RERUN2003")]
    [TestCase(", EnableAutoCommit = false", "try { await orders.SaveAsync(result.Message.Value); consumer.Commit(result); } catch (TimeoutException) { consumer.Seek(result.TopicPartitionOffset); }")]
    public Task Confluent_Kafka(string config, string body, params string[] ids) => Says(Kafka(config, body), ids);

    private static string Rabbit(string autoAck, string body, string arguments) => $$"""
        class Worker(RabbitMQ.Client.IChannel channel, Orders orders) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stop)
            {
                await RabbitMQ.Client.IChannelExtensions.QueueDeclareAsync(channel, "orders", true, false, false, {{arguments}});
                var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (_, args) => { var order = System.Text.Encoding.UTF8.GetString(args.Body.Span); {{body}} };
                await RabbitMQ.Client.IChannelExtensions.BasicConsumeAsync(channel, "orders", {{autoAck}}, consumer, stop);
            }
        }
        """;

    private const string Dlx = "new Dictionary<string, object> { [\"x-dead-letter-exchange\"] = \"dead\" }";

    [TestCase("true", "await orders.SaveAsync(order);", Dlx, "RERUN2004")]
    [TestCase("false", "await channel.BasicAckAsync(args.DeliveryTag, false); await orders.SaveAsync(order);", Dlx, "RERUN2004")]
    [TestCase("false", "await orders.SaveAsync(order); await channel.BasicAckAsync(args.DeliveryTag, false);", Dlx)]
    [TestCase("false", "try { await orders.SaveAsync(order); } catch { await channel.BasicNackAsync(args.DeliveryTag, false, true); throw; }", Dlx, "RERUN2003")]
    [TestCase("false", "try { await orders.SaveAsync(order); } catch { await channel.BasicNackAsync(args.DeliveryTag, false, !args.Redelivered); throw; }", Dlx)]
    [TestCase("false", "await orders.SaveAsync(order); await channel.BasicAckAsync(args.DeliveryTag, false);", "null", "RERUN2005")]
    public Task RabbitMQ_7(string autoAck, string body, string arguments, params string[] ids) => Says(Rabbit(autoAck, body, arguments), ids);

    [TestCase("await args.CompleteMessageAsync(args.Message); await orders.SaveAsync(args.Message.Body.ToString());", "RERUN2004")]
    [TestCase("await orders.SaveAsync(args.Message.Body.ToString()); await args.CompleteMessageAsync(args.Message);")]
    [TestCase("try { await orders.SaveAsync(args.Message.Body.ToString()); } catch { await args.AbandonMessageAsync(args.Message); throw; }")]
    [TestCase("_ = args.DeadLetterMessageAsync(args.Message, \"bad\"); await Task.Yield();", "RERUN2008")]
    public Task Azure_Service_Bus(string body, params string[] ids) => Says(
        $"class Worker(Azure.Messaging.ServiceBus.ServiceBusProcessor processor, Orders orders) {{ public void Start() => processor.ProcessMessageAsync += async args => {{ {body} }}; }}", ids);

    [TestCase("await sqs.DeleteMessageAsync(url, message.ReceiptHandle); await orders.SaveAsync(message.Body);", "RERUN2004")]
    [TestCase("await orders.SaveAsync(message.Body); await sqs.DeleteMessageAsync(url, message.ReceiptHandle);")]
    [TestCase("if (message.Body is null) { await sqs.DeleteMessageAsync(url, message.ReceiptHandle); continue; } await orders.SaveAsync(message.Body); await sqs.DeleteMessageAsync(url, message.ReceiptHandle);")]
    public Task Amazon_SQS(string body, params string[] ids) => Says(
        Loop("Amazon.SQS.AmazonSQSClient sqs, string url", "", "var response = await sqs.ReceiveMessageAsync(url, stop); foreach (var message in response.Messages) { " + body + " }"), ids);

    [TestCase("await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); await orders.SaveAsync(message.Body.ToString());", "RERUN2004")]
    [TestCase("await orders.SaveAsync(message.Body.ToString()); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);")]
    [TestCase("if (message.DequeueCount > 5) { await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt); continue; } await orders.SaveAsync(message.Body.ToString()); await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);")]
    public Task Azure_Storage_Queues(string body, params string[] ids) => Says(
        Loop("Azure.Storage.Queues.QueueClient queue", "", "foreach (var message in (await queue.ReceiveMessagesAsync(32)).Value) { " + body + " }"), ids);

    [TestCase("await message.AckAsync(); await orders.SaveAsync(message.Data);", "RERUN2004")]
    [TestCase("await orders.SaveAsync(message.Data); await message.AckAsync();")]
    [TestCase("try { await orders.SaveAsync(message.Data); await message.AckAsync(); } catch (Exception) { await message.NakAsync(); }", "RERUN2003")]
    [TestCase("try { await orders.SaveAsync(message.Data); await message.AckAsync(); } catch (Exception) { if (message.Metadata?.NumDelivered < 5) await message.NakAsync(); else await message.AckTerminateAsync(); }")]
    public Task NATS_JetStream(string body, params string[] ids) => Says(
        $"class Worker(NATS.Client.JetStream.INatsJSConsumer consumer, Orders orders) : BackgroundService {{ protected override async Task ExecuteAsync(CancellationToken stop) {{ await foreach (var message in consumer.ConsumeAsync<string>(cancellationToken: stop)) {{ {body} }} }} }}", ids);

    [TestCase("var line = await redis.ListLeftPopAsync(\"orders\"); await orders.SaveAsync(line);", "RERUN2004")]
    [TestCase("foreach (var entry in await redis.StreamReadGroupAsync(\"orders\", \"g\", \"c\")) { await redis.StreamAcknowledgeAsync(\"orders\", \"g\", entry.Id); await orders.SaveAsync(entry.Values[0].Value); }", "RERUN2004")]
    [TestCase("foreach (var entry in await redis.StreamReadGroupAsync(\"orders\", \"g\", \"c\")) { await orders.SaveAsync(entry.Values[0].Value); await redis.StreamAcknowledgeAsync(\"orders\", \"g\", entry.Id); }")]
    [TestCase("var line = await redis.ListLeftPopAsync(\"orders\"); Console.WriteLine(line);")]
    public Task Redis(string body, params string[] ids) => Says(Loop("StackExchange.Redis.IDatabase redis", "", body), ids);

    private const string OnlyLogged = "try { await orders.SaveAsync(order); } catch (Exception e) { Console.Error.WriteLine(e); }";
    private const string Rethrown = "try { await orders.SaveAsync(order); } catch (Exception e) { Console.Error.WriteLine(e); throw; }";
    private const string Cancelled = "try { await orders.SaveAsync(order); } catch (OperationCanceledException) { Console.Error.WriteLine(\"stopping\"); }";

    [TestCase(OnlyLogged, "RERUN2001")]
    [TestCase(Rethrown)]
    [TestCase(Cancelled)]
    public Task MQTTnet_5(string body, params string[] ids) => Says(
        $"class Worker(MQTTnet.IMqttClient client, Orders orders) {{ public void Start() => client.ApplicationMessageReceivedAsync += async args => {{ var order = args.ApplicationMessage.Topic; {body} }}; }}", ids);

    [TestCase(OnlyLogged, "RERUN2001")]
    [TestCase(Rethrown)]
    [TestCase(Cancelled)]
    public Task Cosmos_change_feed(string body, params string[] ids) => Says(
        $"class Worker(Microsoft.Azure.Cosmos.Container container, Orders orders) {{ public object Start() => container.GetChangeFeedProcessorBuilder<string>(\"orders\", async (changes, stop) => {{ foreach (var order in changes) {{ {body} }} }}); }}", ids);

    [TestCase(OnlyLogged, "RERUN2001")]
    [TestCase(Rethrown)]
    [TestCase(Cancelled)]
    public Task Orleans_streams(string body, params string[] ids) => Says(
        $"class Worker(Orleans.Streams.IAsyncStream<string> stream, Orders orders) {{ public Task Start() => Orleans.Streams.AsyncObservableExtensions.SubscribeAsync(stream, async (string order, Orleans.Streams.StreamSequenceToken token) => {{ {body} }}); }}", ids);

    [TestCase("await foreach (var message in Npgsql.Replication.PgOutputConnectionExtensions.StartReplication(connection, slot, options, stop)) { connection.SetReplicationStatus(message.WalEnd); await orders.SaveAsync(message.ToString()); }", "RERUN2004")]
    [TestCase("await foreach (var message in Npgsql.Replication.PgOutputConnectionExtensions.StartReplication(connection, slot, options, stop)) { await orders.SaveAsync(message.ToString()); connection.SetReplicationStatus(message.WalEnd); }")]
    [TestCase("await foreach (var message in Npgsql.Replication.PgOutputConnectionExtensions.StartReplication(connection, slot, options, stop)) { Console.WriteLine(message); connection.SetReplicationStatus(message.WalEnd); }")]
    public Task PostgreSQL_replication(string body, params string[] ids) => Says(
        "class Worker(Npgsql.Replication.LogicalReplicationConnection connection, Npgsql.Replication.PgOutput.PgOutputReplicationSlot slot, Npgsql.Replication.PgOutput.PgOutputReplicationOptions options, Orders orders) "
        + $": BackgroundService {{ protected override async Task ExecuteAsync(CancellationToken stop) {{ {body} }} }}", ids);

    private static async Task Says(string source, string[] ids)
    {
        var compilation = RealPackages.Compilation.WithOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).AddSyntaxTrees(CSharpSyntaxTree.ParseText(Head + source));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()), Is.Empty, "the test's own code");
        var said = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
        Assert.That(said.Select(d => d.Id).Where(id => id is "RERUN2001" or "RERUN2003" or "RERUN2004" or "RERUN2005" or "RERUN2008"), Is.EquivalentTo(ids), string.Join("\n", said));
    }
}
