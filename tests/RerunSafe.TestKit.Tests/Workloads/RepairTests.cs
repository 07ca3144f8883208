using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class RepairTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(200).Seed(7).KeyedBy(o => o.Id)
        .WithDuplicates(0.1, Duplicates.Exact).WithMalformed(0.1, Malformed.Truncated, Malformed.NotUtf8);

    [Test]
    public void A_repaired_delivery_is_the_undamaged_record_on_its_place()
    {
        var undamaged = Workload.Of(new OrderFaker()).Count(200).Seed(7).KeyedBy(o => o.Id).Deliver().ToDictionary(d => d.Truth.Group);
        var malformed = Orders.Deliver().Where(d => d.Truth.Fate == Fate.DeadLetter).ToList();
        var repaired = Orders.Repaired().Deliver().ToDictionary(d => d.Delivery.Position);
        Assert.That(malformed, Is.Not.Empty);
        foreach (var delivery in malformed)
            Assert.That(repaired[delivery.Delivery.Position].Line(), Is.EqualTo(undamaged[delivery.Truth.Group].Line()));
    }

    [Test]
    public void Everything_else_stays_as_it_is()
    {
        var repaired = Orders.Repaired().Deliver().ToList();
        Assert.That(repaired, Has.Count.EqualTo(Orders.Deliver().Count()));
        Assert.That(repaired.Select(d => d.Line()).Intersect(Orders.Lines()).Count(), Is.EqualTo(Orders.Deliver().Count(d => d.Truth.Fate != Fate.DeadLetter)));
    }

    [Test]
    public void The_repaired_clean_input_holds_every_record_once() =>
        Assert.That(Orders.Repaired().Clean().Deliver().Select(d => d.Truth.Group), Is.EqualTo(Enumerable.Range(0, 200)));

    [Test]
    public void A_part_of_a_repaired_workload_is_repaired() =>
        Assert.That(Orders.Repaired().Only(new HashSet<int> { 3, 4 }).Lines(), Is.EqualTo(Orders.Only(new HashSet<int> { 3, 4 }).Repaired().Lines()));
}
