namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 stays silent where the record, or its failure, goes somewhere; and what is no such place.</summary>
[Parallelizable(ParallelScope.All)]
public class KeptRecordTests
{
    private const string Types = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); }
        public interface IParser { Order Read(string line); }
        public interface IBus { Task PublishAsync(object message); }
        public interface IMetrics { void Increment(string name); }
        public sealed class ImportResult { public List<string> Errors { get; } = []; public int Failed { get; set; } }
        """;

    private static Task PerLine(string handler, string @catch = "catch (Exception e)", string before = "", string after = "", string members = "", string work = "await store.SaveAsync(Order.Parse(line));", string first = "") => Verify.LibraryAsync($$"""
        public class Worker(IOrderStore store, IParser parser, IBus bus, IMetrics metrics, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{before}}
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{first}}
                    try { {{work}} }
                    {{@catch}} { {{handler}} }
                }
                {{after}}
                logger.LogDebug("{A} {B} {C}", parser, bus, metrics);
            }

            {{members}}
        }
        """ + Types);

    private static Task Lost(string handler, string before = "", string after = "", string members = "", string work = "await store.SaveAsync(Order.Parse(line));", string first = "") =>
        PerLine(handler, "{|RERUN2001:catch (Exception e)|}", before, after, members, work, first);

    [Test]
    public Task In_the_errors_of_a_result_that_is_handed_on() => PerLine(
        "result.Errors.Add(e.Message + line);", before: "var result = new ImportResult();", after: "await bus.PublishAsync(result);");

    [Test]
    public Task In_a_list_that_is_handed_on() => PerLine(
        "skipped.Add(line); _ = e;", before: "var skipped = new List<string>();", after: "await StoreAsync(skipped);",
        members: """private static Task StoreAsync(List<string> lines) => File.WriteAllLinesAsync("skipped.csv", lines);""");

    [Test]
    public Task In_an_event_with_the_record() => PerLine("await bus.PublishAsync(new { line, e.Message });");

    [Test]
    public Task Temporary_files_are_no_records() => Verify.LibraryAsync("""
        public class Cleaner(ILogger<Cleaner> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var file in Directory.GetFiles("tmp"))
                {
                    try { File.Delete(file); }
                    catch (IOException e) { logger.LogWarning(e, "still open"); }
                }
                await Task.CompletedTask;
            }
        }
        """);

    [Test]
    public Task Subscribers_are_no_records() => Verify.LibraryAsync("""
        public interface ISubscriber { Task NotifyAsync(); }

        public class Notifier(IEnumerable<ISubscriber> subscribers, ILogger<Notifier> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var subscriber in subscribers)
                {
                    try { await subscriber.NotifyAsync(); }
                    catch (Exception e) { logger.LogWarning(e, "not reached"); }
                }
            }
        }
        """);

    [Test]
    public Task In_a_database_row_by_a_command() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store, SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e)
                    {
                        using var command = db.CreateCommand();
                        command.CommandText = "INSERT INTO bad_rows (line, reason) VALUES ($line, $reason)";
                        command.Parameters.AddWithValue("$line", line);
                        command.Parameters.AddWithValue("$reason", e.Message);
                        command.ExecuteNonQuery();
                    }
                }
            }
        }
        """ + Types);

    [Test]
    public Task The_process_ends_with_a_code() => PerLine("logger.LogCritical(e, \"stop\"); Environment.Exit(2);");

    [Test]
    public Task The_process_will_end_with_a_code() => PerLine("logger.LogError(e, \"bad\"); Environment.ExitCode = 2;");

    [Test]
    public Task A_metric_keeps_no_record() => Lost("""metrics.Increment("failed"); logger.LogError(e, "bad");""");

    [Test]
    public Task A_status_of_the_activity_keeps_no_record() => Lost("""System.Diagnostics.Activity.Current?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, e.Message);""");

    [Test]
    public Task The_debugger_keeps_no_record() => Lost("System.Diagnostics.Debug.WriteLine(e); System.Diagnostics.Trace.TraceError(e.Message);");

    [Test]
    public Task A_wait_keeps_no_record() => Lost("logger.LogError(e, \"bad\"); await Task.Delay(1000, stoppingToken);");

    [Test]
    public Task A_flag_that_only_ends_up_in_the_log_keeps_no_record() => Lost(
        "ok = false; logger.LogError(e, \"bad\");", before: "var ok = true;", after: "logger.LogInformation(\"{Ok}\", ok);");

    [Test]
    public Task A_record_that_is_parsed_before_the_try_and_stored_in_it() => Lost(
        "logger.LogError(e, \"bad\");", first: "var order = Order.Parse(line);", work: "await store.SaveAsync(order);");

    [Test]
    public Task A_record_that_is_read_before_the_try_and_stored_in_it() => Lost(
        "logger.LogError(e, \"bad\");", first: "var order = parser.Read(line);", work: "await store.SaveAsync(order);");

    [Test]
    public Task The_console_keeps_no_record() => Lost("""Console.Error.WriteLine($"{line}: {e.Message}");""");

    [Test]
    public Task In_a_file_of_failures() => PerLine("""failures.WriteLine(line + ";" + e.Message);""", before: """using var failures = new StreamWriter("orders.failed.csv");""");

    [Test]
    public Task In_a_queue_from_which_it_is_read_again() => Verify.LibraryAsync("""
        using System.Threading.Channels;

        public class Worker(Channel<string> channel, IOrderStore store, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var line in channel.Reader.ReadAllAsync(stoppingToken))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e)
                    {
                        logger.LogWarning(e, "again");
                        await channel.Writer.WriteAsync(line, stoppingToken);
                    }
                }
            }
        }
        """ + Types);

    [TestCase("logger.LogError(e, \"failed\"); request.Done.TrySetException(e);", "catch (Exception e)")]
    [TestCase("request.Done.SetException(e);", "catch (Exception e)")]
    [TestCase("logger.LogError(e, \"failed\"); request.Done.TrySetResult();", "{|RERUN2001:catch (Exception e)|}")]
    public Task A_failure_that_is_handed_to_the_one_who_waits(string handler, string @catch) => Verify.LibraryAsync($$"""
        public sealed record Request(string Line, TaskCompletionSource Done);
        public class Worker(IOrderStore store, System.Threading.Channels.ChannelReader<Request> requests, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var request in requests.ReadAllAsync(stoppingToken))
                {
                    try { await store.SaveAsync(Order.Parse(request.Line)); }
                    {{@catch}} { {{handler}} }
                }
                logger.LogDebug("done");
            }
        }
        """ + Types);
}
