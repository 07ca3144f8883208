using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Tests.Rules.DeadLetters;

/// <summary>Handlers that are given to a bus, an aggregator or a client of the project's own: names say that they take messages.</summary>
[Parallelizable(ParallelScope.All)]
public class SubscribedHandlerTests
{
    private static string Robots(string subscribe, string handler, string more = "") => $$"""
        public sealed class RobotMoved(string id) { public string Id => id; }
        public sealed record RobotMessage(string Id, decimal Battery);
        public sealed class RobotEventArgs(string id) : EventArgs { public string Id => id; }
        public sealed class OrderGone : Exception;
        public sealed class RobotLogs { public string Text { get; private set; } = ""; public void Write(string text) => Console.WriteLine(text); public Task AddToAsync(string id, RobotLogs logs) => File.WriteAllTextAsync(id, logs.Text); }
        public interface IRobotListener { void Subscribe<T>(Func<T, Task> handler); }
        public interface IRobotBus { IRobotListener Moves { get; } void Subscribe<T>(Action<T> handler); void Watch<T>(Action<T> handler); event EventHandler<RobotEventArgs> MessageReceived; event EventHandler<RobotEventArgs> Connected; }

        public class RobotService(IRobotBus bus, IOrderStore store, ILogger<RobotService> logger)
        {
            public void Start()
            {
                {{subscribe}}
            }

            {{handler}}
            {{more}}
            private Task SaveAsync(string id) => store.SaveLineAsync(id);
            private void Tell(object what) => logger.LogDebug("{What} {Bus}", what, bus);
        }
        """ + ConsumerStubs.Types;

    private const string Swallows = """
        private async void OnMessage(RobotMessage message)
        {
            try { await SaveAsync(message.Id); }
            catch (Exception e) { logger.LogError(e, "not saved"); }
        }
        """;

    private const string SwallowsEvent = """
        private async void OnMessage(object? sender, RobotEventArgs e)
        {
            try { await SaveAsync(e.Id); }
            catch (Exception x) { logger.LogError(x, "not saved"); }
        }
        """;

    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", Swallows)]
    [TestCase("bus.MessageReceived += OnMessage;", SwallowsEvent)]
    [TestCase("bus.Subscribe<RobotMessage>(async m => { try { await SaveAsync(m.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); } });", "")]
    [TestCase("bus.MessageReceived += async (_, m) => { try { await SaveAsync(m.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); } };", "")]
    [TestCase("bus.Moves.Subscribe<RobotMoved>(OnMoved);", "private async Task OnMoved(RobotMoved moved) { try { await SaveAsync(moved.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); } }")]
    public Task A_subscribed_handler_that_swallows_is_a_suggestion(string subscribe, string handler) =>
        Verify.SeverityAsync("RERUN2001", DiagnosticSeverity.Info, Robots(subscribe, handler));

    [Test]
    public Task A_write_of_it_is_no_repeated_one() => Verify.LibraryAsync(Robots(
        "bus.Subscribe<RobotMessage>(OnMessage);",
        "private void OnMessage(RobotMessage message) { using var db = new SqliteConnection(\"Data Source=robots.db\"); db.Execute(\"INSERT INTO moves (id) VALUES (@Id)\", message); }"));

    [Test]
    public Task What_a_certain_entry_point_leads_to_as_well_is_judged_by_that() => Verify.LibraryAsync(Robots(
        "bus.Subscribe<RobotMessage>(OnMessage);",
        "public Task OnMessageAsync(RobotMessage message) => StoreAsync(message); private void OnMessage(RobotMessage message) => StoreAsync(message).Wait();",
        """
        private async Task StoreAsync(RobotMessage message) { try { await SaveAsync(message.Id); } {|RERUN2001:catch (Exception e)|} { logger.LogError(e, "not saved"); } }
        public sealed class Consumer(RobotService service) : MassTransit.IConsumer<RobotMessage> { public Task Consume(MassTransit.ConsumeContext<RobotMessage> context) => service.OnMessageAsync(context.Message); }
        """) + ConsumerStubs.MassTransit);

    // Nobody subscribes it; it is no message; another event; the failure is kept or goes on.
    [TestCase("Tell(bus);", Swallows)]
    [TestCase("bus.Watch<RobotMessage>(OnMessage);", Swallows)]
    [TestCase("bus.Connected += OnMessage;", SwallowsEvent)]
    [TestCase("bus.Subscribe<RobotMoved>(OnMoved);", "private async void OnMoved(RobotMoved moved) { try { await SaveAsync(moved.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); } }")]
    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", "private async void OnMessage(RobotMessage message) { try { await SaveAsync(message.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); throw; } }")]
    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", "private async void OnMessage(RobotMessage message) { try { await SaveAsync(message.Id); } catch (Exception e) { logger.LogError(e, \"not saved\"); await store.SaveLineAsync(\"failed \" + message.Id); } }")]
    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", "private async void OnMessage(RobotMessage message) { var logs = new RobotLogs(); try { await SaveAsync(message.Id); } catch (Exception e) { logs.Write(e.Message); } await logs.AddToAsync(message.Id, logs); }")]
    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", "private void OnMessage(RobotMessage message) { try { Console.WriteLine(message.Battery); } catch (Exception e) { logger.LogError(e, \"not shown\"); } }")]
    [TestCase("bus.Subscribe<RobotMessage>(OnMessage);", "private async void OnMessage(RobotMessage message) { try { await SaveAsync(message.Id); } catch (OrderGone) { } catch (Exception e) { logger.LogError(e, \"not saved\"); throw; } }")]
    public Task What_is_no_message_or_is_not_lost(string subscribe, string handler) => Verify.LibraryAsync(Robots(subscribe, handler));
}
