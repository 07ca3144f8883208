namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2009: a check that only warns, and the near-misses that block, set aside or watch.</summary>
[Parallelizable(ParallelScope.All)]
public class FailedGateOnlyLoggedTests
{
    private const string Types = ConsumerStubs.Types + """

        public sealed class Verdict { public bool IsValid { get; init; } public List<string> Errors { get; } = []; }
        public interface IOrderValidator { Verdict Validate(Order order); Task<Verdict> ValidateAsync(Order order); }
        public interface IQuarantine { Task KeepAsync(Order order); }
        """;

    private static Task PerLine(string body, string members = "") => Verify.LibraryAsync($$"""
        public class Worker(IOrderStore store, IOrderValidator validator, IQuarantine quarantine, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    var order = Order.Parse(line);
                    {{body}}
                }
                logger.LogDebug("{A} {B} {C}", store, validator, quarantine);
                await Task.CompletedTask;
            }

            {{members}}
        }
        """ + Types);

    private const string Save = "await store.SaveAsync(order);";
    private const string Warn = "logger.LogWarning(\"bad order\");";

    [TestCase("var verdict = {|RERUN2009:validator.Validate(order)|}; if (!verdict.IsValid) " + Warn + Save)]
    [TestCase("var verdict = await {|RERUN2009:validator.ValidateAsync(order)|}; if (!verdict.IsValid) { " + Warn + " } " + Save)]
    [TestCase("if (!{|RERUN2009:validator.Validate(order)|}.IsValid) " + Warn + Save)]
    [TestCase("if ({|RERUN2009:validator.Validate(order)|}.IsValid == false) " + Warn + Save)]
    [TestCase("if ({|RERUN2009:validator.Validate(order)|}.IsValid) logger.LogDebug(\"good\"); else " + Warn + Save)]
    public Task A_verdict_that_is_only_logged(string body) => PerLine(body);

    [TestCase("if (!validator.Validate(order).IsValid) throw new InvalidOperationException(); " + Save)]
    [TestCase("if (!validator.Validate(order).IsValid) { " + Warn + " return; } " + Save)]
    [TestCase("if (!validator.Validate(order).IsValid) { " + Warn + " await quarantine.KeepAsync(order); } " + Save)]
    [TestCase("var verdict = validator.Validate(order); if (!verdict.IsValid) { " + Warn + " throw new InvalidOperationException(); } " + Save)]
    [TestCase("var isGood = true; if (!validator.Validate(order).IsValid) { " + Warn + " isGood = false; } if (isGood) " + Save)]
    [TestCase("if (!{|RERUN2006:validator.Validate(order)|}.IsValid) { " + Warn + " } else " + Save)]
    [TestCase("if (!validator.Validate(order).IsValid) " + Warn)]
    [TestCase("if (!validator.Validate(order).IsValid) " + Warn + " await store.SaveLineAsync(\"done\");")]
    [TestCase("if (order.Amount < 0) " + Warn + Save)]
    [TestCase("var verdict = validator.Validate(order); order.Lines.AddRange(verdict.Errors); " + Save)]
    public Task A_verdict_that_blocks_or_decides_nothing(string body) => PerLine(body);

    [Test]
    public Task A_check_of_ones_own() => PerLine("if (!{|RERUN2009:IsValid(order)|}) " + Warn + Save, "private static bool IsValid(Order order) => order.Amount > 0;");

    [Test]
    public Task The_annotations_of_the_record() => PerLine("""
        var found = new List<System.ComponentModel.DataAnnotations.ValidationResult>();
        if (!{|RERUN2009:System.ComponentModel.DataAnnotations.Validator.TryValidateObject(order, new System.ComponentModel.DataAnnotations.ValidationContext(order), found, true)|})
            logger.LogWarning("bad order");
        await store.SaveAsync(order);
        """);

    [Test]
    public Task Off_the_rerun_paths_nothing_is_said() => Verify.LibraryAsync("""
        public class Orders(IOrderStore store, IOrderValidator validator, ILogger<Orders> logger)
        {
            public async Task AcceptAsync(Order order)
            {
                if (!validator.Validate(order).IsValid)
                    logger.LogWarning("bad order");
                await store.SaveAsync(order);
            }
        }
        """ + Types);
}
