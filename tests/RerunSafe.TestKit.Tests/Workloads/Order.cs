using Bogus;

namespace RerunSafe.TestKit.Tests.Workloads;

public sealed record Order
{
    public required string Id { get; init; }

    public required string Email { get; init; }

    public decimal Amount { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset OccurredAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

public sealed class OrderFaker : Faker<Order>
{
    public OrderFaker()
    {
        CustomInstantiator(_ => new Order { Id = "", Email = "" });
        RuleFor(o => o.Id, f => $"A-{f.IndexFaker}-{f.Random.AlphaNumeric(4)}");
        RuleFor(o => o.Email, f => f.Internet.Email());
        RuleFor(o => o.Amount, f => f.Finance.Amount(3, 900));
        RuleFor(o => o.Note, f => f.Random.Bool() ? f.Lorem.Sentence() : null);
        RuleFor(o => o.OccurredAt, f => new DateTimeOffset(f.Date.Recent(), TimeSpan.Zero));
        RuleFor(o => o.UpdatedAt, f => new DateTimeOffset(f.Date.Recent(), TimeSpan.Zero));
    }
}
