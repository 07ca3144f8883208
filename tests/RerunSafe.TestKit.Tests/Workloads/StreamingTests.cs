using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class StreamingTests
{
    private sealed class Tick
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";

        public DateTimeOffset At { get; set; }
    }

    [Test]
    public void Two_hundred_thousand_records_are_never_held_at_once()
    {
        var faker = new Bogus.Faker<Tick>().RuleFor(t => t.Id, f => f.IndexFaker).RuleFor(t => t.Text, _ => new string('x', 1000));
        var workload = Workload.Of(faker).Count(200_000).Seed(1).WithDuplicates(0.05, Duplicates.Exact)
            .WithLate(0.05, t => t.At, TimeSpan.FromMinutes(30)).WithMalformed(0.05, Malformed.Truncated);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (seen, most) = (0, 0L);
        foreach (var _ in workload.Deliver())
        {
            if (++seen % 50_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.That(seen, Is.GreaterThan(205_000));
        Assert.That(most, Is.LessThan(10_000_000), "200 MB of payloads went by");
    }

    [Test]
    public void A_few_groups_of_very_many_come_at_once()
    {
        var generated = 0;
        var faker = new Bogus.Faker<Tick>().RuleFor(t => t.Id, f =>
        {
            Interlocked.Increment(ref generated);
            return f.IndexFaker;
        });
        var part = Workload.Of(faker).Count(int.MaxValue).WithDuplicates(1, Duplicates.Exact).Only(new HashSet<int> { 5, 2_000_000_000 });
        Assert.That(part.Deliver().Select(d => (int)d.Json()["id"]!).Distinct(), Is.EqualTo(new[] { 5, 2_000_000_000 }));
        Assert.That(generated, Is.LessThan(10));
    }
}
