using Bogus;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>A small record for pipelines under test.</summary>
public sealed record Sale
{
    public required string Id { get; init; }

    public required string Shop { get; init; }

    public int Amount { get; init; }

    public long Version { get; init; }
}

public sealed class SaleFaker : Faker<Sale>
{
    public SaleFaker()
    {
        CustomInstantiator(_ => new Sale { Id = "", Shop = "" });
        RuleFor(s => s.Id, f => $"S{f.IndexFaker}");
        RuleFor(s => s.Shop, f => f.PickRandom("north", "south"));
        RuleFor(s => s.Amount, f => f.Random.Number(3, 90));
        RuleFor(s => s.Version, f => f.Random.Number(1, 1000));
    }
}

internal static class Sales
{
    public const string Schema = """
        CREATE TABLE ledger (id TEXT NOT NULL, shop TEXT NOT NULL, amount INTEGER NOT NULL);
        CREATE TABLE sales (id TEXT PRIMARY KEY, shop TEXT NOT NULL, amount INTEGER NOT NULL, version INTEGER NOT NULL, loaded_at TEXT);
        CREATE TABLE totals (shop TEXT PRIMARY KEY, amount INTEGER NOT NULL);
        CREATE TABLE days (day TEXT PRIMARY KEY, amount INTEGER NOT NULL);
        CREATE TABLE days_loaded (id TEXT NOT NULL, loaded_at TEXT NOT NULL);
        CREATE TABLE dead_letters (source_offset INTEGER NOT NULL, payload BLOB NOT NULL, error TEXT NOT NULL);
        CREATE TABLE keyed_dead_letters (source_offset INTEGER PRIMARY KEY, payload BLOB NOT NULL, error TEXT NOT NULL);
        """;

    /// <summary>Good records only.</summary>
    public static Workload<Sale> Good(int count = 12) => Workload.Of(new SaleFaker()).Count(count).Seed(3).Named("sales").KeyedBy(s => s.Id);

    /// <summary>Duplicates, versions and malformed records among good ones.</summary>
    public static Workload<Sale> Faulty(int count = 24) => Good(count)
        .WithDuplicates(0.2, Duplicates.Exact, Duplicates.NewerVersion((Sale s) => s.Id, s => s.Version))
        .WithMalformed(0.2, Malformed.Truncated, Malformed.MissingField, Malformed.WrongType, Malformed.NotUtf8);
}
