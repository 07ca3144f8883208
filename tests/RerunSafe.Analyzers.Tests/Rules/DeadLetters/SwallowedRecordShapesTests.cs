namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001: failed records as real importers and consumers treat them.</summary>
[Parallelizable(ParallelScope.All)]
public partial class SwallowedRecordShapesTests
{
    private const string Types = """

        public sealed record Order(string Id, decimal Amount)
        {
            public static Order Parse(string line) => new(line.Split(',')[0], decimal.Parse(line.Split(',')[1]));
        }

        public interface IOrderStore { Task SaveAsync(Order order); Task SaveAllAsync(IEnumerable<Order> orders); }
        public interface IMailer { Task SendAsync(string to, string text); }
        """;

    private static string Job(string body, string members = "") => $$"""
        public class OrderImport(IOrderStore store, SqliteConnection db, IMailer mailer, ILogger<OrderImport> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + Types;

    private static string PerLine(string body, string before = "", string after = "", string members = "") => Job($$"""
        {{before}}
        foreach (var line in File.ReadLines("orders.csv"))
        {
            {{body}}
        }
        {{after}}
        """, members);

    [Test]
    public Task An_error_row_with_the_record_keeps_it() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        catch (Exception e)
        {
            await db.ExecuteAsync("INSERT INTO import_errors (line, reason) VALUES (@line, @Message)", new { line, e.Message });
        }
        """));

    [Test]
    public Task A_status_that_is_written_in_the_catch_keeps_it() => Verify.LibraryAsync(Job("""
        foreach (var row in await db.QueryAsync<string>("SELECT id FROM uploads"))
        {
            try { await store.SaveAsync(Order.Parse(row)); }
            catch (Exception e)
            {
                logger.LogError(e, "Upload {Row}", row);
                await db.ExecuteAsync("UPDATE uploads SET status = 'error', message = @Message WHERE id = @row", new { e.Message, row });
            }
        }
        """));

    [Test]
    public Task A_failure_kept_in_locals_and_stored_behind_the_try() => Verify.LibraryAsync(PerLine("""
        string? reason = null;
        try { await store.SaveAsync(Order.Parse(line)); }
        catch (Exception e) { reason = e.Message; }
        if (reason != null)
            await db.ExecuteAsync("INSERT INTO failed_rows (line, reason) VALUES (@line, @reason)", new { line, reason });
        """));

    [Test]
    public Task A_list_of_failures_that_is_written_at_the_end() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        catch (Exception) { failed.Add(line); }
        """, before: "var failed = new List<string>();", after: """await File.WriteAllLinesAsync("failed.csv", failed);"""));

    [Test]
    public Task A_list_of_failures_that_is_only_counted_loses_them() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        {|RERUN2001:catch (Exception)|} { failed.Add(line); }
        """, before: "var failed = new List<string>();", after: """logger.LogWarning("{Count} lines failed", failed.Count);"""));

    [Test]
    public Task A_move_to_the_error_folder_keeps_it() => Verify.LibraryAsync(Job("""
        foreach (var file in Directory.GetFiles("in"))
        {
            try
            {
                await store.SaveAsync(Order.Parse(File.ReadAllText(file)));
                File.Move(file, Path.Combine("done", Path.GetFileName(file)));
            }
            catch (Exception e)
            {
                logger.LogError(e, "{File} failed", file);
                File.Move(file, Path.Combine("error", Path.GetFileName(file)));
            }
        }
        """));

    [Test]
    public Task A_finally_that_deletes_the_file_loses_it() => Verify.LibraryAsync(Job("""
        foreach (var file in Directory.GetFiles("in"))
        {
            try
            {
                await store.SaveAsync(Order.Parse(File.ReadAllText(file)));
            }
            {|RERUN2001:catch (Exception e)|}
            {
                logger.LogError(e, "{File} failed", file);
            }
            finally
            {
                File.Delete(file);
            }
        }
        """));

    [Test]
    public Task A_throw_of_another_exception_loses_nothing() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        catch (FormatException e) { throw new InvalidDataException("bad line " + line, e); }
        """));

    [Test]
    public Task A_filter_that_lets_the_rest_through_still_loses_what_it_catches() => Verify.LibraryAsync(PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        {|RERUN2001:catch (Exception e) when (e is FormatException or IndexOutOfRangeException)|} { logger.LogWarning("bad line"); }
        """));

    [Test]
    public Task A_unique_violation_means_that_the_row_is_there() => Verify.LibraryAsync(PerLine("""
        try { await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line }); }
        catch (SqliteException e) when (e.SqliteErrorCode == 19) { logger.LogDebug("known"); }
        """));

    [Test]
    public Task A_unique_violation_with_a_rethrow_of_the_rest() => Verify.LibraryAsync(PerLine("""
        try { await db.ExecuteAsync("INSERT INTO orders (id) VALUES (@line)", new { line }); }
        catch (SqliteException e)
        {
            if (e.SqliteErrorCode != 19)
                throw;
        }
        """));

    [Test]
    public Task A_retry_of_the_same_record() => Verify.LibraryAsync(PerLine("""
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await store.SaveAsync(Order.Parse(line));
                break;
            }
            catch (Exception e) when (attempt < 3)
            {
                logger.LogWarning(e, "attempt {Attempt}", attempt);
                await Task.Delay(1000, stoppingToken);
            }
        }
        """));

    [Test]
    public Task A_catch_around_the_poll_comes_back() => Verify.LibraryAsync(Job("""
        while (!stoppingToken.IsCancellationRequested)
        {
            try { await PollAsync(); }
            catch (Exception e) { logger.LogError(e, "next time"); }
            await Task.Delay(1000, stoppingToken);
        }
        """, """
        private async Task PollAsync()
        {
            foreach (var id in await db.QueryAsync<string>("SELECT id FROM orders WHERE processed = 0"))
                await store.SaveAsync(Order.Parse(id));
        }
        """));

    [Test]
    public Task Clean_up_may_fail() => Verify.LibraryAsync(Job("""
        foreach (var file in Directory.GetFiles("in"))
        {
            await store.SaveAsync(Order.Parse(File.ReadAllText(file)));
            try { File.Delete(file); }
            catch (IOException e) { logger.LogWarning(e, "still open"); }
        }
        """));

    [Test]
    public Task A_list_made_of_the_lines_is_a_record_loop() => Verify.LibraryAsync(Job("""
        var lines = File.ReadAllLines("orders.csv").Skip(1).Where(l => l.Length > 0).ToList();
        foreach (var line in lines)
        {
            try { await store.SaveAsync(Order.Parse(line)); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad line"); }
        }
        """));

    [Test]
    public Task A_reader_is_a_record_loop() => Verify.LibraryAsync(Job("""
        using var reader = new StreamReader("orders.csv");
        string? line;
        while ((line = await reader.ReadLineAsync(stoppingToken)) != null)
        {
            try { await store.SaveAsync(Order.Parse(line)); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad line"); }
        }
        """));

    [Test]
    public Task A_batch_whose_failure_is_only_logged() => Verify.LibraryAsync(Job("""
        foreach (var chunk in File.ReadLines("orders.csv").Chunk(100))
        {
            try { await store.SaveAllAsync(chunk.Select(Order.Parse)); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "bad chunk"); }
        }
        """));

    [Test]
    public Task An_exit_code_tells_the_operator() => Verify.ProgramAsync("""
        var failed = 0;
        foreach (var line in File.ReadLines(args[0]))
        {
            try { Save(line); }
            catch (Exception e) { Console.Error.WriteLine(e); failed++; }
        }

        return failed == 0 ? 0 : 1;

        static void Save(string line)
        {
            var path = "out/" + decimal.Parse(line) + ".txt";
            File.WriteAllText(path + ".tmp", line);
            File.Move(path + ".tmp", path, overwrite: true);
        }
        """);
}
