namespace RerunSafe.Analyzers.Tests.Rules.Idempotency;

[Parallelizable(ParallelScope.All)]
public class RelativeUpdateTests
{
    private static string Consumer(string body, string members = "") => $$"""
        public sealed record Deposit(string Id, string Account, decimal Amount, long Version);

        public class DepositImport(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await foreach (var deposit in ReadAsync())
                {
                    {{body}}
                }
            }

            private static async IAsyncEnumerable<Deposit> ReadAsync()
            {
                await Task.Yield();
                yield return new Deposit("d1", "a1", 10, 1);
            }

            {{members}}
        }
        """;

    [Test]
    public Task An_increment_is_applied_again() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("UPDATE accounts SET {|RERUN1004:balance = balance + @Amount|} WHERE id = @Account", deposit);
        """));

    [Test]
    public Task An_increment_inside_an_upsert_is_applied_again() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("INSERT INTO totals (account, n) VALUES (@Account, 1) ON CONFLICT (account) DO UPDATE SET {|RERUN1004:n = totals.n + 1|}", deposit);
        """));

    [Test]
    public Task A_version_that_is_read_again_does_not_guard_against_a_rerun() => Verify.LibraryAsync(Consumer("""
        var version = await db.ExecuteScalarAsync<long>("SELECT version FROM accounts WHERE id = @Account", deposit);
        await db.ExecuteAsync("UPDATE accounts SET {|RERUN1004:balance = balance + @Amount|}, version = version + 1 WHERE id = @Account AND version = @version", new { deposit.Amount, deposit.Account, version });
        """));

    [Test]
    public Task The_version_of_the_input_guards_the_increment() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("UPDATE accounts SET balance = balance + @Amount, version = @Version WHERE id = @Account AND version = @Version - 1", deposit);
        """));

    [Test]
    public Task A_processed_row_in_the_same_transaction_decides() => Verify.LibraryAsync(Consumer("""
        using var transaction = db.BeginTransaction();
        var isNew = await db.ExecuteAsync("INSERT INTO processed_messages (id) VALUES (@Id) ON CONFLICT DO NOTHING", deposit, transaction);
        if (isNew == 1)
            await db.ExecuteAsync("UPDATE accounts SET balance = balance + @Amount WHERE id = @Account", deposit, transaction);
        transaction.Commit();
        """));

    [Test]
    public Task A_processed_row_without_the_transaction_does_not() => Verify.LibraryAsync(Consumer("""
        var isNew = await db.ExecuteAsync("INSERT INTO processed_messages (id) VALUES (@Id) ON CONFLICT DO NOTHING", deposit);
        if (isNew == 1)
            await db.ExecuteAsync("UPDATE accounts SET {|RERUN1004:balance = balance + @Amount|} WHERE id = @Account", deposit);
        """));

    [Test]
    public Task A_status_flip_in_the_same_transaction_decides() => Verify.LibraryAsync(Consumer("""
        using var transaction = db.BeginTransaction();
        await db.ExecuteAsync("UPDATE accounts SET balance = balance + @Amount WHERE id = @Account", deposit, transaction);
        await db.ExecuteAsync("UPDATE deposits SET status = 'booked' WHERE id = @Id", deposit, transaction);
        transaction.Commit();
        """));

    [Test]
    public Task A_statement_that_flips_its_own_condition_applies_once() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("UPDATE accounts SET balance = balance + @Amount, last_deposit = @Id WHERE id = @Account AND last_deposit <> @Id", deposit);
        """));

    [Test]
    public Task An_attempt_counter_counts_runs() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("UPDATE deposits SET attempts = attempts + 1 WHERE id = @Id", deposit);
        """));

    [Test]
    public Task A_total_that_is_computed_anew_converges() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("UPDATE accounts SET balance = (SELECT SUM(amount) FROM deposits WHERE account = @Account) WHERE id = @Account", deposit);
        """));

    [Test]
    public Task A_total_that_is_reset_first_is_counted_anew() => Verify.LibraryAsync("""
        public class Recount(SqliteConnection db) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await db.ExecuteAsync("UPDATE accounts SET balance = 0");
                foreach (var line in File.ReadLines("deposits.csv"))
                    await db.ExecuteAsync("UPDATE accounts SET balance = balance + @amount WHERE id = @id", new { id = line, amount = 1 });
            }
        }
        """);

    [Test]
    public Task The_message_goes_to_the_relative_update_and_not_to_the_insert_around_it() => Verify.LibraryAsync(Consumer("""
        await db.ExecuteAsync("INSERT INTO totals (account, n) VALUES (@Account, 1) ON CONFLICT (account) DO UPDATE SET {|RERUN1004:n = n + 1|}", deposit);
        """));
}
