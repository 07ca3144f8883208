using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

/// <summary>
/// Pinned outcomes. When one of these fails, every seed that a user has written down means something else: that is a
/// breaking change (or a new Bogus), to be told in CHANGELOG.md, not to be re-pinned in passing.
/// </summary>
public class GoldenTests
{
    [Test]
    public void Draws_are_pinned()
    {
        var draw = Draw.For(42, "orders", "duplicates/0");
        Assert.That(new[] { draw.Bits(0), draw.Bits(1), draw.Bits(0, 1), Draw.For(-1, "", "").Bits(long.MaxValue) }, Is.EqualTo(new ulong[] { 4613038880167680864, 12932831293806444363, 56654913015021699, 6171393464153047268 }));
    }

    [Test]
    public void Deliveries_are_pinned()
    {
        var faker = new Bogus.Faker<Order>().CustomInstantiator(_ => new Order { Id = "", Email = "" })
            .RuleFor(o => o.Id, f => f.IndexFaker + f.Random.AlphaNumeric(4)).RuleFor(o => o.Email, f => f.Internet.Email()).RuleFor(o => o.Amount, f => f.Finance.Amount());
        var workload = Workload.Of(faker).Count(40).Seed(42).Named("orders").StartingAt(DateTimeOffset.UnixEpoch)
            .WithDuplicates(0.2, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt))
            .WithLate(0.2, o => o.OccurredAt, TimeSpan.FromMinutes(5))
            .WithMalformed(0.2, Malformed.Truncated, Malformed.WrongType);
        var told = workload.Deliver().Where(d => d.Truth.Fault is not null).Take(6).Select(d => $"{d.Delivery.Position} {d.Truth.Fate} {d.Truth.Fault} {d.Delivery.ArrivedAt:HH:mm:ss.fff} {d.Text()}");
        Assert.That(string.Join("\n", told), Is.EqualTo("""
            1501 Sink late 00:15:00.600 {"id":"8efv9","email":"Domenic39@gmail.com","amount":897.91,"note":null,"occurredAt":"1970-01-01T00:07:31.819+00:00","updatedAt":"0001-01-01T00:00:00+00:00"}
            1623 Sink newer version 00:16:13.800 {"id":"2lt8d","email":"Junior.Greenfelder@gmail.com","amount":636.04,"note":null,"occurredAt":"1970-01-01T00:01:37.82+00:00","updatedAt":"0001-01-01T00:00:07+00:00"}
            1820 DeclaredDuplicate exact duplicate 00:18:12.000 {"id":"748m9","email":"Gage56@gmail.com","amount":341.32,"note":null,"occurredAt":"1970-01-01T00:06:41.112+00:00","updatedAt":"0001-01-01T00:00:00+00:00"}
            2400 DeadLetter truncated 00:24:00.000 {"id":"24rjf8","email":"Domenic15@gmail.com","amount":412.19,"note":null,"occurredAt":"1970-01-01T00:23:57.698+00:00","updatedAt"
            2421 DeclaredDuplicate exact duplicate 00:24:12.600 {"id":"12f65b","email":"Betsy95@gmail.com","amount":648.68,"note":null,"occurredAt":"1970-01-01T00:11:50.287+00:00","updatedAt":"0001-01-01T00:00:00+00:00"}
            2501 Sink late 00:25:00.600 {"id":"18i441","email":"Abraham.Watsica@yahoo.com","amount":433.35,"note":null,"occurredAt":"1970-01-01T00:17:54.058+00:00","updatedAt":"0001-01-01T00:00:00+00:00"}
            """));
    }
}
