namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Appends through Entity Framework Core that a rerun repeats.</summary>
[Parallelizable(ParallelScope.All)]
public class AppendWithoutKeyGuardTests
{
    [Test]
    public Task An_entity_whose_key_the_store_makes_is_added_again() => Verify.LibraryAsync(Shop.PerLine("""
        {|RERUN1002:db.Orders.Add(new Order { Number = id, Amount = amount })|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_look_up_of_something_else_in_a_loop_over_a_stream_guards_nothing() => Verify.LibraryAsync(Shop.Once("""
        await foreach (var line in File.ReadLinesAsync("orders.csv"))
        {
            {|RERUN1002:db.Orders.Add(new Order { Number = line })|};
            var payment = await db.FindAsync<Payment>(line);
            Console.WriteLine(payment);
            await db.SaveChangesAsync(stoppingToken);
            {|RERUN1007:File.AppendAllText("out.csv", line)|};
        }
        """));

    [Test]
    public Task A_look_up_in_a_loop_over_a_stream_that_decides() => Verify.LibraryAsync(Shop.Once("""
        await foreach (var line in File.ReadLinesAsync("orders.csv"))
        {
            if (await db.Orders.AnyAsync(o => o.Number == line))
                continue;
            db.Orders.Add(new Order { Number = line });
            await db.SaveChangesAsync(stoppingToken);
        }
        """));

    [Test]
    public Task An_entity_under_a_new_guid_is_added_again() => Verify.LibraryAsync(Shop.PerLine("""
        var payment = new Payment { Id = {|RERUN1005:Guid.NewGuid()|}, Number = id };
        await db.AddAsync(payment);
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_list_of_entities_is_added_again() => Verify.LibraryAsync(Shop.Once("""
        var orders = File.ReadLines("orders.csv").Select(line => new Order { Number = line }).ToList();
        {|RERUN1002:db.Orders.AddRange(orders)|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_list_filled_in_a_loop_is_added_again() => Verify.LibraryAsync(Shop.Once("""
        var orders = new List<Order>();
        foreach (var line in File.ReadLines("orders.csv"))
            orders.Add(new Order { Number = line });
        {|RERUN1002:db.Orders.AddRange(orders)|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_caller_may_save() => Verify.LibraryAsync(Shop.PerLine("""
        Keep(id);
        await db.SaveChangesAsync(stoppingToken);
        """, members: """
        private void Keep(string number) => {|RERUN1002:db.Orders.Add(new Order { Number = number })|};
        """));

    [Test]
    public Task A_repository_that_forwards_is_named_where_it_is_called() => Verify.LibraryAsync(Shop.PerLine("""
        var repository = new Repository<Order>(db);
        await {|RERUN1002:repository.InsertAsync(new Order { Number = id })|};
        """, types: """
        public class Repository<T>(Shop db) where T : class
        {
            public async Task InsertAsync(T entity)
            {
                await db.Set<T>().AddAsync(entity);
                await db.SaveChangesAsync();
            }
        }
        """));

    private const string Repositories = """
        public interface IRepository<T> where T : class { Task AddAsync(T entity); Task<T?> FindAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate); Task<bool> AnyAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate); }
        public class Repository<T>(Shop db) : IRepository<T> where T : class
        {
            public async Task AddAsync(T entity) { await db.Set<T>().AddAsync(entity); await db.SaveChangesAsync(); }
            public Task<T?> FindAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate) => db.Set<T>().FirstOrDefaultAsync(predicate);
            public Task<bool> AnyAsync(System.Linq.Expressions.Expression<Func<T, bool>> predicate) => db.Set<T>().AnyAsync(predicate);
        }
        """;

    [TestCase("if (await orders.FindAsync(o => o.Number == id) is null) await orders.AddAsync(new Order { Number = id });")]
    [TestCase("var known = await orders.FindAsync(o => o.Number == id); if (known is not null) continue; await orders.AddAsync(new Order { Number = id });")]
    [TestCase("if (!await orders.AnyAsync(o => o.Number == id)) await orders.AddAsync(new Order { Number = id });")]
    [TestCase("if (await lines.AnyAsync(l => l.Amount == amount)) await {|RERUN1002:orders.AddAsync(new Order { Number = id })|};")]
    [TestCase("Console.WriteLine(await orders.AnyAsync(o => o.Number == id)); await {|RERUN1002:orders.AddAsync(new Order { Number = id })|};")]
    public Task A_look_up_of_a_generic_repository_is_about_what_the_call_closes_it_over(string body) => Verify.LibraryAsync(
        Shop.PerLine(body, parameters: "IRepository<Order> orders, IRepository<OrderLine> lines", types: Repositories));

    [TestCase("_known = await db.Orders.FirstOrDefaultAsync(o => o.Number == id); if (_known == null) { _known = new Order { Number = id }; db.Orders.Add(_known); }")]
    [TestCase("_known = null; if (_known == null) {|RERUN1002:db.Orders.Add(new Order { Number = id })|}; _known = await db.Orders.FirstOrDefaultAsync(o => o.Number == id);")]
    public Task A_look_up_that_is_kept_in_a_field_before_it_decides(string body) => Verify.LibraryAsync(
        Shop.PerLine(body + " await db.SaveChangesAsync(stoppingToken);", members: "private Order? _known;"));

    [Test]
    public Task A_unit_of_work_behind_an_interface_saves() => Verify.LibraryAsync(Shop.PerLine("""
        {|RERUN1002:orders.Add(new Order { Number = id })|};
        await work.CommitAsync();
        """, parameters: "IRepository<Order> orders, IUnitOfWork work", types: """
        public interface IUnitOfWork { Task CommitAsync(); }
        public interface IRepository<T> { void Add(T entity); }
        public class Repository<T>(Shop db) : IRepository<T> where T : class
        {
            public void Add(T entity) => db.Set<T>().Add(entity);
        }
        """));

    [Test]
    public Task An_item_put_into_a_collection_of_a_loaded_entity_is_added_again() => Verify.LibraryAsync(Shop.PerLine("""
        var order = await db.Orders.SingleAsync(o => o.Number == id);
        {|RERUN1002:order.Lines.Add(new OrderLine { Amount = amount })|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_look_up_whose_answer_decides_nothing_is_no_guard() => Verify.LibraryAsync(Shop.PerLine("""
        var isKnown = await db.Orders.AnyAsync(o => o.Number == id);
        Console.WriteLine(isKnown);
        {|RERUN1002:db.Orders.Add(new Order { Number = id })|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task A_look_up_of_another_set_is_no_guard() => Verify.LibraryAsync(Shop.PerLine("""
        if (!await db.Payments.AnyAsync(p => p.Number == id))
            return;
        {|RERUN1002:db.Orders.Add(new Order { Number = id })|};
        await db.SaveChangesAsync(stoppingToken);
        """));

    [Test]
    public Task An_entity_that_comes_from_elsewhere_is_only_a_hint() => Verify.SeverityAsync("RERUN1002", Microsoft.CodeAnalysis.DiagnosticSeverity.Info, Shop.PerLine("""
        db.Orders.Add(mapper.Map(id));
        await db.SaveChangesAsync(stoppingToken);
        """, parameters: "Shop db, IMapper mapper", types: "public interface IMapper { Order Map(string line); }"));

    [Test]
    public Task A_generated_key_is_evidence_enough_for_a_warning() => Verify.SeverityAsync("RERUN1002", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning, Shop.PerLine("""
        db.Orders.Add(new Order { Number = id, Amount = amount });
        await db.SaveChangesAsync(stoppingToken);
        """));
}
