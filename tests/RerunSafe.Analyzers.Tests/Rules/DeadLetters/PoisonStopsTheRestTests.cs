namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2002: where one record that cannot be parsed stops the others, and where it does not.</summary>
[Parallelizable(ParallelScope.All)]
public class PoisonStopsTheRestTests
{
    // The tests of other rules leave this one out.
    private const string Asked = "// RERUN2002 is asked here.\n";

    private const string Kafka = """
        namespace Confluent.Kafka
        {
            public class Message<TKey, TValue> { public TValue Value { get; set; } = default!; }
            public class ConsumeResult<TKey, TValue> { public Message<TKey, TValue> Message { get; set; } = new(); }
            public interface IConsumer<TKey, TValue> { ConsumeResult<TKey, TValue> Consume(CancellationToken cancellationToken = default); }
        }
        """;

    private static Task Consumes(string body, string members = "", string before = "", string behind = "") => Verify.LibraryAsync(Asked + $$"""
        using System.Text.Json;
        using Confluent.Kafka;

        public interface IDeadLetters { Task WriteAsync(string payload, string reason); }

        public class Worker(IConsumer<string, string> consumer, IOrderStore store, IDeadLetters dead, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{before}}
                while (!stoppingToken.IsCancellationRequested)
                {
                    var result = consumer.Consume(stoppingToken);
                    {{body}}
                }
                {{behind}}
                logger.LogDebug("{A} {B}", store, dead);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + ConsumerStubs.Types, Kafka);

    private const string Parse = "JsonSerializer.Deserialize<Order>(result.Message.Value)";

    [Test]
    public Task A_message_that_cannot_be_read_ends_the_consumer() => Consumes("await store.SaveAsync({|RERUN2002:" + Parse + "|}!);");

    [Test]
    public Task A_try_around_the_loop_comes_too_late() => Consumes(
        "await store.SaveAsync({|RERUN2002:" + Parse + "|}!);", before: "try {", behind: "} catch (Exception e) { logger.LogCritical(e, \"stopped\"); }");

    [Test]
    public Task A_try_per_message() => Consumes("try { await store.SaveAsync(" + Parse + "!); } catch (JsonException e) { await dead.WriteAsync(result.Message.Value, e.Message); }");

    [Test]
    public Task A_helper_per_message() => Consumes("await HandleAsync(result.Message.Value);", "private Task HandleAsync(string json) => store.SaveAsync({|RERUN2002:JsonSerializer.Deserialize<Order>(json)|}!);");

    [Test]
    public Task A_helper_that_is_called_in_a_try() => Consumes(
        "try { await HandleAsync(result.Message.Value); } catch (JsonException e) { await dead.WriteAsync(result.Message.Value, e.Message); }",
        "private Task HandleAsync(string json) => store.SaveAsync(JsonSerializer.Deserialize<Order>(json)!);");

    [Test]
    public Task What_is_not_parsed_from_the_message() => Consumes("var settings = JsonSerializer.Deserialize<Order>(\"{}\"); await store.SaveLineAsync(result.Message.Value + settings);");

    [Test]
    public Task A_message_that_cannot_be_read_is_a_warning() => Verify.SeverityAsync("RERUN2002", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning, Asked + """
        using Confluent.Kafka;

        public class Worker(IConsumer<string, string> consumer, IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (true)
                {
                    var result = consumer.Consume(stoppingToken);
                    await store.SaveAsync(System.Text.Json.JsonSerializer.Deserialize<Order>(result.Message.Value)!);
                }
            }
        }
        """ + ConsumerStubs.Types + Kafka);

    private static string Run(string body, string behind = "", string before = "") => Asked + $$"""
        public class Worker(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{before}}
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{body}}
                }
                {{behind}}
                await Task.CompletedTask;
            }
        }
        """;

    private const string Insert = """await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) ON CONFLICT DO NOTHING", new { id });""";

    [Test]
    public Task A_run_that_stores_line_by_line() => Verify.LibraryAsync(Run("var id = {|RERUN2002:int.Parse(line)|};" + Insert));

    [Test]
    public Task A_run_that_stores_line_by_line_is_a_suggestion() => Verify.SeverityAsync("RERUN2002", Microsoft.CodeAnalysis.DiagnosticSeverity.Info, Run("var id = int.Parse(line);" + Insert));

    [Test]
    public Task A_run_with_a_try_per_line() => Verify.LibraryAsync(Run("try { var id = int.Parse(line);" + Insert + " } catch (FormatException e) { File.AppendAllText(\"orders.bad\", line + e.Message); }"));

    [Test]
    public Task A_run_that_collects_first() => Verify.LibraryAsync(Run("ids.Add(int.Parse(line));", before: "var ids = new List<int>();", behind: "foreach (var id in ids) " + Insert));

    [Test]
    public Task A_run_in_one_transaction() => Verify.LibraryAsync(Run(
        """var id = int.Parse(line); await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@id) ON CONFLICT DO NOTHING", new { id }, transaction);""",
        before: "using var transaction = db.BeginTransaction();", behind: "transaction.Commit();"));
}
