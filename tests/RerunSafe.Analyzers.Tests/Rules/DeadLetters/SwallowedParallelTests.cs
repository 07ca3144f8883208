namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 where a delegate is run per record, where a task's failure is looked after, and where the broker settles on delivery.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedParallelTests
{
    private const string Types = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); }
        """;

    private const string Lost = """try { await store.SaveAsync(Order.Parse(line)); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad line"); }""";
    private const string Kept = """try { await store.SaveAsync(Order.Parse(line)); } catch (Exception e) { logger.LogError(e, "bad line"); throw; }""";
    private const string Logs = """try { await store.SaveAsync(Order.Parse(line)); } catch (Exception e) { logger.LogError(e, "bad line"); }""";

    private static Task Works(string body, string members = "") => Verify.LibraryAsync($$"""
        public class Worker(IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                logger.LogDebug("{Store}", store);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + Types);

    private static string Import(string body) => $"private async Task ImportAsync(string line) {{ {body} }}";

    [Test]
    public Task Parallel_work_per_record() => Works($"await Parallel.ForEachAsync(File.ReadLines(\"orders.csv\"), stoppingToken, async (line, token) => {{ {Lost} }});");

    [Test]
    public Task Parallel_work_that_passes_the_failure_on() => Works($"await Parallel.ForEachAsync(File.ReadLines(\"orders.csv\"), stoppingToken, async (line, token) => {{ {Kept} }});");

    [Test]
    public Task Parallel_work_over_no_records() => Works($"await Parallel.ForEachAsync(new[] {{ \"a\", \"b\" }}, stoppingToken, async (line, token) => {{ {Logs} }});");

    [Test]
    public Task Parallel_work_in_a_helper() => Works(
        "await Parallel.ForEachAsync(File.ReadLines(\"orders.csv\"), stoppingToken, async (line, token) => await ImportAsync(line));", Import(Lost));

    [Test]
    public Task Tasks_made_per_record() => Works("await Task.WhenAll(File.ReadLines(\"orders.csv\").Select(ImportAsync));", Import(Lost));

    [Test]
    public Task Tasks_made_per_record_by_a_lambda() => Works($"await Task.WhenAll(File.ReadLines(\"orders.csv\").Select(async line => {{ {Lost} }}));");

    [Test]
    public Task Tasks_made_per_record_that_fail() => Works("await Task.WhenAll(File.ReadLines(\"orders.csv\").Select(ImportAsync));", Import(Kept));

    [Test]
    public Task Results_made_per_record() => Works("""
        var results = await Task.WhenAll(File.ReadLines("orders.csv").Select(async line =>
        {
            try { await store.SaveAsync(Order.Parse(line)); return true; }
            catch (Exception e) { logger.LogError(e, "bad line"); return false; }
        }));
        if (results.Contains(false)) throw new InvalidOperationException("some lines failed");
        """);

    private const string Reads = "private static List<string> ReadLines(string path) { var lines = new List<string>(); using var text = new StreamReader(path); while (text.ReadLine() is { } line) lines.Add(line); return lines; }";
    private const string Queries = """private static List<string> ReadLines(string path) { using var db = new SqliteConnection(path); return db.Query<string>("SELECT line FROM source").ToList(); }""";
    private const string Makes = "private static List<string> ReadLines(string path) => new() { path };";

    [TestCase("foreach (var line in ReadLines(\"orders.csv\"))")]
    [TestCase("var lines = ReadLines(\"orders.csv\"); foreach (var line in lines)")]
    public Task Records_that_a_helper_reads(string loop) => Works($"{loop} {{ {Lost} }}", Reads);

    [TestCase(Queries)]
    [TestCase(Makes)]
    public Task A_helper_that_reads_no_file(string helper) => Works($"foreach (var line in ReadLines(\"orders.csv\")) {{ {Logs} }}", helper);

    [Test]
    public Task A_continuation_that_only_logs() => Works("""
        foreach (var line in File.ReadLines("orders.csv"))
            await store.SaveAsync(Order.Parse(line)).{|RERUN2001:ContinueWith|}(t => logger.LogError(t.Exception, "bad line"), TaskContinuationOptions.OnlyOnFaulted);
        """);

    [Test]
    public Task A_continuation_that_keeps_the_record() => Works("""
        foreach (var line in File.ReadLines("orders.csv"))
            await store.SaveAsync(Order.Parse(line)).ContinueWith(t => File.AppendAllText("failed.csv", line), TaskContinuationOptions.OnlyOnFaulted);
        """);

    [Test]
    public Task A_continuation_of_something_else() => Works("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            await store.SaveAsync(Order.Parse(line));
            _ = Task.Delay(10, stoppingToken).ContinueWith(t => logger.LogError(t.Exception, "no pause"), TaskContinuationOptions.OnlyOnFaulted);
        }
        """);

    [Test]
    public Task A_text_that_is_only_logged_keeps_no_record() => Works("""
        var errors = new System.Text.StringBuilder();
        foreach (var line in File.ReadLines("orders.csv"))
        {
            try { await store.SaveAsync(Order.Parse(line)); }
            {|RERUN2001:catch (Exception e)|} { errors.AppendLine(e.Message); }
        }
        logger.LogWarning("{Errors}", errors.ToString());
        """);

    // A minimal source stub of the client's public shape.
    private const string RabbitMq = """
        namespace RabbitMQ.Client
        {
            public interface IModel { }
            public static class IModelExensions { public static string BasicConsume(this IModel model, string queue, bool autoAck, Events.EventingBasicConsumer consumer) => ""; }
        }

        namespace RabbitMQ.Client.Events
        {
            public class BasicDeliverEventArgs : EventArgs { public byte[] Body { get; set; } = []; }
            public class EventingBasicConsumer { public event EventHandler<BasicDeliverEventArgs>? Received { add { } remove { } } }
        }
        """;

    private static Task Receives(string autoAck, string handler, string members = "") => Verify.LibraryAsync($$"""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public class Receiver(IModel channel, SqliteConnection db)
        {
            public void Start(EventingBasicConsumer consumer)
            {
                consumer.Received += (sender, delivery) =>
                {
                    var message = System.Text.Encoding.UTF8.GetString(delivery.Body);
                    {{handler}}
                };
                channel.BasicConsume("orders", autoAck: {{autoAck}}, consumer);
                Console.WriteLine(db);
            }

            {{members}}
        }
        """, RabbitMq);

    // Main is no batch here, but what it subscribes is an entry point all the same.
    [Test]
    public Task A_handler_that_Main_subscribes() => Verify.ProgramAsync("""
        using RabbitMQ.Client;
        using RabbitMQ.Client.Events;

        public static class Program
        {
            public static void Main()
            {
                IModel channel = null!;
                var consumer = new EventingBasicConsumer();
                consumer.Received += (sender, delivery) =>
                {
                    var message = System.Text.Encoding.UTF8.GetString(delivery.Body);
                    Run(message);
                };
                channel.BasicConsume(queue: "orders", {|RERUN2004:autoAck: true|}, consumer: consumer);
                Console.ReadLine();
            }

            private static void Run(string message)
            {
                using var db = new SqliteConnection("");
                try { db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@message)", new { message }); }
                {|RERUN2001:catch (Exception e)|} { Console.WriteLine(e); }
            }
        }
        """, RabbitMq);

    private const string Run = "private void Run(string sql) { using var command = new SqliteCommand(sql, db); try { command.ExecuteNonQuery(); } CATCH { Console.WriteLine(e); } }";

    [Test]
    public Task A_delivery_that_counts_as_done_already() => Receives("true", "Run(message);", Run.Replace("CATCH", "{|RERUN2001:catch (Exception e)|}"));

    [Test]
    public Task A_delivery_that_nobody_acknowledged() => Receives("false", "Run(message);", Run.Replace("CATCH", "catch (Exception e)"));
}
