namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1002 and RERUN1005 for repositories whose bodies are in another project.</summary>
[Parallelizable(ParallelScope.All)]
public class RepositoryElsewhereTests
{
    private const string Project = """
        namespace Shop.Data;
        public class Order { public int Id { get; set; } public string Number { get; set; } = ""; public decimal Amount { get; set; } public string Status { get; set; } = ""; public DateTime TakenAt { get; set; } }
        public class Invoice { public Guid Id { get; set; } public string Number { get; set; } = ""; }
        public class AuditEntry { public Guid Id { get; set; } public string Number { get; set; } = ""; }
        public class ProcessedMessage { public Guid Id { get; set; } public string Number { get; set; } = ""; }
        public abstract class StoredThing { public string Id { get; set; } = ""; }
        public class Visit : StoredThing { public string Number { get; set; } = ""; public DateTime SeenAt { get; set; } }
        public class DuplicateRecordException : Exception;
        public interface IOrderRepository
        {
            Task AddAsync(Order order); Task AddOrUpdateAsync(Order order); Task InsertIfNotExistsAsync(Order order); Task InsertManyAsync(IEnumerable<Order> orders); Task CreateOrder(Order order, CancellationToken token);
            Task<Order?> GetAsync(string number); Task<bool> ExistsAsync(string number); void Add(Invoice invoice); void AddFilter(Func<Order, bool> filter);
        }
        public interface IRepository<T> { void Add(T item); T? Find(string number); void Insert(T item); IEnumerable<T> GetAll(); }
        public interface IUnitOfWork { IRepository<Order> Orders { get; } IRepository<Invoice> Invoices { get; } Task SaveChangesAsync(); }
        public interface IOrderCache { void Add(Order order); }
        public class InvoiceRepository { public void Insert(Invoice invoice) => GC.KeepAlive(invoice); }
        """;

    private static string Job(string body, string parameters = "IOrderRepository orders", string members = "") => $$"""
        using Shop.Data;
        public class ImportJob({{parameters}}) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                foreach (var line in File.ReadLines("orders.csv"))
                {
                    var number = line.Split(',')[0];
                    {{body}}
                }

                await Task.CompletedTask;
            }

            {{members}}
        }
        """;

    [TestCase("await {|RERUN1002:orders.AddAsync(new Order { Number = number })|};")]
    [TestCase("var order = new Order { Number = number }; await {|RERUN1002:orders.CreateOrder(order, stoppingToken)|};")]
    [TestCase("var all = new List<Order> { new Order { Number = number } }; await {|RERUN1002:orders.InsertManyAsync(all)|};")]
    public Task An_order_that_the_store_numbers_anew(string body) => Verify.WithProjectAsync(Project, Job(body));

    // The repository makes the key: entity.Id = Guid.NewGuid().ToString(). A time of the clock does not make a record a reading.
    [TestCase("{|RERUN1002:visits.Insert(new Visit { Number = number })|};")]
    [TestCase("{|RERUN1002:visits.Insert(new Visit { Number = number, SeenAt = DateTime.UtcNow })|};")]
    [TestCase("var tenant = tenants.Find(\"shop\"); if (tenant is null) return; {|RERUN1002:visits.Insert(new Visit { Number = number })|};")]
    public Task A_thing_whose_key_nobody_fills_here(string body) => Verify.WithProjectAsync(Project, Job(body, "IRepository<Visit> visits, IRepository<Order> tenants"));

    [TestCase("visits.Insert(new Visit { Id = number });")]
    [TestCase("if (visits.Find(number) is null) visits.Insert(new Visit { Number = number });")]
    [TestCase("if (Known(number) is null) visits.Insert(new Visit { Number = number });")]
    public Task A_thing_with_a_key_or_one_that_was_looked_up(string body) => Verify.WithProjectAsync(
        Project, Job("GC.KeepAlive(tenants); " + body, "IRepository<Visit> visits, IRepository<Order> tenants", "private Visit? Known(string number) => visits.Find(number);"));

    [Test]
    public Task It_is_a_suggestion_because_the_guard_may_be_in_the_other_project() => Verify.SeverityAsync(
        "RERUN1002", Microsoft.CodeAnalysis.DiagnosticSeverity.Info, Project.Replace("namespace Shop.Data;", "namespace Shop.Data {") + "}" + Job("await orders.AddAsync(new Order { Number = number });").Replace("using Shop.Data;", "namespace Shop.Jobs { using Shop.Data;") + "}");

    [TestCase("orders.Add(new Invoice { Id = {|RERUN1005:Guid.NewGuid()|}, Number = number });", "IOrderRepository orders")]
    [TestCase("invoices.Insert(new Invoice { Id = {|RERUN1005:Guid.NewGuid()|}, Number = number });", "InvoiceRepository invoices")]
    [TestCase("invoices.Insert(new Invoice { Id = {|RERUN1005:Guid.NewGuid()|}, Number = number });", "IRepository<Invoice> invoices")]
    [TestCase("unit.Invoices.Add(new Invoice { Id = {|RERUN1005:Guid.NewGuid()|}, Number = number }); await unit.SaveChangesAsync();", "IUnitOfWork unit")]
    public Task An_invoice_under_a_random_identity(string body, string parameters) => Verify.WithProjectAsync(Project, Job(body, parameters));

    [TestCase("await orders.AddOrUpdateAsync(new Order { Number = number });")]
    [TestCase("await orders.InsertIfNotExistsAsync(new Order { Number = number });")]
    [TestCase("if (!await orders.ExistsAsync(number)) await orders.AddAsync(new Order { Number = number });")]
    [TestCase("var known = await orders.GetAsync(number); GC.KeepAlive(known); await orders.AddAsync(new Order { Number = number });")]
    [TestCase("if (await orders.GetAsync(number) is null) orders.Add(new Invoice { Id = Guid.NewGuid(), Number = number });")]
    [TestCase("try { await orders.AddAsync(new Order { Number = number }); } catch (DuplicateRecordException) { }")]
    [TestCase("await orders.AddAsync(new Order { Id = int.Parse(number) });")]
    [TestCase("await orders.AddAsync(new Order { Status = \"run\", TakenAt = DateTime.UtcNow });")]
    [TestCase("orders.AddFilter(o => o.Number == number);")]
    public Task What_the_other_project_may_take_care_of(string body) => Verify.WithProjectAsync(Project, Job(body));

    [TestCase("cache.Add(new Order { Number = number });", "IOrderCache cache")]
    [TestCase("audit.Add(new AuditEntry { Id = Guid.NewGuid(), Number = number });", "IRepository<AuditEntry> audit")]
    [TestCase("inbox.Add(new ProcessedMessage { Id = Guid.NewGuid(), Number = number }); unit.Invoices.Add(new Invoice { Id = Guid.NewGuid(), Number = number });", "IRepository<ProcessedMessage> inbox, IUnitOfWork unit")]
    [TestCase("if (unit.Invoices.Find(number) is null) unit.Invoices.Add(new Invoice { Id = Guid.NewGuid(), Number = number });", "IUnitOfWork unit")]
    public Task What_grows_by_design_or_is_looked_up(string body, string parameters) => Verify.WithProjectAsync(Project, Job(body, parameters));

    [Test]
    public Task A_look_up_of_another_thing_is_none() => Verify.WithProjectAsync(Project, Job(
        "GC.KeepAlive(unit.Orders.Find(number)); unit.Invoices.Add(new Invoice { Id = {|RERUN1005:Guid.NewGuid()|}, Number = number });", "IUnitOfWork unit"));

    [Test]
    public Task The_way_there_goes_through_a_field_of_a_helper() => Verify.WithProjectAsync(Project, Job(
        "await SaveAsync(number);", "IOrderRepository all", "private readonly IOrderRepository _sink = all; private Task SaveAsync(string number) => {|RERUN1002:_sink.AddAsync(new Order { Number = number })|};"));

    [Test]
    public Task A_repository_of_this_project_is_judged_by_its_body() => Verify.WithProjectAsync(Project, Job(
        "files.Add(new Order { Number = number });", "OrderFileRepository files") + "public class OrderFileRepository { private readonly List<Order> _orders = []; public void Add(Order order) => _orders.Add(order); }");
}
