namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>Handlers behind an interface of the project's own, whose caller is in another project.</summary>
[Parallelizable(ParallelScope.All)]
public class OwnHandlerInterfaceTests
{
    private static Task Handles(string contract, string body) => Verify.LibraryAsync($$"""
        public interface {{contract}}<T> { Task HandleAsync(T what); }
        public sealed record ParcelSent(string Id);

        public class ParcelLedger(IOrderStore store, ILogger<ParcelLedger> logger) : {{contract}}<ParcelSent>
        {
            public async Task HandleAsync(ParcelSent what)
            {
                {{body}}
                logger.LogDebug("done");
            }
        }
        """ + ConsumerStubs.Types);

    [TestCase("IMessageHandler")]
    [TestCase("IIntegrationEventHandler")]
    [TestCase("IConsumer")]
    public Task The_interface_says_that_it_is_a_message(string contract) => Handles(contract, "try { await store.SaveLineAsync(what.Id); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, \"lost\"); }");

    [TestCase("IMessageHandler")]
    [TestCase("IConsumer")]
    public Task A_throw_is_the_callers_business(string contract) => Handles(contract, "try { await store.SaveLineAsync(what.Id); } catch (Exception e) { logger.LogError(e, \"failed\"); throw; }");

    [TestCase("IRequestHandler")]
    [TestCase("INotificationHandler")]
    [TestCase("ICommandHandler")]
    [TestCase("IFormatter")]
    public Task The_interface_says_something_else(string contract) => Handles(contract, "try { await store.SaveLineAsync(what.Id); } catch (Exception e) { logger.LogError(e, \"failed\"); }");
}
