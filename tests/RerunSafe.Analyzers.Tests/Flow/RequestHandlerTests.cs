namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>A request that is sent leads to its handler, whoever dispatches it.</summary>
[Parallelizable(ParallelScope.All)]
public class RequestHandlerTests
{
    private const string Mediator = """

        public interface IRequest { }
        public interface IRequestHandler<in T> { Task Handle(T request, CancellationToken token); }
        public interface IMediator { Task Send(object request, CancellationToken token = default); Task Publish(object notification, CancellationToken token = default); Task Forget(object request); }
        public record ImportOrders(int Id) : IRequest;
        """;

    private const string Insert = """db.Execute("{|RERUN1001:INSERT INTO orders|} (id) VALUES (@id)", new { id = 1 });""";
    private const string Silent = """db.Execute("INSERT INTO orders (id) VALUES (@id)", new { id = 1 });""";

    private static string Job(string work) => $$"""
        public class ImportJob(IMediator mediator) : Quartz.IJob
        {
            public async Task Execute(Quartz.IJobExecutionContext context)
            {
                {{work}}
            }
        }
        """;

    private static string Handler(string body, string type = "IRequestHandler<ImportOrders>", string name = "ImportOrdersHandler") => $$"""
        public class {{name}}(SqliteConnection db) : {{type}}
        {
            public Task Handle(ImportOrders request, CancellationToken token)
            {
                {{body}}
                return Task.CompletedTask;
            }
        }
        """;

    [Test]
    public Task A_request_that_a_job_sends() => Verify.LibraryAsync(Job("await mediator.Send(new ImportOrders(1));"), Handler(Insert) + Mediator);

    [Test]
    public Task A_request_in_a_local() => Verify.LibraryAsync(Job("var command = new ImportOrders(1); await mediator.Send(command, context.CancellationToken);"), Handler(Insert) + Mediator);

    [Test]
    public Task A_handler_by_convention() => Verify.LibraryAsync(
        Job("await mediator.Send(new ImportOrders(1));"),
        Handler(Insert, "IDisposable").Replace("return Task.CompletedTask;\n    }", "return Task.CompletedTask;\n    }\n\n    public void Dispose() { }") + Mediator);

    [Test]
    public Task A_notification_with_two_handlers() => Verify.LibraryAsync(
        Job("await mediator.Publish(new ImportOrders(1));"), Handler(Insert) + Mediator, Handler(Insert, name: "OtherHandler"));

    [Test]
    public Task A_request_with_two_handlers_leads_to_neither() => Verify.LibraryAsync(
        Job("await mediator.Send(new ImportOrders(1));"), Handler(Silent) + Mediator, Handler(Silent, name: "OtherHandler"));

    [Test]
    public Task A_handler_to_which_nothing_is_sent() => Verify.LibraryAsync(Job("await Task.CompletedTask;"), Handler(Silent) + Mediator);

    [Test]
    public Task A_call_that_is_no_dispatch() => Verify.LibraryAsync(Job("await mediator.Forget(new ImportOrders(1));"), Handler(Silent) + Mediator);

    [Test]
    public Task A_method_that_only_takes_the_same_type() => Verify.LibraryAsync(
        Job("await mediator.Send(new ImportOrders(1));"),
        "public class Printer(SqliteConnection db) { public void Handle(ImportOrders request) { " + Silent + " } }" + Mediator);

    [Test]
    public Task A_guard_of_the_sender_counts() => Verify.LibraryAsync(
        Job("""
            using var look = new SqliteConnection("");
            if (look.QuerySingleOrDefault<int?>("SELECT id FROM orders WHERE id = @id", new { id = 1 }) is null)
                await mediator.Send(new ImportOrders(1));
            """),
        Handler(Silent) + Mediator);
}
