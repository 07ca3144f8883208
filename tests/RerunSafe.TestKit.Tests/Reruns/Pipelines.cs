using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>A zoo: pipelines that break in one known way, each with a safe twin.</summary>
internal static class Pipelines
{
    private const string Upsert = """
        INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version)
        ON CONFLICT (id) DO UPDATE SET shop = excluded.shop, amount = excluded.amount, version = excluded.version
        WHERE excluded.version >= sales.version
        """;

    public static async Task PlainInsert(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Id, @Shop, @Amount)", Read(delivery));
    }

    public static async Task GuardedInsert(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) SELECT @Id, @Shop, @Amount WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = @Id)", Read(delivery));
    }

    public static async Task RelativeUpdate(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES (@Shop, @Amount) ON CONFLICT (shop) DO UPDATE SET amount = amount + excluded.amount", Read(delivery));
    }

    /// <summary>The sale and the total of its shop, computed from the sales, in one transaction.</summary>
    public static async Task ComputedTotal(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            var sale = Read(delivery);
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync(Upsert, sale, transaction);
            await db.ExecuteAsync("INSERT INTO totals (shop, amount) SELECT shop, sum(amount) FROM sales WHERE shop = @Shop GROUP BY shop ON CONFLICT (shop) DO UPDATE SET amount = excluded.amount", sale, transaction);
            await transaction.CommitAsync();
        }
    }

    /// <summary>Counts a sale when it sees it for the first time, but dies between the two.</summary>
    public static async Task TwoWrites(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            var sale = Read(delivery);
            if (await db.ExecuteAsync("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", sale) == 1)
                await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES (@Shop, @Amount) ON CONFLICT (shop) DO UPDATE SET amount = amount + excluded.amount", sale);
        }
    }

    public static async Task TwoWritesInOneTransaction(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            var sale = Read(delivery);
            await using var transaction = await db.BeginTransactionAsync();
            if (await db.ExecuteAsync("INSERT INTO sales (id, shop, amount, version) VALUES (@Id, @Shop, @Amount, @Version) ON CONFLICT (id) DO NOTHING", sale, transaction) == 1)
                await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES (@Shop, @Amount) ON CONFLICT (shop) DO UPDATE SET amount = amount + excluded.amount", sale, transaction);
            await transaction.CommitAsync();
        }
    }

    /// <summary>What cannot be read is skipped, and so is what could not be written.</summary>
    public static async Task CatchAndContinue(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            try
            {
                await db.ExecuteAsync(Upsert, Read(delivery));
            }
            catch (Exception e) when (e is JsonException or DbException)
            {
                // Gone.
            }
        }
    }

    /// <summary>Malformed records are set aside once; an error of the sink ends the run, which is run again.</summary>
    public static Task KeyedDeadLetters(DbConnection db, IAsyncEnumerable<Delivery> deliveries) =>
        DeadLettering(db, deliveries, "INSERT INTO keyed_dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING");

    /// <summary>Malformed records are set aside again on every rerun.</summary>
    public static Task PlainDeadLetters(DbConnection db, IAsyncEnumerable<Delivery> deliveries) =>
        DeadLettering(db, deliveries, "INSERT INTO dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error)");

    public static async Task DeadLettering(DbConnection db, IAsyncEnumerable<Delivery> deliveries, string letter, Func<Delivery, object>? payload = null)
    {
        await foreach (var delivery in deliveries)
        {
            Sale sale;
            try
            {
                sale = Read(delivery);
            }
            catch (JsonException e)
            {
                await db.ExecuteAsync(letter, new { delivery.Position, Payload = payload?.Invoke(delivery) ?? delivery.Payload.ToArray(), Error = e.Message });
                continue;
            }

            await db.ExecuteAsync(Upsert, sale);
        }
    }

    public static Task LedgerWithDeadLetters(DbConnection db, IAsyncEnumerable<Delivery> deliveries, string prefix = "") =>
        WithKeyedDeadLetters(db, deliveries, $"INSERT INTO ledger (id, shop, amount) SELECT '{prefix}' || @Id, @Shop, @Amount WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE id = '{prefix}' || @Id)");

    public static async Task UpsertSales(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync(Upsert, Read(delivery));
    }

    public static Task TotalsWithDeadLetters(DbConnection db, IAsyncEnumerable<Delivery> deliveries) =>
        WithKeyedDeadLetters(db, deliveries, "INSERT INTO totals (shop, amount) VALUES (@Shop, @Amount) ON CONFLICT (shop) DO UPDATE SET amount = amount + excluded.amount");

    private static async Task WithKeyedDeadLetters(DbConnection db, IAsyncEnumerable<Delivery> deliveries, string write)
    {
        await foreach (var delivery in deliveries)
        {
            try
            {
                await db.ExecuteAsync(write, Read(delivery));
            }
            catch (JsonException e)
            {
                await db.ExecuteAsync(
                    "INSERT INTO keyed_dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING",
                    new { delivery.Position, Payload = delivery.Payload.ToArray(), Error = e.Message });
            }
        }
    }

    /// <summary>Takes every error for the record's.</summary>
    public static async Task DeadLetterEverything(DbConnection db, IAsyncEnumerable<Delivery> deliveries)
    {
        await foreach (var delivery in deliveries)
        {
            try
            {
                await db.ExecuteAsync(Upsert, Read(delivery));
            }
            catch (Exception e) when (e is JsonException or DbException)
            {
                await db.ExecuteAsync(
                    "INSERT INTO keyed_dead_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING",
                    new { delivery.Position, Payload = delivery.Payload.ToArray(), Error = e.Message });
            }
        }
    }

    /// <summary>The day of the run decides where the amount lands.</summary>
    public static Task SumByDayOfRun(DbConnection db, IAsyncEnumerable<Delivery> deliveries, TimeProvider clock) =>
        SumByDay(db, deliveries, _ => clock.GetUtcNow());

    public static Task SumByDayOfArrival(DbConnection db, IAsyncEnumerable<Delivery> deliveries) =>
        SumByDay(db, deliveries, delivery => delivery.ArrivedAt);

    public static async Task StampedBy(DbConnection db, IAsyncEnumerable<Delivery> deliveries, Func<DateTimeOffset> now)
    {
        await foreach (var delivery in deliveries)
        {
            var sale = Read(delivery);
            await db.ExecuteAsync(
                "INSERT INTO sales (id, shop, amount, version, loaded_at) VALUES (@Id, @Shop, @Amount, @Version, @Now) ON CONFLICT (id) DO UPDATE SET loaded_at = excluded.loaded_at",
                new { sale.Id, sale.Shop, sale.Amount, sale.Version, Now = now().ToString("O") });
        }
    }

    public static async Task StampedInsert(DbConnection db, IAsyncEnumerable<Delivery> deliveries, TimeProvider clock)
    {
        await foreach (var delivery in deliveries)
            await db.ExecuteAsync("INSERT INTO days_loaded (id, loaded_at) VALUES (@Id, @Now)", new { Read(delivery).Id, Now = clock.GetUtcNow().ToString("O") });
    }

    /// <summary>Tries again when the answer to a commit is lost, though the commit may have happened.</summary>
    public static async Task RetriedCommit(DbConnection db, IAsyncEnumerable<Delivery> deliveries, string insert)
    {
        await foreach (var delivery in deliveries)
        {
            var sale = Read(delivery);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var transaction = await db.BeginTransactionAsync();
                    await db.ExecuteAsync(insert, sale, transaction);
                    await transaction.CommitAsync();
                    break;
                }
                catch (SqliteException) when (attempt < 3)
                {
                    // Again.
                }
            }
        }
    }

    private static async Task SumByDay(DbConnection db, IAsyncEnumerable<Delivery> deliveries, Func<Delivery, DateTimeOffset> dayOf)
    {
        var sums = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await foreach (var delivery in deliveries)
        {
            var day = dayOf(delivery).ToString("yyyy-MM-dd");
            sums[day] = sums.GetValueOrDefault(day) + Read(delivery).Amount;
        }

        foreach (var (day, amount) in sums)
            await db.ExecuteAsync("INSERT INTO days (day, amount) VALUES (@day, @amount) ON CONFLICT (day) DO UPDATE SET amount = excluded.amount", new { day, amount });
    }

    /// <exception cref="JsonException">The record is malformed. The deserializer takes a missing number for 0, which no sale has.</exception>
    private static Sale Read(Delivery delivery)
    {
        var sale = JsonSerializer.Deserialize<Sale>(delivery.Payload.Span, StrictJson)!;
        return sale.Amount > 0 && sale.Version > 0 ? sale : throw new JsonException("A number is missing.");
    }

    private static readonly JsonSerializerOptions StrictJson = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };
}
