using Bogus;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class DeterminismTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(300).Seed(42);

    [Test]
    public void Every_enumeration_yields_equal_deliveries()
    {
        var workload = Orders.WithDuplicates(0.1, Duplicates.Exact).WithMalformed(0.1, Malformed.Truncated);
        var first = workload.Lines();
        Assert.That(workload.Lines(), Is.EqualTo(first));
    }

    [Test]
    public void A_prefix_yields_the_same_records_as_the_whole() =>
        Assert.That(Orders.Count(50).Lines(), Is.EqualTo(Orders.Lines().Take(50)));

    [Test]
    public void Another_seed_or_another_stream_yields_other_records()
    {
        var payloads = Orders.Deliver().Select(d => d.Text()).ToHashSet();
        Assert.Multiple(() =>
        {
            Assert.That(Orders.Seed(43).Deliver().Count(d => payloads.Contains(d.Text())), Is.Zero);
            Assert.That(Orders.Named("other").Deliver().Count(d => payloads.Contains(d.Text())), Is.Zero);
        });
    }

    [Test]
    public void Records_are_independent_of_each_other() =>
        Assert.That(Orders.Deliver().Select(d => d.Order().Amount).Distinct().Count(), Is.GreaterThan(290));

    [Test]
    public void Adding_a_fault_leaves_other_records_alone()
    {
        var before = Orders.WithDuplicates(0.1, Duplicates.Exact);
        var after = before.WithMalformed(0.1, Malformed.Truncated);
        var touched = after.WithFault("truncated").Select(d => d.Truth.Group).ToHashSet();
        Assert.That(touched, Has.Count.GreaterThan(10));
        Assert.That(
            after.Deliver().Where(d => !touched.Contains(d.Truth.Group)).Select(d => d.Line()),
            Is.EqualTo(before.Deliver().Where(d => !touched.Contains(d.Truth.Group)).Select(d => d.Line())));
        Assert.That(after.WithFault("exact duplicate").Select(d => d.Line()), Is.EqualTo(before.WithFault("exact duplicate").Select(d => d.Line())));
    }

    [Test]
    public void Adding_lateness_leaves_on_time_records_alone_once_the_event_time_is_declared()
    {
        var before = Orders.OccurringAt(o => o.OccurredAt).WithMalformed(0.1, Malformed.Truncated);
        var after = before.WithLate(0.1, o => o.OccurredAt, past: TimeSpan.FromMinutes(30));
        var late = after.WithFault("late").Select(d => d.Truth.Group).ToHashSet();
        Assert.That(late, Has.Count.GreaterThan(10));
        Assert.That(
            after.Deliver().Where(d => !late.Contains(d.Truth.Group)).Select(d => d.Line()),
            Is.EqualTo(before.Deliver().Where(d => !late.Contains(d.Truth.Group)).Select(d => d.Line())));
    }

    [Test]
    public void A_new_rule_changes_no_other_field()
    {
        var without = new Faker<Order>().CustomInstantiator(_ => new Order { Id = "", Email = "" }).RuleFor(o => o.Email, f => f.Internet.Email());
        var with = new Faker<Order>().CustomInstantiator(_ => new Order { Id = "", Email = "" })
            .RuleFor(o => o.Note, f => f.Lorem.Sentence()).RuleFor(o => o.Email, f => f.Internet.Email());
        Assert.That(
            Workload.Of(with).Count(20).Deliver().Select(d => d.Order().Email),
            Is.EqualTo(Workload.Of(without).Count(20).Deliver().Select(d => d.Order().Email)));
    }

    [Test]
    public void Positions_grow_and_are_unique()
    {
        var positions = Orders.WithDuplicates(0.5, Duplicates.Exact).DuplicatesWithin(1000).WithLate(0.4, o => o.OccurredAt, TimeSpan.FromMinutes(10))
            .Deliver().Select(d => d.Delivery.Position).ToList();
        Assert.That(positions, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void Arrival_times_never_go_back() =>
        Assert.That(
            Orders.WithDuplicates(0.3, Duplicates.Exact).WithLate(0.3, o => o.OccurredAt, TimeSpan.FromMinutes(10)).Deliver().Select(d => d.Delivery.ArrivedAt),
            Is.Ordered.Ascending);

    [Test]
    public void The_users_faker_and_the_global_seed_are_left_alone()
    {
        var global = Randomizer.Seed;
        var faker = new OrderFaker();
        var untouched = new OrderFaker();
        faker.UseSeed(5).UseDateTimeReference(DateTime.UnixEpoch);
        untouched.UseSeed(5).UseDateTimeReference(DateTime.UnixEpoch);
        _ = Workload.Of(faker).Count(10).Deliver().Count();
        Assert.That(faker.Generate(3), Is.EqualTo(untouched.Generate(3)));
        Assert.That(Randomizer.Seed, Is.SameAs(global));
    }

    [Test]
    public void Rules_added_to_the_faker_later_do_not_reach_the_workload()
    {
        var faker = new OrderFaker();
        var workload = Workload.Of(faker).Count(3).Seed(42);
        faker.RuleFor(o => o.Email, _ => "late@example.com");
        Assert.That(workload.Lines(), Is.EqualTo(Orders.Count(3).Lines()));
    }

    [Test]
    public void IndexFaker_is_the_index_of_the_record_in_constructors_and_in_rules()
    {
        var faker = new Faker<Indexed>().CustomInstantiator(f => new Indexed { FromConstructor = f.IndexFaker }).RuleFor(i => i.FromRule, f => f.IndexFaker);
        var workload = Workload.Of(faker).Count(4).WithDuplicates(1, Duplicates.Exact);
        foreach (var d in workload.Only(new HashSet<int> { 0, 3 }).Deliver())
            Assert.That(d.Text(), Is.EqualTo($$"""{"fromConstructor":{{d.Truth.Group}},"fromRule":{{d.Truth.Group}}}"""));
    }

    [Test]
    public void Dates_count_from_the_start_of_the_workload_or_from_the_fakers_own_reference()
    {
        var faker = new Faker<Dated>().RuleFor(d => d.At, f => f.Date.Past(1));
        var start = new DateTimeOffset(2020, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var own = faker.Clone().UseDateTimeReference(new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Multiple(() =>
        {
            Assert.That((int)Workload.Of(faker).StartingAt(start).Count(1).Deliver().Single().Json()["at"]!.GetValue<DateTime>().Year, Is.InRange(2019, 2020));
            Assert.That((int)Workload.Of(own).StartingAt(start).Count(1).Deliver().Single().Json()["at"]!.GetValue<DateTime>().Year, Is.EqualTo(1989));
        });
    }

    [Test]
    public void Parallel_enumerations_do_not_disturb_each_other()
    {
        var expected = Orders.Lines();
        var runs = new List<string>[4];
        Parallel.For(0, runs.Length, i => runs[i] = Orders.Lines());
        Assert.That(runs, Is.All.EqualTo(expected));
    }

    private sealed class Indexed
    {
        public int FromConstructor { get; set; }

        public int FromRule { get; set; }
    }

    private sealed class Dated
    {
        public DateTime At { get; set; }
    }
}
