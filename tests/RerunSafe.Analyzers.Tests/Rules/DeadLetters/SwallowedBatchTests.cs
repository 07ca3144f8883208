namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 where records are handed on as a sequence, kept in a buffer, or marked as done by a time.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedBatchTests
{
    private static Task Program(string loop, string members = "") => Verify.ProgramAsync($$"""
        public static class Program
        {
            public static async Task Main(string[] args)
            {
                foreach (var line in File.ReadLines(args[1]))
                    Console.WriteLine(line);
                await new Loader(Activator.CreateInstance<IOrderStore>()).LoadAsync(Directory.EnumerateFiles(args[0], "*.csv"));
            }
        }

        public class Loader(IOrderStore store)
        {
            private readonly List<Order> pending = [];

            public async Task LoadAsync(IEnumerable<string> files)
            {
                foreach (var file in files)
                {
                    {{loop}}
                }

                Console.WriteLine(pending.Count);
            }

            {{members}}

            public override string ToString() => $"{store}";
        }
        """ + ConsumerStubs.Types);

    [Test]
    public Task A_program_passes_a_file_by() => Program("""try { await store.SaveAsync(Order.Parse(File.ReadAllText(file))); } {|RERUN2001:catch (FormatException e)|} { Console.WriteLine($"{file}: {e.Message}"); }""");

    [TestCase("""try { await store.SaveAsync(Order.Parse(File.ReadAllText(file))); File.Move(file, file + ".done", true); } catch (FormatException e) { Console.WriteLine($"{file}: {e.Message}"); }""")]
    [TestCase("""try { await store.SaveAsync(Order.Parse(File.ReadAllText(file))); } catch (FormatException e) { Console.WriteLine(e.Message); throw; }""")]
    public Task What_failed_is_seen(string loop) => Program(loop);

    private const string Flush = "private async Task FlushAsync() { try { await store.SaveLineAsync(string.Join(\"\\n\", pending.Select(o => o.Id))); } catch (Exception e) { Console.WriteLine(e.Message); } pending.Clear(); }";

    [Test]
    public Task A_buffer_that_is_emptied_all_the_same() => Program(
        "pending.Add(Order.Parse(File.ReadAllText(file))); if (pending.Count == 100) await FlushAsync();",
        Flush.Replace("catch (Exception e)", "{|RERUN2001:catch (Exception e)|}", StringComparison.Ordinal));

    [Test]
    public Task A_buffer_whose_failure_is_passed_on() => Program(
        "pending.Add(Order.Parse(File.ReadAllText(file))); if (pending.Count == 100) await FlushAsync();", Flush.Replace("Console.WriteLine(e.Message);", "Console.WriteLine(e.Message); throw;", StringComparison.Ordinal));

    private static Task Outbox(string body) => Verify.LibraryAsync($$"""
        public class Relay(IOutbox outbox, IBroker broker, ILogger<Relay> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var letter in await outbox.UnsentAsync(100))
                {
                    {{body}}
                }

                logger.LogDebug("{Broker}", broker);
            }
        }

        public class Letter { public string Body { get; set; } = ""; public DateTime? SentAt { get; set; } public DateTime? UpdatedAt { get; set; } }
        public interface IOutbox { Task<IReadOnlyList<Letter>> UnsentAsync(int most); Task UpdateAsync(Letter letter); }
        public interface IBroker { Task SaveAsync(Letter letter); }
        """);

    [Test]
    public Task A_time_that_marks_it_as_sent() => Outbox(
        """try { await broker.SaveAsync(letter); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "not sent"); } letter.SentAt = DateTime.UtcNow; await outbox.UpdateAsync(letter);""");

    [TestCase("""try { await broker.SaveAsync(letter); letter.SentAt = DateTime.UtcNow; await outbox.UpdateAsync(letter); } catch (Exception e) { logger.LogError(e, "not sent"); }""")]
    [TestCase("""try { await broker.SaveAsync(letter); letter.SentAt = DateTime.UtcNow; } catch (Exception e) { logger.LogError(e, "not sent"); } letter.UpdatedAt = DateTime.UtcNow; await outbox.UpdateAsync(letter);""")]
    public Task It_stays_unsent(string body) => Outbox(body);

    private static Task Slice(string question) => Verify.LibraryAsync($$"""
        public class Import(IErp erp, IOrderStore store, ILogger<Import> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var day = await erp.LastDayAsync();
                {{question}}
            }
        }

        public interface IErp { Task<DateOnly> LastDayAsync(); Task<List<Order>> GetOrdersAsync(DateOnly day); Task<List<Order>> GetOpenOrdersAsync(); }
        """ + ConsumerStubs.Types);

    [Test]
    public Task The_orders_of_a_day_are_not_asked_for_again() => Slice(
        """foreach (var order in await erp.GetOrdersAsync(day)) { try { await store.SaveAsync(order); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "left out"); } }""");

    [Test]
    public Task Open_orders_are_asked_for_again() => Slice(
        """foreach (var order in await erp.GetOpenOrdersAsync()) { try { await store.SaveAsync(order); } catch (Exception e) { logger.LogError("{Day} {Error}", day, e); } }""");

    [Test]
    public Task A_count_of_lines_is_a_loop_over_them() => Verify.ProgramAsync("""
        var store = Activator.CreateInstance<IOrderStore>();
        var lines = File.ReadAllLines(args[0]);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            try { await store.SaveAsync(Order.Parse(line)); }
            {|RERUN2001:catch (FormatException)|} { Console.WriteLine(line); }
        }
        """ + ConsumerStubs.Types);

    [Test]
    public Task What_a_log_does_may_fail() => Verify.LibraryAsync("""
        public class Consumer(IOrderStore store, ILogger<Consumer> logger) : MassTransit.IConsumer<Sent>
        {
            public async Task Consume(MassTransit.ConsumeContext<Sent> context)
            {
                await store.SaveLineAsync(context.Message.Line);
                await LogOutcomeAsync(context.Message);
            }

            private async Task LogOutcomeAsync(Sent sent)
            {
                try { await store.SaveLineAsync("stored " + sent.Line); }
                catch (Exception e) { logger.LogWarning(e, "not told"); }
            }
        }

        public sealed record Sent(string Line);
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);
}
