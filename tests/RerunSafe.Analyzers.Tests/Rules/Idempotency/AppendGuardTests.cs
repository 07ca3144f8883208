namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>What keeps a rerun from adding an entity twice: near-misses of RERUN1002.</summary>
[Parallelizable(ParallelScope.All)]
public class AppendGuardTests
{
    private const string Save = "await db.SaveChangesAsync(stoppingToken);";

    [Test]
    public Task AnyAsync_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await db.Orders.AnyAsync(o => o.Number == id))
            continue;
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """));

    [Test]
    public Task A_parsed_record_is_no_look_up() => Verify.LibraryAsync(Shop.PerLine($$"""
        var order = Parse(line);
        if (order is null)
            continue;
        {|RERUN1002:db.Orders.Add(new Order { Number = order.Number })|};
        {{Save}}
        """, members: "private static Order? Parse(string line) => System.Text.Json.JsonSerializer.Deserialize<Order>(line);"));

    [Test]
    public Task A_record_taken_from_a_channel_is_no_look_up() => Verify.LibraryAsync(Shop.Once($$"""
        if (await NextAsync() is { } order)
        {
            {|RERUN1002:db.Orders.Add(new Order { Number = order.Number })|};
            {{Save}}
        }
        """, members: """
        private readonly System.Threading.Channels.Channel<Order> waiting = System.Threading.Channels.Channel.CreateUnbounded<Order>();
        private async Task<Order?> NextAsync()
        {
            await foreach (var next in waiting.Reader.ReadAllAsync())
                return next;
            return null;
        }
        """));

    [Test]
    public Task A_helper_that_lists_the_set_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        if ((await KnownAsync()).Any(o => o.Number == id))
            continue;
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """, members: "private async Task<List<Order>> KnownAsync() => await db.Orders.Where(o => o.Status == \"open\").ToListAsync();"));

    [Test]
    public Task Nothing_found_then_made_and_added() => Verify.LibraryAsync(Shop.PerLine($$"""
        var order = await db.Orders.FirstOrDefaultAsync(o => o.Number == id);
        if (order is null)
        {
            order = new Order { Number = id };
            db.Orders.Add(order);
        }
        order.Amount = amount;
        {{Save}}
        """));

    [Test]
    public Task Found_or_new_with_a_key_that_is_not_set() => Verify.LibraryAsync(Shop.PerLine($$"""
        var order = await db.Orders.SingleOrDefaultAsync(o => o.Number == id) ?? new Order { Number = id };
        order.Amount = amount;
        if (order.Id == 0)
            db.Orders.Add(order);
        {{Save}}
        """));

    [Test]
    public Task A_set_of_the_known_keys_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (!known.Add(id))
            continue;
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """, before: "var known = (await db.Orders.Select(o => o.Number).ToListAsync()).ToHashSet();"));

    [Test]
    public Task A_dictionary_of_what_is_there_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (known.TryGetValue(id, out var order))
            order.Amount = amount;
        else
            db.Orders.Add(new Order { Number = id });
        {{Save}}
        """, before: "var known = await db.Orders.ToDictionaryAsync(o => o.Number);"));

    [Test]
    public Task Only_what_is_missing_is_added() => Verify.LibraryAsync(Shop.Once($$"""
        var numbers = File.ReadLines("orders.csv").ToList();
        var known = await db.Orders.Where(o => numbers.Contains(o.Number)).Select(o => o.Number).ToListAsync();
        db.Orders.AddRange(numbers.Where(n => !known.Contains(n)).Select(n => new Order { Number = n }));
        {{Save}}
        """));

    [Test]
    public Task A_loop_over_what_is_missing() => Verify.LibraryAsync(Shop.Once($$"""
        var known = await db.Orders.Select(o => o.Number).ToListAsync();
        foreach (var number in File.ReadLines("orders.csv").Except(known))
            db.Orders.Add(new Order { Number = number });
        {{Save}}
        """));

    [Test]
    public Task A_repository_method_looks() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await orders.ByNumberAsync(id) is not null)
            continue;
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """, parameters: "Shop db, OrderStore orders", types: """
        public class OrderStore(Shop db)
        {
            public Task<Order?> ByNumberAsync(string number) => db.Orders.FirstOrDefaultAsync(o => o.Number == number);
        }
        """));

    [Test]
    public Task A_store_of_another_assembly_hands_out_what_is_there() => Verify.LibraryAsync(Shop.PerLine($$"""
        var order = await orders.ByNumberAsync(id);
        if (order == null)
            db.Orders.Add(new Order { Number = id });
        {{Save}}
        """, parameters: "Shop db, IOrders orders", types: "public interface IOrders { Task<Order?> ByNumberAsync(string number); }"));

    [Test]
    public Task The_caller_looks() => Verify.LibraryAsync(Shop.PerLine("""
        if (!db.Orders.Any(o => o.Number == id))
            await KeepAsync(id);
        """, members: """
        private async Task KeepAsync(string number)
        {
            db.Orders.Add(new Order { Number = number });
            await db.SaveChangesAsync();
        }
        """));

    [Test]
    public Task The_violation_is_told_apart() => Verify.LibraryAsync(Shop.PerLine($$"""
        db.Orders.Add(new Order { Number = id });
        try
        {
            {{Save}}
        }
        catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.SqlClient.SqlException { Number: 2601 or 2627 })
        {
            db.ChangeTracker.Clear();
        }
        """));

    [Test]
    public Task The_slice_goes_before() => Verify.LibraryAsync(Shop.PerLine($$"""
        db.Orders.RemoveRange(db.Orders.Where(o => o.Number == id));
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """));

    [Test]
    public Task The_slice_is_deleted_in_the_store_before() => Verify.LibraryAsync(Shop.PerLine($$"""
        await using var tx = await db.Database.BeginTransactionAsync();
        await db.Orders.Where(o => o.Number == id).ExecuteDeleteAsync();
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        await tx.CommitAsync();
        """));

    [Test]
    public Task A_helper_clears_the_set_before() => Verify.LibraryAsync(Shop.Once($$"""
        await using var tx = await db.Database.BeginTransactionAsync();
        await ClearAsync();
        db.Orders.AddRange(File.ReadLines("orders.csv").Select(n => new Order { Number = n }));
        {{Save}}
        await tx.CommitAsync();
        """, members: "private Task ClearAsync() => db.Orders.ExecuteDeleteAsync();"));

    [Test]
    public Task A_log_grows_with_each_run() => Verify.LibraryAsync(Shop.PerLine($$"""
        db.AuditEntries.Add(new AuditEntry { Text = id });
        {{Save}}
        """));

    [Test]
    public Task An_inbox_row_commits_together() => Verify.LibraryAsync(Shop.PerLine($$"""
        db.ProcessedMessages.Add(new ProcessedMessage { Id = id });
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """));

    [Test]
    public Task An_inbox_row_is_asked_for() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await db.ProcessedMessages.AnyAsync(m => m.Id == id))
            continue;
        db.Orders.Add(new Order { Number = id });
        {{Save}}
        """));

    [Test]
    public Task Work_is_taken_by_its_state() => Verify.LibraryAsync(Shop.Once($$"""
        foreach (var payment in await db.Payments.Where(p => !p.Processed).ToListAsync())
        {
            db.Orders.Add(new Order { Number = payment.Number });
            payment.Processed = true;
        }
        {{Save}}
        """));

    [Test]
    public Task Work_is_removed_from_its_queue() => Verify.LibraryAsync(Shop.Once($$"""
        foreach (var payment in await db.Payments.ToListAsync())
        {
            db.Orders.Add(new Order { Number = payment.Number });
            db.Payments.Remove(payment);
        }
        {{Save}}
        """));

    [Test]
    public Task A_seeder_looks_first() => Verify.LibraryAsync(Shop.Once($$"""
        if (db.Orders.Any())
            return;
        db.Orders.AddRange(new Order { Number = "1" }, new Order { Number = "2" });
        {{Save}}
        """));

    [Test]
    public Task A_collection_that_no_store_keeps() => Verify.LibraryAsync(Shop.PerLine("""
        var order = new Order { Number = id };
        order.Lines.Add(new OrderLine { Amount = amount });
        Console.WriteLine(order);
        """));

    [Test]
    public Task A_detached_entity_was_not_found() => Verify.LibraryAsync(Shop.PerLine($$"""
        var order = await FindAsync(id);
        if (db.Entry(order).State == EntityState.Detached)
            db.Orders.Add(order);
        {{Save}}
        """, members: "private async Task<Order> FindAsync(string number) => await db.Orders.FirstOrDefaultAsync(o => o.Number == number) ?? new Order { Number = number };"));

    private const string Taken = """
        public sealed class Ticket
        {
            public Ticket(string id) { Id = id; State = "new"; }
            public string Id { get; }
            public string State { get; set; }
        }
        """;

    [Test]
    public Task A_state_that_the_run_only_gives_to_new_objects_takes_no_work() => Verify.LibraryAsync(Shop.PerLine($$"""
        var ticket = System.Text.Json.JsonSerializer.Deserialize<Ticket>(line)!;
        if (ticket.State == "closed")
            continue;
        var answer = new Ticket("answer");
        answer.State = "sent";
        GC.KeepAlive(answer);
        {|RERUN1002:db.Orders.Add(new Order { Number = ticket.Id })|};
        {{Save}}
        """), Taken);

    [Test]
    public Task A_state_that_the_run_sets_on_what_it_asked_takes_the_work() => Verify.LibraryAsync(Shop.PerLine($$"""
        var ticket = System.Text.Json.JsonSerializer.Deserialize<Ticket>(line)!;
        if (ticket.State == "closed")
            continue;
        ticket.State = "closed";
        db.Orders.Add(new Order { Number = ticket.Id });
        {{Save}}
        """), Taken);
}
