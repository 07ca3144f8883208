using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class SubsetTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(400).Seed(5)
        .WithDuplicates(0.2, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt), Duplicates.OlderVersion((Order o) => o.Id, o => o.UpdatedAt))
        .WithMalformed(0.1, Malformed.Truncated);

    [Test]
    public void Only_keeps_position_bytes_and_truth_of_whole_groups()
    {
        var groups = Enumerable.Range(0, 400).Where(i => i % 7 == 0).ToHashSet();
        var part = Orders.Only(groups);
        Assert.That(part.Lines(), Is.EqualTo(Orders.Deliver().Where(d => groups.Contains(d.Truth.Group)).Select(d => d.Line())));
        Assert.That(part.GroupCount, Is.EqualTo(groups.Count));
        Assert.That(part.Source, Is.EqualTo(Orders.Source));
    }

    [Test]
    public void Only_of_only_keeps_what_both_keep() =>
        Assert.That(
            Orders.Only(new HashSet<int> { 1, 2, 3 }).Only(new HashSet<int> { 2, 3, 4 }).Lines(),
            Is.EqualTo(Orders.Only(new HashSet<int> { 2, 3 }).Lines()));

    [Test]
    public void Clean_is_what_the_labels_say_must_be_in_the_sink()
    {
        var clean = Orders.Clean().Deliver().ToList();
        Assert.That(
            clean.Select(d => (d.Delivery.Position, d.Text())),
            Is.EqualTo(Orders.Deliver().Where(d => d.Truth.Fate == Fate.Sink).Select(d => (d.Delivery.Position, d.Text()))));
        Assert.That(clean.Select(d => d.Truth), Is.All.Matches<GroundTruth>(t => t is { Fate: Fate.Sink, Fault: null, CopyOf: null }));
        Assert.That(clean.Select(d => d.Truth.BusinessKey), Is.Unique);
        Assert.That(Orders.Clean().GroupCount, Is.EqualTo(clean.Count));
    }

    [Test]
    public void Clean_and_only_can_be_combined_in_either_order()
    {
        var groups = Enumerable.Range(50, 100).ToHashSet();
        Assert.That(Orders.Only(groups).Clean().Lines(), Is.EqualTo(Orders.Clean().Only(groups).Lines()).And.Not.Empty);
    }

    [Test]
    public void A_group_that_is_not_there_is_refused() =>
        Assert.That(
            () => Orders.Only(new HashSet<int> { 400 }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("There is no group 400: the workload has the groups 0 to 399"));

    [Test]
    public void The_description_is_enough_to_make_the_workload_again()
    {
        var text = Orders.Only(new HashSet<int> { 4, 2 }).Clean().Describe();
        Assert.That(text, Does.StartWith("400 × Order (OrderFaker, Bogus 35.6.5.0); seed 5; stream 'Order'; key o => o.Id;"));
        Assert.That(text, Does.Contain("duplicates 20% (exact duplicate, newer version, older version) within 16; malformed 10% (truncated)"));
        Assert.That(text, Does.EndWith("; only the groups 2, 4; clean"));
        Assert.That(text, Does.Not.Contain("\n"));
        Assert.That(Orders.LateIsDropped().WithLate(0.125, o => o.OccurredAt, TimeSpan.FromHours(1)).Describe(), Does.Contain("late 12.5% by more than 01:00:00 (dropped)"));
    }

    [Test]
    public void The_recipe_of_the_design_compiles_and_conserves_its_records()
    {
        var orders = Workload.Of(new OrderFaker()).Count(500).Seed(42)
            .WithDuplicates(0.05, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt), Duplicates.Near((Order o) => o.Email))
            .WithLate(0.03, o => o.OccurredAt, past: TimeSpan.FromHours(3))
            .WithMalformed(0.02, Malformed.Truncated, Malformed.WrongType, Malformed.MissingField, Malformed.NotUtf8);
        var perGroup = orders.Deliver().GroupBy(d => d.Truth.Group).ToDictionary(g => g.Key, g => g.Select(d => d.Truth.Fate).ToList());
        Assert.That(perGroup, Has.Count.EqualTo(500));
        foreach (var fates in perGroup.Values)
            Assert.That(fates.Count(f => f is Fate.Sink or Fate.DeadLetter), Is.EqualTo(1), "each original record ends in the sink or in the dead letters, once");
        Assert.That(orders.Deliver().Select(d => d.Truth.Fault).Where(f => f is not null).Distinct().Count(), Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public void An_empty_workload_delivers_nothing()
    {
        Assert.That(Orders.Count(0).Deliver(), Is.Empty);
        Assert.That(Orders.Count(0).Clean().GroupCount, Is.Zero);
        Assert.That(Workload.From(Array.Empty<Order>()).OccurringAt(o => o.OccurredAt).Deliver(), Is.Empty);
    }
}
