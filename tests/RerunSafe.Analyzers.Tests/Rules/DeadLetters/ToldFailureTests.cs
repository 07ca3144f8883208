namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 where the failure comes back as a result: who looks at it, and what for.</summary>
[Parallelizable(ParallelScope.All)]
public class ToldFailureTests
{
    private static Task Handler(string body, string more = "") => Verify.LibraryAsync($$"""
        public class ShipmentConsumer(IShipments shipments, Billing billing, ILogger<ShipmentConsumer> logger) : MassTransit.IConsumer<ShipmentSent>
        {
            public async Task Consume(MassTransit.ConsumeContext<ShipmentSent> context)
            {
                {{body}}
                logger.LogDebug("{A} {B}", shipments, billing);
                await Task.CompletedTask;
            }
        }

        public sealed record ShipmentSent(string Id, decimal Weight);
        public sealed class Outcome { public bool IsSuccess { get; init; } public string Text { get; init; } = ""; }
        public interface IShipments { Task<bool> HandleAsync(ShipmentSent sent); Task<bool> SubmitAsync(ShipmentSent sent); Task<Outcome> SendAsync(ShipmentSent sent); Task<bool> ExistsAsync(string id); Task SaveAsync(string id); }
        public class Billing(IShipments shipments)
        {
            {{(more.Length > 0 ? more : "public override string ToString() => $\"{shipments}\";")}}
        }
        """, ConsumerStubs.MassTransit);

    [TestCase("""var success = await shipments.{|RERUN2001:HandleAsync|}(context.Message); if (success) logger.LogInformation("shipped"); else logger.LogInformation("not shipped");""")]
    [TestCase("""if (!await shipments.{|RERUN2001:HandleAsync|}(context.Message)) { logger.LogError("{Id} failed", context.Message.Id); }""")]
    [TestCase("""var outcome = await shipments.{|RERUN2001:SendAsync|}(context.Message); if (!outcome.IsSuccess) logger.LogWarning("{Text}", outcome.Text);""")]
    [TestCase("""var success = await shipments.{|RERUN2001:HandleAsync|}(context.Message); if (!success) logger.LogError("not shipped");""")]
    [TestCase("""var success = await shipments.{|RERUN2001:SubmitAsync|}(context.Message); if (!success) logger.LogError("not shipped");""")]
    [TestCase("""var success = await shipments.{|RERUN2001:HandleAsync|}(context.Message); logger.LogInformation("handled with {Result}", success);""")]
    public Task The_failure_ends_in_the_log(string body) => Handler(body);

    [TestCase("""var success = await shipments.HandleAsync(context.Message); if (!success) throw new InvalidOperationException("not shipped");""")]
    [TestCase("""if (!await shipments.HandleAsync(context.Message)) { logger.LogWarning("later"); await shipments.SaveAsync(context.Message.Id); }""")]
    [TestCase("""var outcome = await shipments.SendAsync(context.Message); if (!outcome.IsSuccess) { logger.LogWarning("{Text}", outcome.Text); throw new InvalidOperationException(outcome.Text); }""")]
    [TestCase("""var known = await shipments.ExistsAsync(context.Message.Id); if (!known) logger.LogWarning("unknown");""")]
    public Task Somebody_acts_on_it(string body) => Handler(body);

    private const string Bill = "public async Task<bool> BillAsync(ShipmentSent sent) { try { await shipments.SaveAsync(sent.Id); return true; } catch (Exception) { return false; } }";

    [Test]
    public Task The_catch_that_made_it_a_result() => Handler(
        """var billed = await billing.BillAsync(context.Message); if (!billed) logger.LogError("not billed");""", Bill.Replace("catch (Exception)", "{|RERUN2001:catch (Exception)|}", StringComparison.Ordinal));

    // The one between hands the verdict on, by itself or as a part of its own.
    [TestCase("return await BillAsync(sent);")]
    [TestCase("var read = sent.Weight > 0; var billed = await BillAsync(sent); return read && billed;")]
    public Task The_catch_that_made_it_a_result_of_a_result(string between) => Handler(
        """var done = await billing.CloseAsync(context.Message); logger.LogInformation("closed with {Result}", done);""",
        $$"""public async Task<bool> CloseAsync(ShipmentSent sent) { {{between}} } {{Bill.Replace("catch (Exception)", "{|RERUN2001:catch (Exception)|}", StringComparison.Ordinal)}}""");

    [TestCase("return await BillAsync(sent);", "var done = await billing.CloseAsync(context.Message); if (!done) throw new TimeoutException();")]
    [TestCase("var billed = await BillAsync(sent); if (!billed) await shipments.SaveAsync(\"later\"); return billed;", "var done = await billing.CloseAsync(context.Message); logger.LogInformation(\"closed with {Result}\", done);")]
    public Task Somebody_on_the_way_acts_on_it(string between, string body) => Handler(body, $$"""public async Task<bool> CloseAsync(ShipmentSent sent) { {{between}} } {{Bill}}""");

    [Test]
    public Task The_caller_passes_it_on() => Handler("""var billed = await billing.BillAsync(context.Message); if (!billed) { logger.LogError("not billed"); throw new TimeoutException(); }""", Bill);

    // What implements it in sight only hands on to what others override.
    [TestCase("public async Task<bool> HandleAsync(object item) => await HandleAsync((T)item);", "{|RERUN2001:HandleAsync|}")]
    [TestCase("public bool Failed { get; private set; } public async Task<bool> HandleAsync(object item) { var done = await HandleAsync((T)item); Failed = !done; return done; }", "HandleAsync")]
    [TestCase("public IShipments? Kept { get; init; } public async Task<bool> HandleAsync(object item) { var done = await HandleAsync((T)item); await Kept!.SaveAsync(\"kept\"); return done; }", "HandleAsync")]
    public Task A_base_that_hands_on(string member, string call) => Verify.LibraryAsync($$"""
        public class ShipmentConsumer(IProcessor processor, ILogger<ShipmentConsumer> logger) : MassTransit.IConsumer<ShipmentSent>
        {
            public async Task Consume(MassTransit.ConsumeContext<ShipmentSent> context)
            {
                var success = await processor.{{call}}(context.Message);
                if (!success)
                    logger.LogInformation("not shipped");
            }
        }

        public sealed record ShipmentSent(string Id, decimal Weight);
        public interface IShipments { Task SaveAsync(string id); }
        public interface IProcessor { Task<bool> HandleAsync(object item); }
        public abstract class Processor<T> : IProcessor { public abstract Task<bool> HandleAsync(T item); {{member}} }
        """, ConsumerStubs.MassTransit);

    private const string Read = "public string? Read(ShipmentSent sent) { try { return int.Parse(sent.Id).ToString(); } catch (FormatException e) { Console.WriteLine(e); return null; } }";

    [TestCase("var line = billing.Read(context.Message); if (line is null) return; await shipments.SaveAsync(line);")]
    [TestCase("var line = billing.Read(context.Message); if (line != null) { await shipments.SaveAsync(line); }")]
    public Task The_handler_returns_without_what_could_not_be_read(string body) => Handler(body, Read.Replace("catch (FormatException e)", "{|RERUN2001:catch (FormatException e)|}", StringComparison.Ordinal));

    [TestCase("var line = billing.Read(context.Message); if (line is null) throw new InvalidOperationException(\"unreadable\"); await shipments.SaveAsync(line);")]
    [TestCase("var line = billing.Read(context.Message); if (line is null) { await shipments.SaveAsync(context.Message.Id); return; } await shipments.SaveAsync(line);")]
    [TestCase("var line = billing.Read(context.Message) ?? \"0\"; await shipments.SaveAsync(line);")]
    public Task The_handler_does_something_about_what_could_not_be_read(string body) => Handler(body, Read);

    private static Task Optional(string handler) => Verify.LibraryAsync($$"""
        public sealed class ReadingOptions { public bool StopOnError { get; set; } public bool GoOn { get; set; } }
        public class FolderConsumer(ReadingOptions options, IOrderStore store, ILogger<FolderConsumer> logger) : MassTransit.IConsumer<Folder>
        {
            private bool stopping;

            public async Task Consume(MassTransit.ConsumeContext<Folder> context)
            {
                foreach (var line in context.Message.Lines)
                {
                    try { await store.SaveAsync(Order.Parse(line)); }
                    {{handler}}
                }

                stopping = true;
                logger.LogDebug("{A} {B}", options, stopping);
            }
        }

        public sealed record Folder(string[] Lines);
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);

    [TestCase("{|RERUN2001:catch (FormatException e)|} { if (options.StopOnError) throw; logger.LogError(e, \"left out\"); }")]
    [TestCase("{|RERUN2001:catch (FormatException e)|} { if (!options.GoOn) { logger.LogCritical(e, \"stopped\"); throw new InvalidOperationException(\"bad line\", e); } logger.LogError(e, \"left out\"); continue; }")]
    public Task An_option_by_which_it_would_have_thrown(string handler) => Optional(handler);

    [TestCase("catch (FormatException e) { if (options.StopOnError) throw; logger.LogError(e, \"left out\"); await store.SaveLineAsync(line); }")]
    [TestCase("catch (FormatException e) { logger.LogError(e, \"left out\"); throw; }")]
    [TestCase("catch (FormatException e) { if (stopping) throw; logger.LogError(e, \"left out\"); await store.SaveLineAsync(line); }")]
    public Task Both_ways_account_for_it(string handler) => Optional(handler);
}
