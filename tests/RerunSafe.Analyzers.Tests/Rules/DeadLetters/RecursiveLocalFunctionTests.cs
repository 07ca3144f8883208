namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>Local functions that call each other: what they do for a record is found once, and the search ends.</summary>
public class RecursiveLocalFunctionTests
{
    [Test]
    public Task Two_that_call_each_other() => Verify.LibraryAsync("""
        public class Consumer(IOrderStore store) : MassTransit.IConsumer<Parts>
        {
            public async Task Consume(MassTransit.ConsumeContext<Parts> context)
            {
                await StoreAsync(context.Message, 0);

                async Task StoreAsync(Parts parts, int depth) { if (depth < parts.Lines.Length) await NextAsync(parts, depth); }
                async Task NextAsync(Parts parts, int depth) { await store.SaveLineAsync(parts.Lines[depth]); await StoreAsync(parts, depth + 1); }
            }
        }

        public sealed record Parts(string[] Lines);
        """ + ConsumerStubs.Types, ConsumerStubs.MassTransit);
}
