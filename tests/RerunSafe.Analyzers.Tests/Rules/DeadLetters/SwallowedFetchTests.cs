namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2001 where a body fetches one message per call and settles it itself, and where a helper tells of its failure by nothing.</summary>
[Parallelizable(ParallelScope.All)]
public class SwallowedFetchTests
{
    private static Task PerTick(string body, string helper = "") => Verify.LibraryAsync($$"""
        using Azure.Storage.Queues;

        public interface IOrderTelemetry { Operation Telemetry { get; } }
        public class Operation { public bool Success { get; set; } }
        public class Worker(QueueClient queue, IOrderStore store, IOrderTelemetry telemetry, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                    await ReadOneAsync(stoppingToken);
            }

            private async Task ReadOneAsync(CancellationToken stopping)
            {
                var message = (await queue.ReceiveMessageAsync(cancellationToken: stopping)).Value;
                if (message == null) { await Task.Delay(1000, stopping); return; }
                {{body}}
                logger.LogDebug("{A}{B}", store, telemetry);
            }

            {{helper}}
        }
        """ + Brokers.Orders, Brokers.StorageQueues);

    private const string Delete = "await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);";
    private const string Work = "await store.SaveAsync(Order.Parse(message.MessageText));";

    [TestCase("try { " + Work + Delete + " } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"bad\"); " + Delete + " return; }")]
    [TestCase("try { " + Work + Delete + " } {|RERUN2001:catch (Exception e)|} { telemetry.Telemetry.Success = false; if (message.DequeueCount == 5) { logger.LogError(e, \"given up\"); " + Delete + " } }")]
    [TestCase("try { " + Work + " } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"bad\"); } " + Delete)]
    public Task Deleted_though_it_failed(string body) => PerTick(body);

    [TestCase("try { " + Work + Delete + " } catch (Exception e) { logger.LogError(e, \"comes back\"); }")]
    [TestCase("try { " + Work + Delete + " } catch (Exception e) { logger.LogError(e, \"comes back\"); return; }")]
    [TestCase("try { " + Work + Delete + " } catch (Exception e) { File.AppendAllText(\"poison.txt\", message.MessageText + e.Message); " + Delete + " }")]
    [TestCase(Work + Delete)]
    public Task Left_where_it_was_or_set_aside(string body) => PerTick(body);

    private const string Helper = "private async Task HandleAsync(string text) { try { await store.SaveAsync(Order.Parse(text)); } catch (Exception e) { logger.LogError(e, \"bad\"); } }";

    [Test]
    public Task Deleted_though_a_helper_has_failed() =>
        PerTick("await HandleAsync(message.MessageText); " + Delete, Helper.Replace("catch (Exception e)", "{|RERUN2001:catch (Exception e)|}", StringComparison.Ordinal));

    [TestCase("await HandleAsync(message.MessageText);", Helper)]
    [TestCase("await HandleAsync(message.MessageText); " + Delete, "private async Task HandleAsync(string text) { try { await store.SaveAsync(Order.Parse(text)); } catch (Exception e) { logger.LogError(e, \"bad\"); throw; } }")]
    [TestCase("await HandleAsync(message.MessageText); " + Delete, "private async Task HandleAsync(string text) { await store.SaveAsync(Order.Parse(text)); try { await Task.Delay(5); } catch (Exception e) { logger.LogError(e, \"bad\"); } }")]
    public Task Left_or_told_by_a_helper(string body, string helper) => PerTick(body, helper);

    private static Task PerLine(string loop, string helper) => Verify.LibraryAsync($$"""
        public interface IDeadLetters { Task WriteAsync(string payload, string reason); }
        public class Worker(IOrderStore store, IDeadLetters dead, ILogger<Worker> logger) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    {{loop}}
                }
                logger.LogDebug("{A}{B}", store, dead);
            }

            private Order? Read(string line)
            {
                {{helper}}
            }
        }
        """ + ConsumerStubs.Types);

    private const string Nothing = "try { return Order.Parse(line); } {|RERUN2001:catch (FormatException)|} { return null; }";
    private const string Told = "try { return Order.Parse(line); } catch (FormatException) { return null; }";

    [TestCase("var order = Read(line); if (order != null) await store.SaveAsync(order);", Nothing)]
    [TestCase("var order = Read(line); if (order is null) { logger.LogWarning(\"left out\"); continue; } await store.SaveAsync(order);", Nothing)]
    [TestCase("var order = Read(line); if (order is null) { await dead.WriteAsync(line, \"unreadable\"); continue; } await store.SaveAsync(order);", Told)]
    [TestCase("var order = Read(line); if (order != null) await store.SaveAsync(order); else throw new FormatException(line);", Told)]
    [TestCase("var order = Read(line); if (order != null) line.Trim(); await store.SaveLineAsync(line);", Told)]
    public Task Nothing_is_an_answer_only_where_somebody_asks(string loop, string helper) => PerLine(loop, helper);
}
