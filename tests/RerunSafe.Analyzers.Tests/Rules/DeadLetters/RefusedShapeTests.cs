namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>RERUN2006 for lines of another shape and for parsed messages that lack what they are for.</summary>
[Parallelizable(ParallelScope.All)]
public class RefusedShapeTests
{
    private static Task Program(string body) => Verify.ProgramAsync($$"""
        public static class Program
        {
            public static async Task Main(string[] args)
            {
                var store = Activator.CreateInstance<IOrderStore>();
                foreach (var line in File.ReadLines(args[0]))
                {
                    var cells = line.Split('\t');
                    {{body}}
                    await store.SaveAsync(new Order(cells[0], cells.Length));
                }
            }
        }
        """ + ConsumerStubs.Types);

    [TestCase("if ({|RERUN2006:cells.Length != 4|}) { Console.Error.WriteLine($\"unexpected: {line}\"); continue; }")]
    [TestCase("if ({|RERUN2006:cells.Length < 4|}) { await Console.Error.WriteLineAsync(\"too short\"); continue; }")]
    public Task A_line_of_another_shape(string check) => Program(check);

    [TestCase("if (line.Length == 0) continue;")]
    [TestCase("if (cells.Length != 4) throw new InvalidDataException(line);")]
    [TestCase("if (cells.Length != 4) { await store.SaveLineAsync(line); continue; }")]
    [TestCase("if (cells.Length < 2) continue;")]
    [TestCase("if (cells.Length != 4) Console.Error.WriteLine(\"odd, but stored\");")]
    public Task No_line_is_lost(string check) => Program(check);

    private static Task Message(string body) => Verify.LibraryAsync($$"""
        using Microsoft.Azure.Functions.Worker;

        public class OrderFunction(IOrderStore store, ILogger<OrderFunction> logger)
        {
            [Function("orders")]
            public async Task Run([QueueTrigger("orders")] string text)
            {
                var order = System.Text.Json.JsonSerializer.Deserialize<Order>(text);
                {{body}}
                await store.SaveAsync(order!);
                logger.LogDebug("stored");
            }
        }
        """ + ConsumerStubs.Types, ConsumerStubs.Functions);

    [TestCase("if (order != null && order.Amount > 0) logger.LogDebug(\"{Id}\", order.Id);\n\nif ({|RERUN2006:order == null || string.IsNullOrEmpty(order.Id)|}) { logger.LogWarning(\"no number\"); return; }")]
    [TestCase("if ({|RERUN2006:string.IsNullOrWhiteSpace(order!.Id)|}) { logger.LogError(\"no number\"); return; }")]
    public Task A_message_without_its_number(string check) => Message(check);

    [TestCase("if (string.IsNullOrEmpty(order!.Id)) throw new InvalidDataException(\"no number\");")]
    [TestCase("if (order!.Amount < 100) { logger.LogInformation(\"small\"); return; }")]
    public Task A_message_that_comes_back_or_is_of_no_interest(string check) => Message(check);

    private static Task Consumer(string body) => Verify.LibraryAsync($$"""
        public class ApprovalConsumer(IApprovals approvals, ILogger<ApprovalConsumer> logger) : MassTransit.IConsumer<Approved>
        {
            public async Task Consume(MassTransit.ConsumeContext<Approved> context)
            {
                var message = context.Message;
                var request = await approvals.FindAsync(context.Message.Id);
                {{body}}
                await approvals.SaveAsync(request!);
                logger.LogDebug("{Message}", message);
            }
        }

        public sealed record Approved(string Id, string PledgeId);
        public sealed record Request(string Id, string PledgeId, bool IsOpen);
        public interface IApprovals { Task<Request?> FindAsync(string id); Task SaveAsync(Request request); }
        """, ConsumerStubs.MassTransit);

    [TestCase("if ({|RERUN2006:request!.PledgeId != context.Message.PledgeId|}) { logger.LogError(\"another pledge\"); return; }")]
    [TestCase("if ({|RERUN2006:request is null|}) { logger.LogError(\"no such request\"); return; }")]
    public Task An_error_that_the_sender_does_not_hear_of(string check) => Consumer(check);

    [TestCase("if (request is null) { logger.LogWarning(\"already gone\"); return; }")]
    [TestCase("var other = message.PledgeId.Length > 3 ? message.PledgeId : null; if (other is null) { logger.LogError(\"short\"); return; }")]
    [TestCase("if (request!.PledgeId != context.Message.PledgeId) { logger.LogInformation(\"another pledge\"); return; }")]
    [TestCase("if (request is null) throw new InvalidOperationException(\"no such request\");")]
    [TestCase("if (request is { IsOpen: false }) { logger.LogError(\"closed\"); return; }")]
    [TestCase("if (request is null) { logger.LogError(\"no such request\"); await approvals.SaveAsync(new Request(message.Id, message.PledgeId, true)); return; }")]
    public Task The_sender_hears_of_it_or_it_is_none(string check) => Consumer(check);

    [TestCase("Task<bool>", "if ({|RERUN2006:request is null|}) { logger.LogError(\"no such request\"); return false; }", "return true;")]
    [TestCase("Task", "if (request is null) { logger.LogError(\"no such request\"); return; }", "")]
    public Task What_a_helper_needs_and_does_not_find(string returns, string check, string end) => Verify.LibraryAsync($$"""
        public class ApprovalConsumer(IApprovals approvals, ILogger<ApprovalConsumer> logger) : MassTransit.IConsumer<Approved>
        {
            public async Task Consume(MassTransit.ConsumeContext<Approved> context) => await ApproveAsync(context.Message);

            private async {{returns}} ApproveAsync(Approved approved)
            {
                var request = await approvals.FindAsync(approved.Id);
                logger.LogDebug("{IsNumber}", int.TryParse(approved.PledgeId, out _));
                {{check}}
                await approvals.SaveAsync(request!);
                {{end}}
            }
        }

        public sealed record Approved(string Id, string PledgeId);
        public interface IApprovals { Task<string?> FindAsync(string id); Task SaveAsync(string request); }
        """, ConsumerStubs.MassTransit);
}
