namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2006: what is bad, and what is a filter.</summary>
[Parallelizable(ParallelScope.All)]
public class SilentlySkippedRecordTests
{
    private const string Types = ConsumerStubs.Types + """

        public interface IDeadLetters { Task WriteAsync(string payload, string reason); }
        public sealed class Verdict { public bool IsValid { get; init; } }
        public interface IOrderValidator { Verdict Validate(Order order); bool IsValid(Order order); }
        public static class OrderReader { public static bool TryParseOrder(string line, out Order order) { order = Order.Parse(line); return line.Length > 0; } }
        """;

    private static Task PerLine(string body, string members = "", string loop = "foreach (var line in File.ReadLines(\"orders.csv\"))") => Verify.LibraryAsync($$"""
        public class Worker(IOrderStore store, IOrderValidator validator, IDeadLetters dead, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                {{loop}}
                {
                    {{body}}
                }
                logger.LogDebug("{A} {B} {C}", store, validator, dead);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + Types);

    private const string Save = "await store.SaveAsync(new Order(line, amount));";

    [TestCase("if (!{|RERUN2006:decimal.TryParse(line.Split(',')[1], out var amount)|}) continue;")]
    [TestCase("if (!{|RERUN2006:decimal.TryParse(line.Split(',')[1], out var amount)|}) { logger.LogWarning(\"bad line\"); continue; }")]
    [TestCase("if ({|RERUN2006:decimal.TryParse(line, out var amount)|} == false) continue;")]
    [TestCase("if (line.Length > 9 || !{|RERUN2006:decimal.TryParse(line, out var amount)|}) continue;")]
    [TestCase("var ok = {|RERUN2006:decimal.TryParse(line, out var amount)|}; if (!ok) continue;")]
    public Task Raw_input_that_cannot_be_read(string check) => PerLine(check + Save);

    [TestCase("if (!decimal.TryParse(line, out var amount)) { await dead.WriteAsync(line, \"no number\"); continue; }")]
    [TestCase("if (!decimal.TryParse(line, out var amount)) throw new FormatException(line);")]
    [TestCase("if (!decimal.TryParse(line, out var amount)) amount = 0;")]
    [TestCase("if (!decimal.TryParse(line, out var amount)) break;")]
    [TestCase("if (string.IsNullOrWhiteSpace(line)) continue; var amount = 1m;")]
    [TestCase("if (line.StartsWith(\"#\")) continue; var amount = 1m;")]
    public Task Raw_input_that_is_looked_after_or_none(string check) => PerLine(check + Save);

    [Test]
    public Task A_list_of_bad_lines_that_is_handed_on() => Verify.LibraryAsync("""
        public class Worker(IOrderStore store) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var bad = new List<string>();
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    if (!decimal.TryParse(line, out var amount)) { bad.Add(line); continue; }
                    await store.SaveAsync(new Order(line, amount));
                }
                if (bad.Count > 0) throw new InvalidOperationException(string.Join(",", bad));
            }
        }
        """ + Types);

    [Test]
    public Task A_reader_of_ones_own() => PerLine("if (!{|RERUN2006:OrderReader.TryParseOrder(line, out var order)|}) continue; await store.SaveAsync(order);");

    [Test]
    public Task A_parser_that_makes_nothing_of_it() => PerLine(
        "var order = {|RERUN2006:System.Text.Json.JsonSerializer.Deserialize<Order>(line)|}; if (order is null) { logger.LogWarning(\"nothing\"); continue; } await store.SaveAsync(order);");

    [Test]
    public Task A_field_that_is_missing_is_a_filter() => PerLine(
        "var order = Order.Parse(line); if (order.Id == null) continue; await store.SaveAsync(order);");

    [Test]
    public Task A_validator_that_refuses() => PerLine(
        "var order = Order.Parse(line); if (!{|RERUN2006:validator.Validate(order)|}.IsValid) continue; await store.SaveAsync(order);");

    [Test]
    public Task A_predicate_chooses_among_good_records() => PerLine(
        "var order = Order.Parse(line); if (!IsValidForExport(order)) continue; await store.SaveAsync(order);", "private static bool IsValidForExport(Order order) => order.Amount > 0;");

    [Test]
    public Task A_part_that_is_left_out() => PerLine("""
        var sum = 0m;
        foreach (var word in line.Split(' '))
        {
            if (!decimal.TryParse(word, out var amount)) continue;
            sum += Math.Max(amount, decimal.Parse(word));
        }
        await store.SaveAsync(new Order(line, sum));
        """);

    [Test]
    public Task Nothing_is_done_behind_the_check() => PerLine("if (!decimal.TryParse(line, out var amount)) continue; logger.LogInformation(\"{Amount}\", amount);");

    [Test]
    public Task A_file_stays_in_its_folder() => PerLine("if (!decimal.TryParse(Path.GetFileName(line), out var amount)) continue;" + Save, loop: "foreach (var line in Directory.GetFiles(\"in\"))");

    private static Task Function(string parameter, string body) => Verify.LibraryAsync($$"""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store, ILogger<OrderFunction> logger)
        {
            [Function("orders")]
            public async Task Run({{parameter}})
            {
                {{body}}
                logger.LogDebug("done");
            }
        }
        """ + Types, ConsumerStubs.Functions);

    [Test]
    public Task A_message_that_cannot_be_read() => Function(
        "[QueueTrigger(\"orders\")] string message", "if (!{|RERUN2006:decimal.TryParse(message, out var amount)|}) { logger.LogError(\"bad\"); return; } await store.SaveAsync(new Order(message, amount));");

    [Test]
    public Task A_message_of_a_batch_that_cannot_be_read() => Function(
        "[EventHubTrigger(\"orders\")] string[] messages", "foreach (var message in messages) { if (!{|RERUN2006:decimal.TryParse(message, out var amount)|}) continue; await store.SaveAsync(new Order(message, amount)); }");

    [Test]
    public Task A_failure_in_a_handler_of_an_exception_is_another_rules() => PerLine("""
        try { await store.SaveAsync(Order.Parse(line)); }
        {|RERUN2001:catch (Exception e)|}
        {
            if (!decimal.TryParse(line, out var amount)) continue;
            logger.LogError(e, "bad {Amount}", amount);
        }
        """);

    [Test]
    public Task A_reader_that_swallows_and_tells_is_named_once() => PerLine(
        "if (!{|RERUN2006:TryParseOrder(line, out var order)|}) continue; await store.SaveAsync(order!);",
        "private bool TryParseOrder(string line, out Order? order) { order = null; try { order = Order.Parse(line); return true; } catch (FormatException e) { logger.LogError(e, \"bad\"); return false; } }");

    [Test]
    public Task What_cannot_be_read_is_a_warning() => Verify.SeverityAsync("RERUN2006", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning, Severity("if (!decimal.TryParse(line, out var amount)) continue; await store.SaveAsync(new Order(line, amount));"));

    [Test]
    public Task What_a_validator_refuses_is_a_suggestion() => Verify.SeverityAsync("RERUN2006", Microsoft.CodeAnalysis.DiagnosticSeverity.Info, Severity("var order = Order.Parse(line); if (!validator.Validate(order).IsValid) continue; await store.SaveAsync(order);"));

    private static string Severity(string body) => $$"""
        public class Worker(IOrderStore store, IOrderValidator validator) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv")) { {{body}} }
                Console.WriteLine(validator);
                await Task.CompletedTask;
            }
        }
        """ + Types;

    private static Task Handled(string body) => Verify.LibraryAsync($$"""
        using MassTransit;

        public sealed record PlaceOrder(string Id, decimal? Amount, Guid Number, bool IsDraft, List<string> Lines);
        public interface IOrders { Task<Order?> FindAsync(string id); }
        public class Consumer(IOrderStore store, IOrderValidator validator, IDeadLetters dead, IOrders orders, ILogger<Consumer> logger) : IConsumer<PlaceOrder>
        {
            public async Task Consume(ConsumeContext<PlaceOrder> context)
            {
                var message = context.Message;
                {{body}}
                logger.LogDebug("{A} {B} {C} {D}", store, validator, dead, orders);
            }
        }
        """ + Types, ConsumerStubs.MassTransit);

    private const string SaveMessage = " await store.SaveAsync(new Order(context.Message.Id, 1m));";

    [TestCase("if ({|RERUN2006:context.Message.Number == Guid.Empty|}) { logger.LogError(\"no number\"); return; }" + SaveMessage)]
    [TestCase("if ({|RERUN2006:string.IsNullOrEmpty(context.Message.Id) || context.Message.Amount is null|}) { logger.LogWarning(\"incomplete\"); return; }" + SaveMessage)]
    [TestCase("if ({|RERUN2006:Guid.Empty == context.Message.Number|}) { logger.LogCritical(\"no number\"); return; }" + SaveMessage)]
    [TestCase("if ({|RERUN2006:!context.Message.Lines.Any()|}) { logger.LogWarning(\"no lines\"); return; }" + SaveMessage)]
    public Task A_message_that_is_refused_for_what_is_missing(string body) => Handled(body);

    [TestCase("if (context.Message.Number == Guid.Empty) { logger.LogInformation(\"nothing to do\"); return; }" + SaveMessage)]
    [TestCase("if (context.Message.Number == Guid.Empty) { logger.LogError(\"no number\"); throw new ArgumentException(); }" + SaveMessage)]
    [TestCase("if (context.Message.Number == Guid.Empty) { logger.LogError(\"no number\"); await dead.WriteAsync(context.Message.Id, \"no number\"); return; }" + SaveMessage)]
    [TestCase("if (context.Message.IsDraft) { logger.LogWarning(\"a draft\"); return; }" + SaveMessage)]
    [TestCase("if (await orders.FindAsync(context.Message.Id) is not null) { logger.LogWarning(\"known already\"); return; }" + SaveMessage)]
    [TestCase("var known = await orders.FindAsync(context.Message.Id); if (known == null) { logger.LogWarning(\"cancelled meanwhile\"); return; }" + SaveMessage)]
    [TestCase("if (context.Message.Number == Guid.Empty) { logger.LogError(\"no number\"); return; }")]
    [TestCase("if (null == context.Message) { logger.LogError(\"nothing\"); return; }" + SaveMessage)]
    [TestCase("if (context.Message == null) { logger.LogError(\"nothing\"); return; }" + SaveMessage)]
    public Task A_message_that_is_filtered_accounted_for_or_not_worked_on(string body) => Handled(body);

    [TestCase("if ({|RERUN2006:validator.Validate(order)|}.IsValid) { await store.SaveAsync(order); } else { logger.LogWarning(\"invalid\"); }")]
    [TestCase("var verdict = {|RERUN2006:validator.Validate(order)|}; if (!verdict.IsValid) { logger.LogWarning(\"invalid\"); } else { await store.SaveAsync(order); }")]
    public Task Work_that_stands_in_the_other_branch(string body) => Handled("var order = new Order(message.Id, 1m); " + body);

    [TestCase("if (validator.Validate(order).IsValid) { await store.SaveAsync(order); } else { await dead.WriteAsync(message.Id, \"invalid\"); }")]
    [TestCase("if ({|RERUN2009:validator.Validate(order)|}.IsValid) { logger.LogDebug(\"fine\"); } else { logger.LogWarning(\"odd\"); } await store.SaveAsync(order);")]
    [TestCase("if (validator.Validate(order).IsValid) { await store.SaveAsync(order); } else { throw new InvalidOperationException(); }")]
    public Task A_branch_that_loses_nothing(string body) => Handled("var order = new Order(message.Id, 1m); " + body);

    [TestCase("if ({|RERUN2006:line is null || !Known.IsMatch(line)|}) { logger.LogWarning(\"unknown line\"); continue; } await store.SaveLineAsync(line);")]
    [TestCase("if ({|RERUN2006:line is null || !Known.IsMatch(line)|}) { logger.LogCritical(\"unknown line\"); continue; } await store.SaveLineAsync(line);")]
    public Task A_line_that_does_not_match(string body) =>
        PerLine("var line = (await reader.ReadLineAsync(stoppingToken))?.Trim();" + body, "private static readonly System.Text.RegularExpressions.Regex Known = new(\"^O\");", "using var reader = File.OpenText(\"orders.csv\"); while (!reader.EndOfStream)");

    [TestCase("if (line is null || !Known.IsMatch(line)) { continue; } await store.SaveLineAsync(line);")]
    public Task A_line_that_is_filtered_without_a_word(string body) =>
        PerLine("var line = (await reader.ReadLineAsync(stoppingToken))?.Trim();" + body, "private static readonly System.Text.RegularExpressions.Regex Known = new(\"^O\");", "using var reader = File.OpenText(\"orders.csv\"); while (!reader.EndOfStream)");
}
