namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 in loops over rows and pages that a call fetches, over queues of the project's own, and in attempts that give up.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedRowTests
{
    private const string Types = ConsumerStubs.Types + """

        public sealed class Row { public string Id { get; set; } = ""; public bool IsSent { get; set; } public string Status { get; set; } = ""; public DateTime CreatedAt { get; set; } }
        public interface IRows
        {
            Task<List<Row>> GetPendingAsync();
            Task<List<Row>> GetByDateAsync(DateTime from, DateTime to);
            Task MarkSentAsync(Row row);
            Task SaveAsync();
        }
        public interface ISender { Task SendAsync(Row row); }
        public interface IWorkQueue { Task<Row> DequeueAsync(CancellationToken token); Task CompleteAsync(Row row); Task AckAsync(Row row); }
        """;

    private const string Lost = """try { await sender.SendAsync(row); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }""";
    private const string Logs = """try { await sender.SendAsync(row); } catch (Exception e) { logger.LogError(e, "failed"); }""";

    private static Task Works(string body, string root = "BackgroundService", string members = "") => Verify.LibraryAsync($$"""
        public class Worker(IRows rows, ISender sender, IWorkQueue queue, ILogger<Worker> logger) : {{root}}
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{body}}
                logger.LogDebug("{A} {B} {C}", rows, sender, queue);
            }

            {{members}}
        }
        """ + Types);

    [Test]
    public Task Rows_that_the_next_run_asks_for_again() => Works($"foreach (var row in await rows.GetPendingAsync()) {{ {Logs} }}");

    [Test]
    public Task Rows_that_are_marked_all_the_same() => Works($"foreach (var row in await rows.GetPendingAsync()) {{ {Lost} row.IsSent = true; }} await rows.SaveAsync();");

    [Test]
    public Task Rows_that_a_member_marks_all_the_same() => Works($"foreach (var row in await rows.GetPendingAsync()) {{ {Lost} await rows.MarkSentAsync(row); }}");

    [Test]
    public Task Rows_that_the_finally_marks() => Works("""
        foreach (var row in await rows.GetPendingAsync())
        {
            try { await sender.SendAsync(row); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
            finally { row.Status = "done"; }
        }
        """);

    [Test]
    public Task Rows_that_are_marked_where_they_were_sent() => Works("""
        foreach (var row in await rows.GetPendingAsync())
        {
            try { await sender.SendAsync(row); row.IsSent = true; }
            catch (Exception e) { logger.LogError(e, "failed"); }
        }
        """);

    [Test]
    public Task Rows_whose_failure_is_their_state() => Works("""
        foreach (var row in await rows.GetPendingAsync())
        {
            try { await sender.SendAsync(row); }
            catch (Exception e) { logger.LogError(e, "failed"); row.Status = "failed"; }
        }
        await rows.SaveAsync();
        """);

    [Test]
    public Task Tasks_over_rows_that_are_marked_all_the_same() => Works(
        $"await Task.WhenAll((await rows.GetPendingAsync()).Select(async row => {{ {Lost} row.IsSent = true; }}));");

    [Test]
    public Task Parallel_work_over_rows_that_come_again() => Works(
        $"await Parallel.ForEachAsync(await rows.GetPendingAsync(), stoppingToken, async (row, token) => {{ {Logs} }});");

    [Test]
    public Task Rows_of_a_day_are_not_asked_for_again() => Works("""
        var day = {|RERUN1006:DateTime.UtcNow|}.Date;
        foreach (var row in await rows.GetByDateAsync(day.AddDays(-1), day))
        {
            try { File.Move(row.Id, "sent/" + row.Id, overwrite: true); }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
        }
        """);

    [TestCase("var row = await queue.DequeueAsync(stoppingToken);", Lost)]
    [TestCase("var row = await queue.DequeueAsync(stoppingToken);", """try { await sender.SendAsync(row); await queue.AckAsync(row); } catch (Exception e) { logger.LogError(e, "failed"); }""")]
    public Task A_queue_of_its_own(string take, string work) => Works($"while (!stoppingToken.IsCancellationRequested) {{ {take} {work} }}");

    [Test]
    public Task A_channel_that_is_read_by_tries() => Works($"while (await _rows.Reader.WaitToReadAsync(stoppingToken)) while (_rows.Reader.TryRead(out var row)) {{ {Lost} }}",
        members: "private readonly System.Threading.Channels.Channel<Row> _rows = System.Threading.Channels.Channel.CreateUnbounded<Row>();");

    [Test]
    public Task A_block_that_is_received_from() => Works("""
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (row, at) = await System.Threading.Tasks.Dataflow.DataflowBlock.ReceiveAsync(_rows, stoppingToken);
                await sender.SendAsync(row);
            }
            {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
        }
        """, members: "private readonly System.Threading.Tasks.Dataflow.BufferBlock<(Row, int)> _rows = new();");

    private static Task Attempts(string body, string behind = "") => Works($$"""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            var sent = false;
            for (var attempt = 0; attempt < 3; attempt++)
            {
                {{body}}
            }
            {{behind}}
            logger.LogDebug("{Sent}", sent);
        }
        """);

    [Test]
    public Task Attempts_that_give_up() => Attempts("""
        try { await sender.SendAsync(new Row { Id = line }); break; }
        {|RERUN2001:catch (Exception e)|} { logger.LogWarning(e, "again"); await Task.Delay(1000, stoppingToken); }
        """);

    [Test]
    public Task Attempts_that_throw_in_the_end() => Attempts("""
        try { await sender.SendAsync(new Row { Id = line }); break; }
        catch (Exception e) when (attempt < 2) { logger.LogWarning(e, "again"); await Task.Delay(1000, stoppingToken); }
        catch { throw; }
        """);

    [Test]
    public Task Attempts_whose_last_failure_is_thrown_behind_the_loop() => Attempts("""
        try { await sender.SendAsync(new Row { Id = line }); sent = true; break; }
        catch (Exception e) { logger.LogWarning(e, "again"); await Task.Delay(1000, stoppingToken); }
        """, "if (!sent) throw new InvalidOperationException(line);");

    [Test]
    public Task A_result_object_that_nobody_reads() => Works(
        """foreach (var line in File.ReadLines("orders.csv")) await ImportAsync(line);""",
        members: """
            public sealed record Result(bool Ok, string Error) { public static Result Fail(Exception e) => new(false, e.Message); }

            private async Task<Result> ImportAsync(string line)
            {
                try { await sender.SendAsync(new Row { Id = line }); return new Result(true, ""); }
                {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); return Result.Fail(e); }
            }
            """);

    [Test]
    public Task A_result_object_that_is_read() => Works(
        """foreach (var line in File.ReadLines("orders.csv")) if (!(await ImportAsync(line)).Ok) throw new InvalidOperationException(line);""",
        members: """
            public sealed record Result(bool Ok, string Error) { public static Result Fail(Exception e) => new(false, e.Message); }

            private async Task<Result> ImportAsync(string line)
            {
                try { await sender.SendAsync(new Row { Id = line }); return new Result(true, ""); }
                catch (Exception e) { logger.LogError(e, "failed"); return Result.Fail(e); }
            }
            """);

    [Test]
    public Task Work_items_that_are_delegates() => Works("""
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var work = await _work.DequeueAsync(stoppingToken);
                try { await work(stoppingToken); }
                {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "failed"); }
            }
            catch (Exception e) { logger.LogError(e, "no work"); }
        }
        """, members: """
            public interface IWork { Task<Func<CancellationToken, Task>> DequeueAsync(CancellationToken token); }
            private readonly IWork _work = null!;
            """);
}
