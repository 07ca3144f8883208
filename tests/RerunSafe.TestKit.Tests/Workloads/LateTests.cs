using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class LateTests
{
    private static readonly TimeSpan Past = TimeSpan.FromHours(3);
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(1000).Seed(3).KeyedBy(o => o.Id).WithLate(0.1, o => o.OccurredAt, Past);

    [Test]
    public void A_late_record_arrives_past_the_limit_by_the_clock_and_by_the_watermark()
    {
        var watermark = DateTimeOffset.MinValue;
        var late = 0;
        foreach (var d in Orders.Deliver())
        {
            var happened = d.Order().OccurredAt;
            if (d.Truth.Fault == "late")
            {
                late++;
                Assert.That(d.Delivery.ArrivedAt - happened, Is.GreaterThan(Past));
                Assert.That(watermark - happened, Is.GreaterThan(Past));
            }
            else
            {
                Assert.That(d.Delivery.ArrivedAt - happened, Is.InRange(TimeSpan.Zero, TimeSpan.FromMinutes(1)));
                Assert.That(happened, Is.GreaterThanOrEqualTo(watermark), "on-time records arrive in event order");
                watermark = happened;
            }
        }

        Assert.That(late, Is.InRange(50, 110));
    }

    [Test]
    public void A_late_record_belongs_in_the_sink_unless_the_contract_drops_it()
    {
        Assert.That(Orders.WithFault("late").Select(d => d.Truth.Fate), Is.All.EqualTo(Fate.Sink));
        Assert.That(Orders.LateIsDropped().WithFault("late").Select(d => d.Truth.Fate), Is.All.EqualTo(Fate.LateDropped));
        Assert.That(Orders.LateIsDropped().WithFault("late"), Has.Count.EqualTo(Orders.WithFault("late").Count));
    }

    [Test]
    public void The_clean_input_holds_late_records_on_time_or_not_at_all()
    {
        var late = Orders.WithFault("late").ToDictionary(d => d.Truth.Group, d => d.Text());
        var clean = Orders.Clean().Deliver().ToList();
        Assert.That(clean.Select(d => d.Order().OccurredAt), Is.Ordered.Ascending);
        Assert.That(clean, Has.Count.EqualTo(1000));
        foreach (var d in clean.Where(d => late.ContainsKey(d.Truth.Group)))
        {
            Assert.That(d.Text(), Is.EqualTo(late[d.Truth.Group]));
            Assert.That(d.Truth.Fault, Is.Null);
        }

        Assert.That(Orders.LateIsDropped().Clean().Deliver().Select(d => d.Truth.Group), Is.EqualTo(Enumerable.Range(0, 1000).Where(g => !late.ContainsKey(g))));
    }

    [Test]
    public void A_late_record_is_on_time_when_all_that_could_pass_it_are_left_out()
    {
        var dropping = Orders.LateIsDropped();
        var late = dropping.WithFault("late")[0];
        var alone = dropping.Only(new HashSet<int> { late.Truth.Group }).Deliver().Single();
        Assert.That(alone.Truth.Fate, Is.EqualTo(Fate.Sink));
        Assert.That(alone.Truth.Fault, Is.Null);
        var withEverythingAfter = dropping.Only(Enumerable.Range(late.Truth.Group, 1000 - late.Truth.Group).ToHashSet()).Deliver();
        Assert.That(withEverythingAfter.Single(d => d.Truth.Group == late.Truth.Group).Line(), Is.EqualTo(late.Line()));
    }

    [Test]
    public void A_business_key_that_holds_the_event_time_is_the_one_in_the_bytes()
    {
        foreach (var d in Orders.Count(300).KeyedBy(o => new { o.Email, o.OccurredAt }).Deliver())
            Assert.That(d.Truth.BusinessKey, Is.EqualTo($"{d.Order().Email}|{d.Order().OccurredAt:O}"));
    }

    [Test]
    public void A_DateTime_can_be_the_event_time()
    {
        var faker = new Bogus.Faker<Reading>().RuleFor(r => r.At, f => f.Date.Recent());
        var late = Workload.Of(faker).Count(300).Every(TimeSpan.FromSeconds(1)).WithLate(0.1, r => r.At, TimeSpan.FromSeconds(20)).WithFault("late");
        Assert.That(late, Is.Not.Empty);
        foreach (var d in late)
            Assert.That(d.Delivery.ArrivedAt - d.Json()["at"]!.GetValue<DateTimeOffset>(), Is.GreaterThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Given_records_keep_their_event_times_when_they_arrive_late()
    {
        // Irregular on purpose: bursts, then hours of silence, so that many late records become late at the same moment.
        var given = Enumerable.Range(0, 500).Select(i => new Event(i, DateTimeOffset.UnixEpoch.AddHours(i / 50 * 7).AddSeconds(i % 50))).ToList();
        var workload = Workload.From(given).WithLate(0.3, e => e.At, TimeSpan.FromHours(2));
        var watermark = DateTimeOffset.MinValue;
        var arrived = workload.Deliver().ToList();
        foreach (var d in arrived)
        {
            var happened = d.Json()["at"]!.GetValue<DateTimeOffset>();
            Assert.That(happened, Is.EqualTo(given[d.Truth.Group].At));
            if (d.Truth.Fault == "late")
                Assert.That(new[] { d.Delivery.ArrivedAt - happened, watermark - happened }, Is.All.GreaterThan(TimeSpan.FromHours(2)));
            else
                watermark = happened > watermark ? happened : watermark;
        }

        Assert.That(arrived.Count(d => d.Truth.Fault == "late"), Is.InRange(80, 170));
        Assert.That(arrived.Select(d => d.Delivery.Position), Is.Unique.And.Ordered.Ascending);
        Assert.That(arrived.Select(d => d.Delivery.ArrivedAt), Is.Ordered.Ascending);
    }

    private sealed class Reading
    {
        public DateTime At { get; set; }
    }

    private sealed record Event(int Id, DateTimeOffset At);
}
