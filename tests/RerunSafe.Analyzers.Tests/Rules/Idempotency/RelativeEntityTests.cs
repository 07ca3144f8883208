namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1004 on loaded entities, and what makes such a change safe.</summary>
[Parallelizable(ParallelScope.All)]
public class RelativeEntityTests
{
    private const string Save = "await db.SaveChangesAsync(stoppingToken);";
    private const string Load = "var account = await db.Accounts.SingleAsync(a => a.Number == id);";

    [Test]
    public Task A_sum_is_added_to_again() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        {|RERUN1004:account.Balance += amount|};
        {{Save}}
        """));

    [Test]
    public Task A_sum_written_out_is_added_to_again() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        {|RERUN1004:account.Balance = account.Balance - amount|};
        {{Save}}
        """));

    [Test]
    public Task An_increment_is_applied_again() => Verify.LibraryAsync(Shop.Once($$"""
        foreach (var account in await db.Accounts.ToListAsync())
            {|RERUN1004:account.Balance++|};
        {{Save}}
        """));

    [Test]
    public Task An_increment_of_what_a_missing_row_skips_is_applied_again() => Verify.LibraryAsync(Shop.PerLine($$"""
        var account = await db.Accounts.Where(a => a.Number == id).FirstOrDefaultAsync();
        if (account == null)
            continue;
        {|RERUN1004:account.Balance++|};
        var other = await db.Accounts.Where(a => a.Number == line).FirstOrDefaultAsync();
        if (other != null)
        {
            {|RERUN1004:other.Balance++|};
            other.Status = "seen";
        }
        {{Save}}
        """));

    [Test]
    public Task A_change_in_the_entitys_own_method_is_applied_again() => Verify.LibraryAsync(Shop.PerLine($$"""
        var account = await db.Accounts.FindAsync(id);
        account?{|RERUN1004:.Deposit(amount)|};
        {{Save}}
        """));

    [Test]
    public Task A_repository_that_loads_is_followed() => Verify.LibraryAsync(Shop.PerLine($$"""
        var account = await ByNumberAsync(id);
        {|RERUN1004:account.Balance += amount|};
        {{Save}}
        """, members: "private Task<Account> ByNumberAsync(string number) => db.Accounts.SingleAsync(a => a.Number == number);"));

    [Test]
    public Task Enough_in_stock_is_no_guard() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        if (account.Balance >= amount)
            {|RERUN1004:account.Balance -= amount|};
        {{Save}}
        """));

    [Test]
    public Task Nobody_saves() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        account.Balance += amount;
        Console.WriteLine(account.Balance);
        """));

    [Test]
    public Task Nothing_is_tracked() => Verify.LibraryAsync(Shop.PerLine($$"""
        var account = await db.Accounts.AsNoTracking().SingleAsync(a => a.Number == id);
        account.Balance += amount;
        Console.WriteLine(account.Balance);
        {{Save}}
        """));

    [Test]
    public Task A_new_object_starts_from_nothing() => Verify.LibraryAsync(Shop.PerLine($$"""
        var total = new Account { Number = id };
        total.Balance += amount;
        Console.WriteLine(total.Balance);
        {{Save}}
        """));

    [Test]
    public Task An_absolute_value_converges() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        account.Balance = amount + 1;
        {{Save}}
        """));

    [Test]
    public Task A_total_that_is_computed_anew() => Verify.LibraryAsync(Shop.Once($$"""
        var account = await db.Accounts.FirstAsync();
        account.Balance = 0;
        foreach (var order in await db.Orders.ToListAsync())
            account.Balance += order.Amount;
        {{Save}}
        """));

    [Test]
    public Task A_counter_of_attempts() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        account.RetryCount++;
        {{Save}}
        """));

    [Test]
    public Task An_inbox_decides_in_the_same_unit_of_work() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await db.ProcessedMessages.AnyAsync(m => m.Id == id))
            continue;
        {{Load}}
        account.Balance += amount;
        db.ProcessedMessages.Add(new ProcessedMessage { Id = id });
        {{Save}}
        """));

    [Test]
    public Task The_payment_itself_is_the_inbox() => Verify.LibraryAsync(Shop.PerLine($$"""
        if (await db.Payments.AnyAsync(p => p.Number == id))
            continue;
        {{Load}}
        account.Balance += amount;
        db.Payments.Add(new Payment { Number = id });
        {{Save}}
        """));

    [Test]
    public Task A_status_flip_in_the_same_unit_of_work() => Verify.LibraryAsync(Shop.Once($$"""
        var account = await db.Accounts.FirstAsync();
        foreach (var payment in await db.Payments.Where(p => !p.Processed).ToListAsync())
        {
            account.Balance += 1;
            payment.Processed = true;
        }
        {{Save}}
        """));

    [Test]
    public Task The_state_of_the_entity_itself_decides() => Verify.LibraryAsync(Shop.PerLine($$"""
        {{Load}}
        if (account.Status == "closed")
            continue;
        account.Balance += amount;
        account.Status = "closed";
        {{Save}}
        """));
}
