using System.Data.Common;
using System.Text.Json;
using Bogus;
using RerunSafe.TestKit.Workloads;

namespace Orders.Tests;

public sealed record Order
{
    public required string Id { get; init; }

    public required string Customer { get; init; }

    public decimal Amount { get; init; }

    public long UpdatedAt { get; init; }

    public DateTimeOffset OccurredAt { get; init; }
}

public sealed class OrderFaker : Faker<Order>
{
    public OrderFaker()
    {
        CustomInstantiator(_ => new Order { Id = "", Customer = "" });
        RuleFor(o => o.Id, f => $"O-{f.IndexFaker}");
        RuleFor(o => o.Customer, f => f.Internet.UserName());
        RuleFor(o => o.Amount, f => f.Random.Number(100, 9000) / 100m);
        RuleFor(o => o.UpdatedAt, f => f.Random.Number(1, 1_000_000));
        RuleFor(o => o.OccurredAt, f => new DateTimeOffset(f.Date.Recent(), TimeSpan.Zero));
    }
}

/// <summary>Loads orders and keeps the total of each day. The leaky one counts the total up; the safe one computes it.</summary>
public sealed class OrderPipeline(DbConnection db, TimeProvider clock, bool leaky = false)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict };

    public async Task RunAsync(IAsyncEnumerable<Delivery> deliveries, CancellationToken stopping)
    {
        await foreach (var delivery in deliveries.WithCancellation(stopping))
        {
            await using var transaction = await db.BeginTransactionAsync(stopping);
            Order order;
            try
            {
                order = JsonSerializer.Deserialize<Order>(delivery.Payload.Span, Json)!;
                if (order.Amount == 0 || order.UpdatedAt == 0 || order.OccurredAt == default)
                    throw new JsonException("A field is missing.");
            }
            catch (JsonException e)
            {
                await Execute(transaction, "INSERT INTO dead_letters (source_offset, payload, error) VALUES (@offset, @payload, @error) ON CONFLICT (source_offset) DO NOTHING", ("@offset", delivery.Position), ("@payload", delivery.Payload.ToArray()), ("@error", e.Message));
                await transaction.CommitAsync(stopping);
                continue;
            }

            var day = order.OccurredAt.UtcDateTime.ToString("yyyy-MM-dd");
            await Execute(
                transaction,
                "INSERT INTO orders (id, customer, cents, day, updated_at, loaded_at) VALUES (@id, @customer, @cents, @day, @updated, @now) ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, cents = excluded.cents, day = excluded.day, updated_at = excluded.updated_at, loaded_at = excluded.loaded_at WHERE excluded.updated_at >= orders.updated_at",
                ("@id", order.Id), ("@customer", order.Customer), ("@cents", (long)(order.Amount * 100)), ("@day", day), ("@updated", order.UpdatedAt), ("@now", clock.GetUtcNow().ToString("O")));
            await Execute(
                transaction,
                leaky
                    ? "INSERT INTO daily_totals (day, cents) SELECT day, cents FROM orders WHERE id = @id ON CONFLICT (day) DO UPDATE SET cents = cents + excluded.cents"
                    : "INSERT INTO daily_totals (day, cents) SELECT day, sum(cents) FROM orders WHERE day = (SELECT day FROM orders WHERE id = @id) GROUP BY day ON CONFLICT (day) DO UPDATE SET cents = excluded.cents",
                ("@id", order.Id));
            await transaction.CommitAsync(stopping);
        }
    }

    private async Task Execute(DbTransaction transaction, string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = db.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
    }
}
