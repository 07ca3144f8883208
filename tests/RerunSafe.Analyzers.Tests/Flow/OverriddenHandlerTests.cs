namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Entry points that override a base class of the project's own: OrderConsumer : Consumer&lt;OrderMessage&gt;.</summary>
[Parallelizable(ParallelScope.All)]
public class OverriddenHandlerTests
{
    private const string Project = """
        namespace Shop.Messaging;
        public abstract class Consumer<T> { protected abstract Task ProcessMessageAsync(string header, T message); protected virtual Task Describe(T message) => Task.CompletedTask; }
        public abstract class Screen<T> { protected abstract Task ProcessMessageAsync(string header, T message); }
        public abstract class DomainEventHandler<T> { protected abstract Task HandleAsync(string header, T message); }
        public abstract class WorkItemProcessor<T> { public abstract Task<bool> ProcessWorkItemAsync(T workItem, CancellationToken token); }
        public record OrderMessage(string Number);
        public record OrderDomainEvent(string Number);
        public record OrderWorkItem(string Number);
        """;

    private const string Insert = "db.ExecuteAsync(\"{|RERUN1001:INSERT INTO orders|} (number) VALUES (@Number)\", message)";
    private const string Quiet = "db.ExecuteAsync(\"INSERT INTO orders (number) VALUES (@Number)\", message)";

    [Test]
    public Task A_consumer_of_a_shared_project() => Verify.WithProjectAsync(Project, $$"""
        using Shop.Messaging;
        public class OrderConsumer(SqliteConnection db) : Consumer<OrderMessage> { protected override Task ProcessMessageAsync(string header, OrderMessage message) => {{Insert}}; }
        """);

    [Test]
    public Task A_processor_of_work_items() => Verify.WithProjectAsync(Project, $$"""
        using Shop.Messaging;
        public class OrderProcessor(SqliteConnection db) : WorkItemProcessor<OrderWorkItem>
        {
            public override async Task<bool> ProcessWorkItemAsync(OrderWorkItem message, CancellationToken token) { await {{Insert}}; return true; }
        }
        """);

    [Test]
    public Task It_is_a_suggestion_because_only_names_speak() => Verify.SeverityAsync(
        "RERUN1001", Microsoft.CodeAnalysis.DiagnosticSeverity.Info,
        Project.Replace("namespace Shop.Messaging;", "namespace Shop.Messaging {") + "}" + $$"""
        namespace Shop { using Shop.Messaging;
        public class OrderConsumer(SqliteConnection db) : Consumer<OrderMessage> { protected override Task ProcessMessageAsync(string header, OrderMessage message) => {{Quiet}}; } }
        """);

    // A base class that handles nothing, a message that never left the process, another method of the consumer, no message.
    [TestCase("public class OrderScreen(SqliteConnection db) : Screen<OrderMessage> { protected override Task ProcessMessageAsync(string header, OrderMessage message) => #; }")]
    [TestCase("public class OrderHandler(SqliteConnection db) : DomainEventHandler<OrderDomainEvent> { protected override Task HandleAsync(string header, OrderDomainEvent message) => #; }")]
    [TestCase("public class OrderConsumer(SqliteConnection db) : Consumer<OrderMessage> { protected override Task ProcessMessageAsync(string header, OrderMessage message) => Task.CompletedTask; protected override Task Describe(OrderMessage message) => #; }")]
    [TestCase("public class TextConsumer(SqliteConnection db) : Consumer<string> { protected override Task ProcessMessageAsync(string header, string message) => #; }")]
    public Task What_is_none(string type) => Verify.WithProjectAsync(Project, "using Shop.Messaging;\n" + type.Replace("#", Quiet));
}
