namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

/// <summary>RERUN1004: relative updates as they are written, and what makes them safe.</summary>
[Parallelizable(ParallelScope.All)]
public class RelativeUpdateShapesTests
{
    private const string Relative = """await db.ExecuteAsync("UPDATE accounts SET {|RERUN1004:balance = balance + @amount|} WHERE id = @id", new { id, amount }, tx);""";
    private const string Safe = """await db.ExecuteAsync("UPDATE accounts SET balance = balance + @amount WHERE id = @id", new { id, amount }, tx);""";

    [TestCase("UPDATE accounts SET {|RERUN1004:balance = balance - @amount|} WHERE id = @id")]
    [TestCase("UPDATE accounts SET {|RERUN1004:balance = @amount + balance|} WHERE id = @id")]
    [TestCase("UPDATE accounts SET {|RERUN1004:balance += @amount|} WHERE id = @id")]
    [TestCase("UPDATE accounts SET {|RERUN1004:balance = COALESCE(balance, 0) + @amount|} WHERE id = @id")]
    [TestCase("UPDATE accounts a SET {|RERUN1004:balance = a.balance + @amount|} WHERE a.id = @id")]
    [TestCase("UPDATE accounts SET {|RERUN1004:balance = balance + 1|} WHERE id = @id RETURNING balance")]
    [TestCase("UPDATE accounts SET {|RERUN1004:paid = paid + @amount|} WHERE id = @id RETURNING paid")]
    [TestCase("UPDATE stock SET {|RERUN1004:on_hand = on_hand * 0.9|} WHERE id = @id")]
    [TestCase("UPDATE notes SET {|RERUN1004:body = body || @id|} WHERE id = @id")]
    [TestCase("INSERT INTO totals (id, n) VALUES (@id, 1) ON DUPLICATE KEY UPDATE {|RERUN1004:n = n + VALUES(n)|}")]
    [TestCase("INSERT INTO totals (id, n) VALUES (@id, 1) ON DUPLICATE KEY UPDATE {|RERUN1004:n = GREATEST(0, n + 1)|}")]
    [TestCase("MERGE INTO totals t USING (SELECT @id AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET {|RERUN1004:n = t.n + 1|} WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, 1);")]
    public Task It_is_applied_again(string sql) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{sql}}", new { id, amount });
        """));

    [TestCase("UPDATE accounts SET balance = @amount WHERE id = @id")]
    [TestCase("UPDATE accounts SET level = GREATEST(level, @amount) WHERE id = @id")]
    [TestCase("UPDATE accounts SET name = UPPER(name) WHERE id = @id")]
    [TestCase("UPDATE accounts SET version = version + 1 WHERE id = @id")]
    [TestCase("UPDATE accounts SET version = @amount + 1 WHERE id = @id")]
    [TestCase("UPDATE numbers SET curr_id = curr_id + 1 WHERE id = @id RETURNING curr_id")]
    [TestCase("WITH n AS (INSERT INTO numbers AS x VALUES (@id, 1) ON CONFLICT (id) DO UPDATE SET next_number = x.next_number + 1 RETURNING next_number) SELECT * FROM n")]
    [TestCase("UPDATE jobs SET retry_count = retry_count + 1 WHERE id = @id")]
    [TestCase("UPDATE jobs SET attempts = attempts + 1, last_error = @id WHERE id = @id")]
    [TestCase("UPDATE accounts SET balance = (SELECT SUM(amount) FROM deposits d WHERE d.account = accounts.id) WHERE id = @id")]
    [TestCase("UPDATE accounts SET total = net + tax WHERE id = @id")]
    [TestCase("UPDATE accounts SET balance = s.sum FROM (SELECT account, SUM(amount) AS sum FROM deposits GROUP BY account) s WHERE s.account = accounts.id")]
    [TestCase("INSERT INTO totals (id, n) VALUES (@id, 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n")]
    [TestCase("UPDATE deposits SET booked = 1, total = total + @amount WHERE id = @id AND booked = 0")]
    public Task It_converges(string sql) => Verify.LibraryAsync(Jobs.PerLine($$"""
        await db.ExecuteAsync("{{sql}}", new { id, amount });
        """));

    [Test]
    public Task A_transaction_alone_applies_it_again() => Verify.LibraryAsync(Jobs.PerLine(Relative, before: "using var tx = db.BeginTransaction();", after: "tx.Commit();"));

    [Test]
    public Task A_history_row_that_was_looked_up_and_is_written_in_the_same_transaction() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var tx = db.BeginTransaction();
        var done = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM processed_messages WHERE id = @id", new { id }, tx);
        if (done > 0)
            continue;
        {{Safe}}
        await db.ExecuteAsync("INSERT INTO processed_messages (id) VALUES (@id)", new { id }, tx);
        tx.Commit();
        """));

    [Test]
    public Task A_history_row_committed_on_its_own() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("INSERT INTO processed_messages (id) VALUES (@id) ON CONFLICT DO NOTHING", new { id });
        await db.ExecuteAsync("UPDATE accounts SET {|RERUN1004:balance = balance + @amount|} WHERE id = @id", new { id, amount });
        """));

    [Test]
    public Task A_status_flip_that_reports_no_row_skips_the_rest() => Verify.LibraryAsync(Jobs.PerLine($$"""
        using var tx = db.BeginTransaction();
        var flipped = await db.ExecuteAsync("UPDATE payments SET status = 'booked' WHERE id = @id AND status = 'open'", new { id }, tx);
        if (flipped == 0)
            continue;
        {{Safe}}
        tx.Commit();
        """));

    [Test]
    public Task A_transaction_that_the_caller_hands_over() => Verify.LibraryAsync(Jobs.PerLine("""
        using var tx = db.BeginTransaction();
        await processor.ApplyAsync(id, amount, db, tx);
        await db.ExecuteAsync("UPDATE inbox SET processed_version = 3 WHERE id = @id", new { id }, tx);
        tx.Commit();
        """, before: "IProcessor processor = new BalanceProcessor();", types: """
        public interface IProcessor { Task ApplyAsync(string id, decimal amount, SqliteConnection db, SqliteTransaction tx); }
        public class BalanceProcessor : IProcessor
        {
            public Task ApplyAsync(string id, decimal amount, SqliteConnection db, SqliteTransaction tx) =>
                db.ExecuteAsync("UPDATE accounts SET balance = balance + @amount WHERE id = @id", new { id, amount }, tx);
        }
        """));

    [Test]
    public Task A_wrapper_with_a_lambda() => Verify.LibraryAsync(Jobs.PerLine($$"""
        await RunTxAsync(async tx =>
        {
            {{Safe}}
            await db.ExecuteAsync("UPDATE payments SET status = 'booked' WHERE id = @id", new { id }, tx);
        });
        """, members: """
        private async Task RunTxAsync(Func<SqliteTransaction, Task> work)
        {
            await using var transaction = (SqliteTransaction)await db.BeginTransactionAsync();
            await work(transaction);
            await transaction.CommitAsync();
        }
        """));

    [Test]
    public Task The_look_up_guards_the_insert_and_not_the_update_in_the_other_branch() => Verify.LibraryAsync(Jobs.PerLine("""
        var known = await db.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM balances WHERE id = @id", new { id });
        if (known == 0)
            await db.ExecuteAsync("INSERT INTO balances (id, amount) VALUES (@id, @amount)", new { id, amount });
        else
            await db.ExecuteAsync("UPDATE balances SET {|RERUN1004:amount = amount + @amount|} WHERE id = @id", new { id, amount });
        """));

    [Test]
    public Task A_lock_protects_against_others_and_not_against_a_rerun() => Verify.LibraryAsync(Jobs.PerLine("""
        lock (db)
        {
            db.Execute("UPDATE accounts SET {|RERUN1004:balance = balance + @amount|} WHERE id = @id", new { id, amount });
        }
        """));

    [Test]
    public Task A_version_that_was_read_by_a_command_is_no_guard() => Verify.LibraryAsync(Jobs.PerLine("""
        using var read = new SqliteCommand("SELECT version FROM accounts WHERE id = '" + id + "'", db);
        var version = (long)read.ExecuteScalar()!;
        using var update = new SqliteCommand("UPDATE accounts SET {|RERUN1004:balance = balance + @amount|}, version = version + 1 WHERE id = @id AND version = @version", db);
        update.Parameters.AddWithValue("@amount", amount);
        update.Parameters.AddWithValue("@id", id);
        update.Parameters.AddWithValue("@version", version);
        update.ExecuteNonQuery();
        """));

    [Test]
    public Task A_version_of_the_message_is_a_guard() => Verify.LibraryAsync(Jobs.PerLine("""
        var version = long.Parse(line.Split(',')[2]);
        using var update = new SqliteCommand("UPDATE accounts SET balance = balance + @amount, version = version + 1 WHERE id = @id AND version = @version", db);
        update.Parameters.AddWithValue("@version", version);
        update.ExecuteNonQuery();
        """));

    [Test]
    public Task A_temporary_table_holds_no_totals() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("UPDATE #totals SET n = n + 1 WHERE id = @id", new { id });
        """));

    [Test]
    public Task Executed_by_the_object_mapper() => Verify.LibraryAsync(Jobs.Once("""
        foreach (var line in File.ReadLines("orders.csv"))
        {
            await context.Database.ExecuteSqlRawAsync("UPDATE accounts SET {|RERUN1004:balance = balance + 1|} WHERE id = {0}", line);
            await context.Accounts.Where(a => a.Id == line).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, {|RERUN1004:a => a.Balance + 1|}));
            await context.Accounts.Where(a => a.Id == line).ExecuteUpdateAsync(s => s.SetProperty(a => a.Balance, 5));
            await context.Accounts.Where(a => a.Id == line).ExecuteUpdateAsync(s => s.SetProperty(a => a.RetryCount, a => a.RetryCount + 1));
        }
        """, parameters: "ShopContext context", types: """
        public class ShopContext : DbContext { public DbSet<Account> Accounts => Set<Account>(); }
        public class Account { public string Id { get; set; } = ""; public decimal Balance { get; set; } public int RetryCount { get; set; } }
        """));

    [Test]
    public Task An_increment_in_memory_is_no_write() => Verify.LibraryAsync(Jobs.PerLine("""
        total += amount;
        await db.ExecuteAsync("UPDATE totals SET total = @total WHERE id = 1", new { total });
        """, before: "decimal total = 0;"));

    [Test]
    public Task The_total_is_set_to_zero_first() => Verify.LibraryAsync(Jobs.PerLine("""
        using var add = db.CreateCommand();
        add.CommandText = "UPDATE totals SET total = total + $amount WHERE id = $id";
        add.Parameters.AddWithValue("$amount", amount);
        add.ExecuteNonQuery();
        """, before: """
        using var reset = db.CreateCommand();
        reset.CommandText = "UPDATE totals SET total = 0";
        reset.ExecuteNonQuery();
        """));

    [Test]
    public Task Another_column_is_set_to_zero_first() => Verify.LibraryAsync(Jobs.PerLine("""
        await db.ExecuteAsync("UPDATE totals SET {|RERUN1004:total = total + @amount|} WHERE id = @id", new { id, amount });
        """, before: """await db.ExecuteAsync("UPDATE totals SET pending = 0");"""));
}
