namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>Handlers that a framework finds by their names: only where the framework is there, and only with a message.</summary>
[Parallelizable(ParallelScope.All)]
public class WolverineConventionTests
{
    private const string Wolverine = "namespace Wolverine { public interface IMessageBus { Task PublishAsync(object message); } }";

    private static Task With(string handler, string framework) => Verify.LibraryAsync($$"""
        public sealed record SendParcel(string Id);
        {{handler}}
        """ + ConsumerStubs.Types, framework);

    private const string Static = """
        public static class SendParcelHandler
        {
            public static async Task HandleAsync(SendParcel command, IOrderStore store, ILogger logger)
            {
                try { await store.SaveLineAsync(command.Id); }
                catch (Exception e) { logger.LogError(e, "not sent"); }
            }
        }
        """;

    [Test]
    public Task A_static_handler() => With(Static.Replace("catch (Exception e)", "{|RERUN2001:catch (Exception e)|}", StringComparison.Ordinal), Wolverine);

    [Test]
    public Task Without_the_framework_nobody_calls_it() => With(Static, "");

    [Test]
    public Task A_handler_that_throws_is_dead_lettered() => With(Static.Replace("\"not sent\");", "\"not sent\"); throw;", StringComparison.Ordinal), Wolverine);

    [Test]
    public Task Text_is_no_message() => With(Static.Replace("SendParcel command", "string command", StringComparison.Ordinal).Replace("command.Id", "command", StringComparison.Ordinal), Wolverine);

    [Test]
    public Task A_command_without_its_number() => With(
        """
        public static class SendParcelHandler
        {
            public static async Task HandleAsync(SendParcel command, IOrderStore store, ILogger logger)
            {
                if ({|RERUN2006:command.Id == ""|}) { logger.LogError("no number"); return; }
                await store.SaveLineAsync(command.Id);
            }
        }
        """, Wolverine);
}
