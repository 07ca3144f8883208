namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2007: what a dead letter needs, and what may hold it.</summary>
[Parallelizable(ParallelScope.All)]
public class DeadLetterWithoutEvidenceTests
{
    private const string Types = ConsumerStubs.Types + """

        public sealed record Letter(string Payload, string Why);
        public interface IErrors
        {
            [RerunSafe.DeadLetter] Task KeepAsync(string payload);
            [RerunSafe.DeadLetter] Task KeepWithReasonAsync(string payload, string reason);
            [RerunSafe.DeadLetter] Task KeepFailureAsync(string payload, Exception failure);
            [RerunSafe.DeadLetter] Task KeepLetterAsync(Letter letter);
        }
        """;

    private const string Annotations = """
        namespace RerunSafe { [AttributeUsage(AttributeTargets.Method)] public sealed class DeadLetterAttribute : Attribute; }
        """;

    private static Task PerLine(string handler, string first = "") => Verify.LibraryAsync($$"""
        public class Worker(IOrderStore store, IErrors errors, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{first}}
                    try { await store.SaveAsync(Order.Parse(line)); }
                    catch (FormatException e) { logger.LogError(e, "bad"); {{handler}} }
                }
            }
        }
        """ + Types, Annotations);

    [TestCase("await {|RERUN2007:errors.KeepAsync(line)|};")]
    [TestCase("await {|RERUN2007:errors.KeepAsync(e.Message)|};")]
    [TestCase("await {|RERUN2007:errors.KeepAsync(\"a line was bad\")|};")]
    [TestCase("await {|RERUN2007:errors.KeepLetterAsync(new Letter(line, \"\"))|};")]
    public Task What_is_missing(string handler) => PerLine(handler);

    [TestCase("await errors.KeepAsync(line + e.Message);")]
    [TestCase("await errors.KeepAsync($\"{line}: {e.Message}\");")]
    [TestCase("await errors.KeepWithReasonAsync(line, \"no number\");")]
    [TestCase("await errors.KeepFailureAsync(line, e);")]
    [TestCase("await errors.KeepLetterAsync(new Letter(line, e.Message));")]
    [TestCase("var letter = new Letter(line, e.Message); await errors.KeepLetterAsync(letter);")]
    public Task All_that_is_needed(string handler) => PerLine(handler);

    [Test]
    public Task What_does_not_show_may_hold_it() => PerLine("await errors.KeepLetterAsync(prepared);", "var prepared = new Letter(line, \"not parsed\");");

    [Test]
    public Task A_dead_letter_of_the_trigger_without_a_reason() => Verify.LibraryAsync("""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store)
        {
            [Function("orders")]
            public async Task Run([ServiceBusTrigger("orders")] string message, ServiceBusMessageActions actions)
            {
                try { await store.SaveAsync(Order.Parse(message)); }
                catch (FormatException) { await {|RERUN2007:actions.DeadLetterMessageAsync(message)|}; }
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.Functions);

    [Test]
    public Task Off_the_rerun_paths_nothing_is_said() => Verify.LibraryAsync("""
        public class Import(IOrderStore store, IErrors errors)
        {
            public async Task RunAsync(string line)
            {
                try { await store.SaveAsync(Order.Parse(line)); }
                catch (FormatException) { await errors.KeepAsync(line); }
            }
        }
        """ + Types, Annotations);
}
