using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class DuplicateTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(200).Seed(7).KeyedBy(o => o.Id);

    [Test]
    public void The_share_of_duplicates_is_about_the_fraction() =>
        Assert.That(Orders.Count(4000).WithDuplicates(0.05, Duplicates.Exact).WithFault("exact duplicate"), Has.Count.InRange(160, 240));

    [Test]
    public void An_exact_duplicate_repeats_the_bytes_behind_its_original()
    {
        var workload = Orders.WithDuplicates(0.2, Duplicates.Exact);
        var copies = workload.WithFault("exact duplicate");
        Assert.That(copies, Is.Not.Empty);
        foreach (var copy in copies)
        {
            var original = workload.Original(copy);
            Assert.Multiple(() =>
            {
                Assert.That(copy.Text(), Is.EqualTo(original.Text()));
                Assert.That(copy.Delivery.Position, Is.GreaterThan(original.Delivery.Position));
                Assert.That(copy.Truth, Is.EqualTo(original.Truth with { Fate = Fate.DeclaredDuplicate, Fault = "exact duplicate", CopyOf = original.Delivery.Position }));
                Assert.That(original.Truth.Fate, Is.EqualTo(Fate.Sink));
            });
        }
    }

    [Test]
    public void A_newer_version_supersedes_its_original_and_shows_in_another_field()
    {
        var workload = Orders.WithDuplicates(0.2, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt));
        var copies = workload.WithFault("newer version");
        Assert.That(copies, Is.Not.Empty);
        foreach (var copy in copies)
        {
            var original = workload.Original(copy);
            Assert.Multiple(() =>
            {
                Assert.That(original.Truth.Fate, Is.EqualTo(Fate.Superseded));
                Assert.That(copy.Truth.Fate, Is.EqualTo(Fate.Sink));
                Assert.That(copy.Truth.BusinessKey, Is.EqualTo(original.Order().Id).And.EqualTo(copy.Order().Id));
                Assert.That(copy.Order().UpdatedAt, Is.GreaterThan(original.Order().UpdatedAt));
                Assert.That(copy.Order().Amount, Is.Not.EqualTo(original.Order().Amount));
                Assert.That(copy.Order() with { UpdatedAt = default, Amount = 0 }, Is.EqualTo(original.Order() with { UpdatedAt = default, Amount = 0 }));
            });
        }
    }

    [Test]
    public void A_newer_version_changes_the_named_field_only()
    {
        var workload = Orders.WithDuplicates(0.2, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt, changing: o => o.Email));
        var copy = workload.WithFault("newer version")[0];
        var original = workload.Original(copy);
        Assert.That(copy.Order(), Is.EqualTo(original.Order() with { UpdatedAt = copy.Order().UpdatedAt, Email = original.Order().Email + "~" }));
    }

    [Test]
    public void An_older_version_arrives_later_and_is_superseded()
    {
        var workload = Orders.WithDuplicates(0.2, Duplicates.OlderVersion((Order o) => o.Id, o => o.UpdatedAt));
        var copy = workload.WithFault("older version")[0];
        var original = workload.Original(copy);
        Assert.Multiple(() =>
        {
            Assert.That(copy.Truth.Fate, Is.EqualTo(Fate.Superseded));
            Assert.That(original.Truth.Fate, Is.EqualTo(Fate.Sink));
            Assert.That(copy.Order().UpdatedAt, Is.LessThan(original.Order().UpdatedAt));
            Assert.That(copy.Delivery.Position, Is.GreaterThan(original.Delivery.Position));
        });
    }

    [Test]
    public void A_reingested_record_differs_in_its_ingestion_time_only()
    {
        var workload = Orders.WithDuplicates(0.2, Duplicates.Reingested((Order o) => o.Id, o => o.UpdatedAt));
        var copy = workload.WithFault("same key, other ingestion time")[0];
        var original = workload.Original(copy);
        Assert.That(copy.Order().UpdatedAt, Is.GreaterThan(original.Order().UpdatedAt));
        Assert.That(copy.Order() with { UpdatedAt = default }, Is.EqualTo(original.Order() with { UpdatedAt = default }));
        Assert.That(copy.Truth.Fate, Is.EqualTo(Fate.DeclaredDuplicate));
    }

    [Test]
    public void A_near_duplicate_differs_in_its_text_only()
    {
        var workload = Orders.WithDuplicates(0.5, Duplicates.Near((Order o) => o.Email));
        foreach (var copy in workload.WithFault("near duplicate"))
        {
            var original = workload.Original(copy);
            Assert.That(copy.Order().Email, Is.Not.EqualTo(original.Order().Email));
            Assert.That(copy.Order() with { Email = "" }, Is.EqualTo(original.Order() with { Email = "" }));
        }
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("123")]
    [TestCase("aa")]
    [TestCase("ß ñ 日本")]
    public void A_near_text_always_differs(string text)
    {
        for (var way = 0; way < 4; way++)
            Assert.That(NearText.Vary(text, way, 3), Is.Not.EqualTo(text), $"way {way}");
    }

    [Test]
    public void Kinds_are_used_in_equal_shares()
    {
        var workload = Orders.Count(2000).WithDuplicates(0.5, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt));
        Assert.That(workload.WithFault("exact duplicate"), Has.Count.InRange(430, 570));
        Assert.That(workload.WithFault("newer version"), Has.Count.InRange(430, 570));
    }

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(5000)]
    public void A_duplicate_stays_within_the_distance(int within)
    {
        var distances = Orders.Count(2000).WithDuplicates(0.5, Duplicates.Exact).DuplicatesWithin(within).WithFault("exact duplicate")
            .Select(d => d.Delivery.Position / 100 - d.Truth.CopyOf!.Value / 100).ToList();
        Assert.That(distances, Is.All.InRange(1, within));
        Assert.That(distances.Max(), Is.GreaterThan(within * 0.9));
    }

    [Test]
    public void A_fault_that_names_the_business_key_declares_it()
    {
        var workload = Workload.Of(new OrderFaker()).Count(3).WithDuplicates(0, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt));
        foreach (var d in workload.Deliver())
            Assert.That(d.Truth.BusinessKey, Is.EqualTo(d.Order().Id));
    }

    [Test]
    public void Parts_of_a_business_key_are_joined()
    {
        var first = Orders.KeyedBy(o => new { o.Id, o.Amount }).Deliver().First();
        Assert.That(first.Truth.BusinessKey, Is.EqualTo($"{first.Order().Id}|{first.Json()["amount"]!.ToJsonString()}"));
    }

    [Test]
    public void A_version_that_is_a_number_moves_by_numbers()
    {
        var workload = Workload.From([new Door("front", 3, true)]).WithDuplicates(1, Duplicates.NewerVersion((Door d) => d.Id, d => d.Version));
        var newer = workload.Deliver().Last().Json();
        Assert.That((long)newer["version"]!, Is.GreaterThan(3));
        Assert.That((bool)newer["open"]!, Is.False);
    }

    private sealed record Door(string Id, long Version, bool Open);
}
