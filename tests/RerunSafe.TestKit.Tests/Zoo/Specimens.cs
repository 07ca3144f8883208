using System.Data.Common;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Tests.Reruns;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Zoo;

/// <summary>The specimens of single writes, transactions, checkpoints and clocks.</summary>
internal static partial class Specimens
{
    public const string Schema = """
        CREATE TABLE ledger (id TEXT NOT NULL, shop TEXT NOT NULL, amount INTEGER NOT NULL);
        CREATE TABLE stamped (id TEXT NOT NULL, loaded_at TEXT NOT NULL);
        CREATE TABLE sales (id TEXT PRIMARY KEY, shop TEXT NOT NULL, amount INTEGER NOT NULL, version BIGINT NOT NULL);
        CREATE TABLE totals (shop TEXT PRIMARY KEY, amount BIGINT NOT NULL);
        CREATE TABLE days (day TEXT PRIMARY KEY, amount BIGINT NOT NULL);
        CREATE TABLE numbered (nr BIGINT PRIMARY KEY, id TEXT NOT NULL);
        CREATE TABLE outbox (message_key TEXT PRIMARY KEY, body TEXT NOT NULL);
        CREATE TABLE marks (name TEXT PRIMARY KEY, position BIGINT NOT NULL);
        CREATE TABLE loose_letters (source_offset BIGINT NOT NULL, payload {bytes} NOT NULL, error TEXT NOT NULL);
        CREATE TABLE letters (source_offset BIGINT PRIMARY KEY, payload {bytes} NOT NULL, error TEXT NOT NULL);
        CREATE TABLE text_letters (source_offset BIGINT PRIMARY KEY, payload TEXT NOT NULL, error TEXT NOT NULL);
        """;

    private const string Insert = "INSERT INTO ledger (id, shop, amount) VALUES (@Id, @Shop, @Amount)";
    private const string InsertOnce = "INSERT INTO ledger (id, shop, amount) SELECT @Id, @Shop, @Amount WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = @Id)";
    private const string Upsert = "INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO UPDATE SET shop = excluded.shop, amount = excluded.amount, version = excluded.version WHERE excluded.version >= sales.version";
    private const string LastWins = "INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO UPDATE SET shop = excluded.shop, amount = excluded.amount, version = excluded.version";
    private const string CountUp = "INSERT INTO totals (shop, amount) VALUES (@Shop, @Amount) ON CONFLICT (shop) DO UPDATE SET amount = totals.amount + excluded.amount";
    private const string Compute = "INSERT INTO totals (shop, amount) SELECT shop, sum(amount) FROM sales WHERE shop = @Shop GROUP BY shop ON CONFLICT (shop) DO UPDATE SET amount = excluded.amount";
    private const string Letter = "INSERT INTO letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING";
    private const string Mark = "INSERT INTO marks (name, position) VALUES ('sales', @Position) ON CONFLICT (name) DO UPDATE SET position = excluded.position";

    public static IEnumerable<Specimen> All =>
    [
        .. Writes, .. Transactions, .. Clocks, .. Letters, .. Queues,
    ];

    private static IEnumerable<Specimen> Writes =>
    [
        new("a plain insert", h => h.ForEach(s => h.Do(Insert, s)), h => h.ForEach(s => h.Do(InsertOnce, s))) { Schedules = Schedule.RecordByRecord, Rule = "RERUN1001" },
        new("an update that counts up", h => h.ForEach(s => h.Do(CountUp, s)), h => h.ForEach(async (s, t) =>
        {
            await h.Do(Upsert, s, t);
            await h.Do(Compute, s, t);
        })) { Tables = ["totals"], Verdicts = [Verdict.Changed], Rule = "RERUN1004" },
        new("a key drawn anew on each run", h => h.ForEach(s => h.Do("INSERT INTO stamped (id, loaded_at) VALUES (@Id, @Key)", new { s.Id, Key = Guid.NewGuid().ToString() })),
            h => h.ForEach(s => h.Do("INSERT INTO stamped (id, loaded_at) SELECT @Id, 'x' WHERE NOT EXISTS (SELECT 1 FROM stamped WHERE id = @Id)", s))) { Tables = ["stamped"], Ignoring = ["loaded_at"], Rule = "RERUN1001" },
        new("a number counted from the rows that are there", h => h.ForEach(async s => await h.Do("INSERT INTO numbered (nr, id) SELECT coalesce(max(nr), 0) + 1, @Id FROM numbered", s)),
            h => h.ForEach(s => h.Do("INSERT INTO numbered (nr, id) SELECT coalesce(max(nr), 0) + 1, @Id FROM numbered HAVING NOT EXISTS (SELECT 1 FROM numbered WHERE id = @Id)", s)))
        { Tables = ["numbered"], Verdicts = [Verdict.Unexpected], Rule = "RERUN1001" },
        new("keys remembered in memory only", h =>
        {
            var seen = new HashSet<string>();
            return h.ForEach(s => seen.Add(s.Id) ? h.Do(Insert, s) : Task.CompletedTask);
        }, h => h.ForEach(s => h.Do(InsertOnce, s))) { Input = Sales.Good(6).WithDuplicates(0.3, Duplicates.Exact), Rule = "RERUN1001" },
        new("an insert that its key refuses the second time", h => h.ForEach(s => h.Do("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version)", s)), h => h.ForEach(s => h.Do(Upsert, s)))
        { Tables = ["sales"], Oracle = Oracle.Completion, Verdicts = [Verdict.Crashed], Schedules = Schedule.RecordByRecord, Rule = "RERUN1015" },
        new("a table made without asking whether it is there", async h =>
        {
            await h.Do("CREATE TABLE made (id TEXT)");
            await h.ForEach(s => h.Do(InsertOnce, s));
        }, async h =>
        {
            await h.Do("CREATE TABLE IF NOT EXISTS made (id TEXT)");
            await h.ForEach(s => h.Do(InsertOnce, s));
        }) { Oracle = Oracle.Completion, Verdicts = [Verdict.Crashed], Rule = "RERUN1014" },
        new("a sum kept in memory and added at the end", async h =>
        {
            var sum = 0L;
            await h.ForEach(s =>
            {
                sum += s.Amount;
                return Task.CompletedTask;
            });
            await h.Do("INSERT INTO totals (shop, amount) VALUES ('all', @sum) ON CONFLICT (shop) DO UPDATE SET amount = totals.amount + excluded.amount", new { sum });
        }, async h =>
        {
            var sum = 0L;
            await h.ForEach(s =>
            {
                sum += s.Amount;
                return Task.CompletedTask;
            });
            await h.Do("INSERT INTO totals (shop, amount) VALUES ('all', @sum) ON CONFLICT (shop) DO UPDATE SET amount = excluded.amount", new { sum });
        }) { Tables = ["totals"], Verdicts = [Verdict.Changed], Rule = "RERUN1004" },
    ];

    private static IEnumerable<Specimen> Transactions =>
    [
        new("two writes that belong into one transaction", h => h.ForEach(async s =>
        {
            if (await h.Do("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", s) == 1)
                await h.Do(CountUp, s);
        }), h => h.ForEach(async (s, t) =>
        {
            if (await h.Do("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", s, t) == 1)
                await h.Do(CountUp, s, t);
        })) { CaughtBy = "CrashAtEveryWrite", Tables = ["sales", "totals"], Verdicts = [Verdict.Changed, Verdict.Lost], Rule = "RERUN2001" },
        new("an event sent beside the change and not with it", h => h.ForEach(async s =>
        {
            if (await h.Do("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", s) == 1)
                await h.Do("INSERT INTO outbox (message_key, body) VALUES (@Id, 'sold')", s);
        }), h => h.ForEach(async (s, t) =>
        {
            if (await h.Do("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", s, t) == 1)
                await h.Do("INSERT INTO outbox (message_key, body) VALUES (@Id, 'sold')", s, t);
        })) { CaughtBy = "CrashAtEveryWrite", Tables = ["sales", "outbox"], Verdicts = [Verdict.Lost], Rule = "RERUN1010" },
        new("a checkpoint saved before its record", h => Checkpointed(h, (s, _) => h.Do(Insert, s), settleFirst: true), h => InOneTransaction(h))
        { CaughtBy = "CrashAtEveryWrite", Verdicts = [Verdict.Lost], Rule = "RERUN1010" },
        new("a checkpoint saved after its record, in another transaction", h => Checkpointed(h, (s, _) => h.Do(Insert, s), settleFirst: false), h => InOneTransaction(h))
        { CaughtBy = "CrashAtEveryWrite", Rule = "RERUN1001" },
        new("a checkpoint saved past a record that failed", h => Checkpointed(h, async (s, _) =>
        {
            try
            {
                await h.Do(InsertOnce, s);
            }
            catch (DbException)
            {
                // Only logged.
            }
        }, settleFirst: false), h => Checkpointed(h, (s, _) => h.Do(InsertOnce, s), settleFirst: false)) { CaughtBy = "ErrorAtEveryWrite", Verdicts = [Verdict.Lost], Rule = "RERUN2001" },
        new("a commit whose error is swallowed", h => h.ForEach(async s =>
        {
            await using var transaction = await h.Db.BeginTransactionAsync();
            await h.Do(InsertOnce, s, transaction);
            try
            {
                await transaction.CommitAsync();
            }
            catch (DbException)
            {
                // It will have worked.
            }
        }), h => h.ForEach((s, t) => h.Do(InsertOnce, s, t))) { CaughtBy = "ErrorAtEveryWrite", Verdicts = [Verdict.Lost], Rule = "RERUN2001" },
        new("a retry around a write that adds another copy", h => h.ForEach(s => Retried(h, Insert, s)), h => h.ForEach(s => Retried(h, InsertOnce, s))) { CaughtBy = "ErrorAtEveryWrite", Rule = "RERUN1012" },
        new("an error of one write taken for nothing inside a transaction", h => h.ForEach(async s =>
        {
            await using var transaction = await h.Db.BeginTransactionAsync();
            await h.Do(Upsert, s, transaction);
            try
            {
                await h.Do("INSERT INTO outbox (message_key, body) VALUES (@Id, 'sold') ON CONFLICT DO NOTHING", s, transaction);
                await transaction.CommitAsync();
            }
            catch (DbException)
            {
                // The next one.
            }
        }), h => h.ForEach(async (s, t) =>
        {
            await h.Do(Upsert, s, t);
            await h.Do("INSERT INTO outbox (message_key, body) VALUES (@Id, 'sold') ON CONFLICT DO NOTHING", s, t);
        })) { CaughtBy = "ErrorAtEveryWrite", Tables = ["sales", "outbox"], Verdicts = [Verdict.Lost], Rule = "RERUN2001" },
        new("a recovery that must not be interrupted", h => Recovering(h, "DELETE FROM marks", "DELETE FROM ledger"), h => Recovering(h, "DELETE FROM ledger", "DELETE FROM marks"))
        { CaughtBy = "CrashTwice", Input = Sales.Good(4), Rule = "RERUN1001" },
        new("a slice emptied in its own transaction, and loaded only when it was not empty", async h =>
        {
            var known = await h.Count("SELECT count(*) FROM marks");
            await h.Do("DELETE FROM ledger WHERE shop <> 'none'");
            if (known == 0)
                await h.Do(Mark, new { Position = 1L });
            await h.ForEach(s => known == 0 ? h.Do(Insert, s) : Task.CompletedTask);
        }, async h =>
        {
            await using var transaction = await h.Db.BeginTransactionAsync();
            await h.Do("DELETE FROM ledger WHERE shop <> 'none'", transaction: transaction);
            await h.ForEach(s => h.Do(Insert, s, transaction));
            await transaction.CommitAsync();
        }) { Verdicts = [Verdict.Lost], Rule = "RERUN2001" },
    ];

    private static async Task Checkpointed(Habitat h, Func<Sale, DbTransaction?, Task> write, bool settleFirst)
    {
        var done = await h.Count("SELECT coalesce(max(position), -1) FROM marks");
        await foreach (var delivery in h.Deliveries)
        {
            if (delivery.Position <= done)
                continue;
            if (settleFirst)
                await h.Do(Mark, new { delivery.Position });
            await write(Habitat.Read(delivery), null);
            if (!settleFirst)
                await h.Do(Mark, new { delivery.Position });
        }
    }

    private static async Task InOneTransaction(Habitat h)
    {
        var done = await h.Count("SELECT coalesce(max(position), -1) FROM marks");
        await foreach (var delivery in h.Deliveries)
        {
            if (delivery.Position <= done)
                continue;
            await using var transaction = await h.Db.BeginTransactionAsync();
            await h.Do(Insert, Habitat.Read(delivery), transaction);
            await h.Do(Mark, new { delivery.Position }, transaction);
            await transaction.CommitAsync();
        }
    }

    private static async Task Retried(Habitat h, string insert, Sale sale)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await h.Db.BeginTransactionAsync();
                await h.Do(insert, sale, transaction);
                await transaction.CommitAsync();
                return;
            }
            catch (DbException) when (attempt < 3)
            {
                // Again.
            }
        }
    }

    private static async Task Recovering(Habitat h, string first, string second)
    {
        if (await h.Count("SELECT count(*) FROM marks WHERE name = 'done'") > 0)
        {
            await h.Deliveries.CountAsync();
            return;
        }

        if (await h.Count("SELECT count(*) FROM marks WHERE name = 'begun'") > 0)
        {
            await h.Do(first);
            await h.Do(second);
        }

        await h.Do("INSERT INTO marks (name, position) VALUES ('begun', 0)");
        await h.ForEach(s => h.Do(Insert, s));
        await h.Do("UPDATE marks SET name = 'done'");
    }
}
