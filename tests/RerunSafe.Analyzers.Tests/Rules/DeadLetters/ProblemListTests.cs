namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2006 and RERUN2009 for validators that yield a list of what is wrong, and for gates over a whole table.</summary>
[Parallelizable(ParallelScope.All)]
public class ProblemListTests
{
    private static Task Handler(string body) => Verify.LibraryAsync($$"""
        public class OrderConsumer(IOrderStore store, IRules rules, ILogger<OrderConsumer> logger) : MassTransit.IConsumer<OrderSent>
        {
            public async Task Consume(MassTransit.ConsumeContext<OrderSent> context)
            {
                {{body}}
                await store.SaveLineAsync(context.Message.Line);
                logger.LogDebug("{Rules}", rules);
            }
        }

        public sealed record OrderSent(string Line);
        public interface IRules { List<string> Validate(OrderSent order); Task<string[]> ValidateAsync(OrderSent order); List<string> Describe(OrderSent order); }
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [TestCase("""var errors = {|RERUN2009:rules.Validate(context.Message)|}; if (errors.Count > 0) logger.LogWarning("{Errors}", errors);""")]
    [TestCase("""var errors = await {|RERUN2009:rules.ValidateAsync(context.Message)|}; if (errors.Length != 0) { logger.LogWarning("{Errors}", string.Join(", ", errors)); }""")]
    [TestCase("""if ({|RERUN2006:rules.Validate(context.Message)|}.Any()) { logger.LogWarning("not valid"); return; }""")]
    public Task What_is_wrong_is_only_told(string body) => Handler(body);

    [TestCase("""var errors = rules.Validate(context.Message); if (errors.Count > 0) throw new InvalidDataException(errors[0]);""")]
    [TestCase("""var errors = rules.Validate(context.Message); if (errors.Count == 0) logger.LogDebug("all well");""")]
    [TestCase("""var parts = rules.Describe(context.Message); if (parts.Count > 0) logger.LogWarning("{Parts}", parts);""")]
    public Task It_is_acted_on_or_nothing_is_wrong(string body) => Handler(body);

    private static Task Gate(string body) => Verify.LibraryAsync($$"""
        public class LoadWorker(IQualityChecks checks, ILayers layers, ILogger<LoadWorker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var report = await checks.RunAsync("staging.orders");
                {{body}}
                await layers.PromoteAsync("staging.orders");
                logger.LogDebug("done");
            }
        }

        public sealed record Report(bool Passed);
        public interface IQualityChecks { Task<Report> RunAsync(string table); }
        public interface ILayers { Task PromoteAsync(string table); }
        """);

    [Test]
    public Task A_failed_gate_that_lets_the_table_through() => Gate("\n\nif ({|RERUN2009:!report.Passed|}) { logger.LogWarning(\"checks failed\"); }");

    [TestCase("if (!report.Passed) throw new InvalidDataException(\"checks failed\");")]
    [TestCase("if (!report.Passed) { logger.LogError(\"checks failed, not promoted\"); return; }")]
    [TestCase("if (report.Passed) logger.LogInformation(\"checks passed\");")]
    public Task A_gate_that_stops_it(string body) => Gate(body);
}
