using RerunSafe.Analyzers.CodeFixes.DeadLetters;

namespace RerunSafe.Analyzers.CodeFixes.Tests.DeadLetters;

[Parallelizable(ParallelScope.All)]
public class RejectToDeadLettersTests
{
    // A stub of the public shape of RabbitMQ.Client 7, as far as the fix needs it.
    private const string Rabbit = """

        namespace RabbitMQ.Client
        {
            public interface IChannel
            {
                ValueTask BasicNackAsync(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken = default);
                Task QueueDeclareAsync(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object?>? arguments = null, bool passive = false, bool noWait = false, CancellationToken cancellationToken = default);
            }
        }
        """;

    private static string Worker(string caught, string arguments = "new Dictionary<string, object?> { [\"x-dead-letter-exchange\"] = \"dead\" }") => $$"""
        using RabbitMQ.Client;

        public class Worker(IChannel channel, Func<ulong, Task> handle)
        {
            private const bool Again = true;

            public Task DeclareAsync(IDictionary<string, object?> given) => channel.QueueDeclareAsync("orders", true, false, false, {{arguments}});

            public async Task HandleAsync(ulong tag)
            {
                try { await handle(tag); }
                catch (Exception) { {{caught}} }
            }
        }
        """ + Rabbit;

    [TestCase("await {|RERUN2003:channel.BasicNackAsync(tag, multiple: false, requeue: true)|};", "await channel.BasicNackAsync(tag, multiple: false, requeue: false);")]
    [TestCase("await {|RERUN2003:channel.BasicNackAsync(tag, false, true)|};", "await channel.BasicNackAsync(tag, false, false);")]
    public Task Rejected_into_the_target_that_the_type_declares(string caught, string changed) => VerifyFix.ChangesAsync<RejectToDeadLetters>(Worker(caught), Worker(changed));

    [Test]
    public Task A_flag_that_has_a_name_of_its_own() => VerifyFix.OffersNothingAsync<RejectToDeadLetters>(Worker("await {|RERUN2003:channel.BasicNackAsync(tag, false, Again)|};"));

    [Test]
    public Task Without_a_target_a_rejected_message_is_dropped() =>
        VerifyFix.OffersNothingAsync<RejectToDeadLetters>(Worker("await {|RERUN2003:channel.BasicNackAsync(tag, false, true)|};", "given"));
}
