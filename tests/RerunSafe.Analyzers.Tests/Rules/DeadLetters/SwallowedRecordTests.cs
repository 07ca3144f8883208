namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class SwallowedRecordTests
{
    private const string Members = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); }
        public interface IDeadLetters { Task WriteAsync(string payload, string reason, long position); }
        public interface IFailedOrderHandler { Task HandleAsync(string line, Exception error); }
        """;

    private static string Import(string loop, string members = "") => $$"""
        public class OrderImport(IOrderStore store, IDeadLetters deadLetters, IFailedOrderHandler failed, ILogger<OrderImport> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                long position = 0;
                {{loop}}
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + Members;

    private static string PerLine(string handler, string before = "", string after = "", string @catch = "catch (Exception e)") => Import($$"""
        {{before}}
        foreach (var line in File.ReadLines("orders.csv"))
        {
            position++;
            try
            {
                await store.SaveAsync(Order.Parse(line));
            }
            {{@catch}}
            {
                {{handler}}
            }
        }
        {{after}}
        """);

    [Test]
    public Task Logging_and_taking_the_next_line_loses_the_record() =>
        Verify.LibraryAsync(PerLine("""logger.LogError(e, "Bad line {Line}", line);""", @catch: "{|RERUN2001:catch (Exception e)|}"));

    [Test]
    public Task Logging_and_continue_loses_the_record() =>
        Verify.LibraryAsync(PerLine("""Console.WriteLine(e); continue;""", @catch: "{|RERUN2001:catch (Exception e)|}"));

    [Test]
    public Task An_empty_catch_loses_the_record() =>
        Verify.LibraryAsync(PerLine("", @catch: "{|RERUN2001:catch|}"));

    [Test]
    public Task A_counter_that_is_only_logged_accounts_for_nothing() =>
        Verify.LibraryAsync(PerLine("bad++;", before: "var bad = 0;", after: """logger.LogWarning("{Bad} bad lines", bad);""", @catch: "{|RERUN2001:catch (FormatException)|}"));

    [Test]
    public Task A_counter_that_is_only_stored_keeps_no_record() =>
        Verify.LibraryAsync(PerLine("bad++;", before: "var bad = 0; var run = new Run();", after: "run.Failed = bad; await runs.SaveAsync(run);", @catch: "{|RERUN2001:catch (FormatException)|}")
            .Replace("IOrderStore store,", "IOrderStore store, IRuns runs,", StringComparison.Ordinal)
            + "public sealed class Run { public int Failed { get; set; } } public interface IRuns { Task SaveAsync(Run run); }");

    [Test]
    public Task A_counter_that_makes_the_run_fail_tells_the_operator() =>
        Verify.LibraryAsync(PerLine("bad++;", before: "var bad = 0;", after: """if (bad > 0) throw new InvalidOperationException($"{bad} bad lines");""", @catch: "catch (FormatException)"));

    [Test]
    public Task One_branch_that_only_logs_loses_its_records() =>
        Verify.LibraryAsync(PerLine("""
            if (e is FormatException)
                await deadLetters.WriteAsync(line, e.Message, position);
            else
                logger.LogError(e, "Bad line");
            """, @catch: "{|RERUN2001:catch (Exception e)|}"));

    [Test]
    public Task A_dead_letter_keeps_the_record() =>
        Verify.LibraryAsync(PerLine("await deadLetters.WriteAsync(line, e.Message, position);"));

    [Test]
    public Task A_handler_that_is_handed_the_record_may_keep_it() =>
        Verify.LibraryAsync(PerLine("await failed.HandleAsync(line, e);"));

    [Test]
    public Task Rethrowing_stops_the_run_and_loses_nothing() =>
        Verify.LibraryAsync(PerLine("""logger.LogError(e, "Bad line"); throw;"""));

    [Test]
    public Task Errors_that_are_thrown_together_behind_the_loop_are_told() =>
        Verify.LibraryAsync(PerLine("errors.Add(e);", before: "var errors = new List<Exception>();", after: "if (errors.Count > 0) throw new AggregateException(errors);"));

    [Test]
    public Task Writing_the_record_to_a_quarantine_file_keeps_it() =>
        Verify.LibraryAsync(PerLine("""await File.AppendAllTextAsync("quarantine/orders.csv", line);"""));

    [Test]
    public Task Cancellation_loses_no_record() =>
        Verify.LibraryAsync(PerLine("break;", @catch: "catch (OperationCanceledException)"));

    [Test]
    public Task Leaving_the_loop_skips_no_single_record() =>
        Verify.LibraryAsync(PerLine("""logger.LogError(e, "Stopped"); break;"""));

    [Test]
    public Task A_default_for_one_field_still_stores_the_record() => Verify.LibraryAsync(Import("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            decimal amount;
            try { amount = decimal.Parse(line.Split(',')[1]); }
            catch (FormatException) { amount = 0; }
            await store.SaveAsync(new Order(line.Split(',')[0], amount));
        }
        """));

    [Test]
    public Task Best_effort_work_behind_the_store_may_fail() => Verify.LibraryAsync(Import("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            await store.SaveAsync(Order.Parse(line));
            try { logger.LogInformation("Stored {Line}", line); }
            catch (Exception e) { logger.LogWarning(e, "No log"); }
        }
        """));

    [Test]
    public Task A_file_that_stays_in_its_folder_comes_back() => Verify.LibraryAsync(Import("""
        foreach (var file in Directory.EnumerateFiles("in", "*.csv"))
        {
            try
            {
                await store.SaveAsync(Order.Parse(await File.ReadAllTextAsync(file)));
                File.Delete(file);
            }
            catch (Exception e) { logger.LogError(e, "Will be tried again: {File}", file); }
        }
        """));

    [Test]
    public Task A_file_that_is_removed_all_the_same_is_gone() => Verify.LibraryAsync(Import("""
        foreach (var file in Directory.EnumerateFiles("in", "*.csv"))
        {
            try { await store.SaveAsync(Order.Parse(await File.ReadAllTextAsync(file))); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "Lost: {File}", file); }
            File.Delete(file);
        }
        """));

    [Test]
    public Task A_helper_that_swallows_loses_the_callers_record() => Verify.LibraryAsync(Import("""
        foreach (var line in File.ReadLines("orders.csv"))
            await ImportAsync(line);
        """, """
        private async Task ImportAsync(string line)
        {
            try { await store.SaveAsync(Order.Parse(line)); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "Bad line"); }
        }
        """));

    [Test]
    public Task A_helper_whose_failure_the_caller_looks_at_loses_nothing() => Verify.LibraryAsync(Import("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            if (!await TryImportAsync(line))
                await deadLetters.WriteAsync(line, "see log", position);
        }
        """, """
        private async Task<bool> TryImportAsync(string line)
        {
            try { await store.SaveAsync(Order.Parse(line)); return true; }
            catch (Exception e) { logger.LogError(e, "Bad line"); return false; }
        }
        """));

    [Test]
    public Task A_catch_around_the_whole_run_skips_no_single_record() => Verify.LibraryAsync(Import("""
        try
        {
            foreach (var line in File.ReadLines("orders.csv"))
                await store.SaveAsync(Order.Parse(line));
        }
        catch (Exception e) { logger.LogError(e, "Run failed"); }
        """));

    [Test]
    public Task An_asynchronous_stream_is_a_record_loop() => Verify.LibraryAsync("""
        public class Feed(IOrderStore store, ILogger<Feed> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var line in ReadAsync(stoppingToken))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "Bad line"); }
                }
            }

            private static async IAsyncEnumerable<string> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stopping)
            {
                await Task.Delay(1, stopping);
                yield return "a,1";
            }
        }
        """ + Members);

    [Test]
    public Task Off_the_rerun_paths_nothing_is_said() => Verify.LibraryAsync("""
        public class Screen(IOrderStore store, ILogger<Screen> logger)
        {
            public async Task LoadAsync()
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (Exception e) { logger.LogError(e, "Bad line"); }
                }
            }
        }
        """ + Members);
}
