namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1002, 1005: who asks for one thing before a unit of work asks about all that is saved with it.</summary>
[Parallelizable(ParallelScope.All)]
public class StoredTogetherTests
{
    private const string File = "public class SourceFile { public int Id { get; set; } public string Hash { get; set; } = \"\"; }";

    private const string IsLoaded = "private Task<bool> IsLoaded(Shop db, string hash) => db.Set<SourceFile>().AnyAsync(f => f.Hash == hash);";

    [Test]
    public Task The_row_of_the_file_is_asked_for_and_saved_with_its_lines() => Verify.LibraryAsync(Shop.Once("""
        var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes("orders.csv")));
        if (!await IsLoaded(db, hash))
            await LoadAsync(db, hash);
        """, IsLoaded + """
        private static async Task LoadAsync(Shop db, string hash)
        {
            foreach (var line in File.ReadLines("orders.csv"))
                db.Orders.Add(new Order { Number = line });
            Mark(db, hash);
            await db.SaveChangesAsync();
        }

        private static void Mark(Shop db, string hash) => db.Add(new SourceFile { Hash = hash });
        """, File));

    [Test]
    public Task The_row_of_the_file_is_asked_for_and_never_saved() => Verify.LibraryAsync(Shop.Once("""
        if (!await IsLoaded(db, "orders.csv"))
            await LoadAsync(db);
        """, IsLoaded + """
        private static async Task LoadAsync(Shop db)
        {
            foreach (var line in File.ReadLines("orders.csv"))
                {|RERUN1002:db.Orders.Add(new Order { Number = line })|};
            await db.SaveChangesAsync();
        }
        """, File));

    [Test]
    public Task What_was_copied_before_is_left_out_of_the_query() => Verify.LibraryAsync(Shop.Once("""
        var open = await db.Orders.Where(o => !db.Set<CopiedOrder>().Any(c => c.OrderId == o.Id)).ToListAsync();
        foreach (var order in open)
            await CopyAsync(db, order);
        """, """
        private static async Task CopyAsync(Shop db, Order order)
        {
            db.Payments.Add(new Payment { Id = Guid.NewGuid(), Number = order.Number });
            db.Add(new CopiedOrder { OrderId = order.Id });
            await db.SaveChangesAsync();
        }
        """, "public class CopiedOrder { public int Id { get; set; } public int OrderId { get; set; } }"));

    [Test]
    public Task Nothing_was_left_out_of_the_query() => Verify.LibraryAsync(Shop.Once("""
        var open = await db.Orders.Where(o => o.Amount > 0).ToListAsync();
        foreach (var order in open)
        {
            db.Payments.Add(new Payment { Id = {|RERUN1005:Guid.NewGuid()|}, Number = order.Number });
            {|RERUN1002:db.Add(new CopiedOrder { OrderId = order.Id })|};
            await db.SaveChangesAsync();
        }
        """, types: "public class CopiedOrder { public int Id { get; set; } public int OrderId { get; set; } }"));

    private const string Run = "public enum RunStatus { InProgress, Done } public class Upload { public int Id { get; set; } public RunStatus Status { get; set; } public string Name { get; set; } = \"\"; }";

    [Test]
    public Task A_row_in_the_state_of_a_run_records_the_run() => Verify.LibraryAsync(Shop.Once("""
        db.Add(new Upload { Status = RunStatus.InProgress, Name = "orders.csv" });
        await db.SaveChangesAsync();
        """, types: Run));

    [Test]
    public Task A_row_per_record_does_not_record_the_run() => Verify.LibraryAsync(Shop.PerLine("""
        {|RERUN1002:db.Add(new Upload { Status = RunStatus.InProgress, Name = id })|};
        await db.SaveChangesAsync();
        """, types: Run));

    [Test]
    public Task A_row_that_is_done_does_not_record_the_run() => Verify.LibraryAsync(Shop.Once("""
        {|RERUN1002:db.Add(new Upload { Status = RunStatus.Done, Name = "orders.csv" })|};
        await db.SaveChangesAsync();
        """, types: Run));

    [Test]
    public Task A_log_under_another_name() => Verify.LibraryAsync(Shop.PerLine("""
        db.Add(new Happening { Severity = 1, Message = id });
        await db.SaveChangesAsync();
        """, types: "public class Happening { public int Id { get; set; } public int Severity { get; set; } public string Message { get; set; } = \"\"; }"));

    [Test]
    public Task A_message_alone_is_no_log() => Verify.LibraryAsync(Shop.PerLine("""
        {|RERUN1002:db.Add(new Happening { Order = 1, Message = id })|};
        await db.SaveChangesAsync();
        """, types: "public class Happening { public int Id { get; set; } public int Order { get; set; } public string Message { get; set; } = \"\"; }"));

    [Test]
    public Task A_list_of_plain_values_has_no_rows() => Verify.LibraryAsync(Shop.PerLine("""
        var order = await db.Orders.FirstAsync(o => o.Number == id);
        db.Set<Tagged>().First().Tags.Add(Guid.Empty);
        order.Status = "seen";
        await db.SaveChangesAsync();
        """, types: "public class Tagged { public int Id { get; set; } public List<Guid> Tags { get; set; } = []; }"));

    private static string Import(string first) => Jobs.Once($$"""
        await db.OpenAsync();
        using var transaction = db.BeginTransaction();
        foreach (var id in File.ReadLines("orders.csv"))
        {
            {{first}}
            await db.ExecuteAsync("INSERT INTO order_lines (order_id, amount) VALUES (@id, 1)", new { id }, transaction);
        }
        transaction.Commit();
        """);

    [TestCase("""await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (order_id, name) VALUES (@id, 'x')", new { id }, transaction);""")]
    [TestCase("""await db.ExecuteAsync($"{|RERUN1001:INSERT INTO orders|} (id, name) VALUES ('{id}', 'x')", null, transaction);""")]
    public Task A_row_under_an_id_of_its_own_stops_the_rows_behind_it(string first) => Verify.LibraryAsync(Import(first));

    [TestCase("""await db.ExecuteAsync("{|RERUN1001:INSERT INTO orders|} (customer_id, name) VALUES (@id, 'x')", new { id }, transaction);""")]
    [TestCase("")]
    public Task A_row_under_no_id_of_its_own_stops_nothing(string first) =>
        Verify.LibraryAsync(Import(first).Replace("INSERT INTO order_lines", "{|RERUN1001:INSERT INTO order_lines|}"));
}
