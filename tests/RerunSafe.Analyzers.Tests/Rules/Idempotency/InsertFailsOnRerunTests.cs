namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>Typed inserts under a key from the input.</summary>
[Parallelizable(ParallelScope.All)]
public class InsertFailsOnRerunTests
{
    private const string Save = "await db.SaveChangesAsync(stoppingToken);";

    [Test]
    public Task A_declared_key_from_the_input_is_refused() => Verify.LibraryAsync(Shop.PerLine($$"""
        {|RERUN1015:db.Accounts.Add(new Account { Number = id })|};
        {{Save}}
        """));

    [Test]
    public Task A_key_given_on_a_later_line_is_refused() => Verify.LibraryAsync(Shop.PerLine($$"""
        var account = new Account();
        account.Number = line;
        {|RERUN1015:db.Accounts.Add(account)|};
        {{Save}}
        """));

    [Test]
    public Task A_unique_index_of_the_model_refuses() => Verify.LibraryAsync(Shop.PerLine($$"""
        {|RERUN1015:db.Orders.Add(new Order { Number = id })|};
        {{Save}}
        """, types: """
        public class OrderMap : IEntityTypeConfiguration<Order>
        {
            public void Configure(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<Order> builder) => builder.HasIndex(o => o.Number).IsUnique();
        }
        """));

    [Test]
    public Task A_unique_index_attribute_refuses() => Verify.LibraryAsync(Shop.PerLine($$"""
        {|RERUN1015:db.Add(new Customer { Email = line })|};
        {{Save}}
        """, types: """
        [Index(nameof(Email), IsUnique = true)]
        public class Customer { public int Id { get; set; } public string Email { get; set; } = ""; }
        """));

    [Test]
    public Task An_index_that_is_not_unique_refuses_nothing() => Verify.LibraryAsync(Shop.PerLine($$"""
        {|RERUN1002:db.Add(new Customer { Email = line })|};
        {{Save}}
        """, types: """
        [Index(nameof(Email))]
        public class Customer { public int Id { get; set; } public string Email { get; set; } = ""; }
        """));

    [Test]
    public Task A_look_up_by_the_key_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await db.Accounts.FindAsync(id) is null)
            db.Accounts.Add(new Account { Number = id });
        {{Save}}
        """));

    [Test]
    public Task A_refused_update_is_taken_for_one_that_is_there() => Verify.LibraryAsync(Shop.Once("await KeepAsync(File.ReadAllText(\"account.txt\"));", members: """
        private async Task<bool> KeepAsync(string number)
        {
            db.Accounts.Add(new Account { Number = number });
            try { await db.SaveChangesAsync(); }
            catch (DbUpdateException) { return false; }
            return true;
        }
        """));

    [Test]
    public Task A_refused_update_that_is_thrown_on_is_not_handled() => Verify.LibraryAsync(Shop.PerLine($$"""
        {|RERUN1015:db.Accounts.Add(new Account { Number = id })|};
        try { {{Save}} }
        catch (DbUpdateException e) { throw new InvalidOperationException("not saved", e); }
        """));

    [Test]
    public Task The_violation_is_handled_where_the_work_is_saved() => Verify.LibraryAsync(Shop.PerLine($$"""
        try
        {
            db.Accounts.Add(new Account { Number = id });
            {{Save}}
        }
        catch (DbUpdateException e) when (IsDuplicateKey(e))
        {
        }
        """, members: "private static bool IsDuplicateKey(Exception e) => e.InnerException is not null;"));
}
