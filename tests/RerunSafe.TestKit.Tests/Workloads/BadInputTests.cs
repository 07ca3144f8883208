using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NUnit.Framework.Constraints;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class BadInputTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(100).Seed(42);

    [TestCase(-0.01)]
    [TestCase(1.01)]
    [TestCase(double.NaN)]
    [TestCase(5)]
    public void A_fraction_outside_0_and_1_is_refused(double fraction)
    {
        Assert.That(() => Orders.WithDuplicates(fraction, Duplicates.Exact), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("between 0 and 1; five per cent is 0.05"));
        Assert.That(() => Orders.WithMalformed(fraction, Malformed.Truncated), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("between 0 and 1; five per cent is 0.05"));
        Assert.That(() => Orders.WithLate(fraction, o => o.OccurredAt, TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("between 0 and 1; five per cent is 0.05"));
    }

    [Test]
    public void Numbers_that_make_no_sense_are_refused()
    {
        Assert.That(() => Orders.Count(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Count must be 0 or more"));
        Assert.That(() => Workload.From([1, 2]).Count(3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at most 2"));
        Assert.That(() => Orders.Every(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("more than zero"));
        Assert.That(() => Orders.DuplicatesWithin(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 1"));
        Assert.That(() => Orders.WithLate(0, o => o.OccurredAt, -TimeSpan.FromTicks(1)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("zero or more"));
    }

    [Test]
    public void A_fault_without_a_kind_is_refused()
    {
        Assert.That(() => Orders.WithMalformed(0.1), Throws.ArgumentException.With.Message.Contains("Malformed.Truncated"));
        Assert.That(() => Orders.WithDuplicates(0.1), Throws.ArgumentException.With.Message.Contains("Duplicates.Exact"));
    }

    [Test]
    public void A_faker_that_throws_is_told_with_record_rule_and_seed()
    {
        var faker = new OrderFaker();
        faker.RuleFor(o => o.Email, f => f.IndexFaker == 57 ? throw new FormatException("no host") : "a@b.c");
        var thrown = Fails(Workload.Of(faker).Count(100).Seed(42), 57, "OrderFaker threw FormatException in the rule for 'Email' on record 57", "stream 'Order'", "seed 42", "no host");
        Assert.That(thrown.InnerException, Is.TypeOf<FormatException>());
    }

    [TestCaseSource(nameof(UnrepeatableRules))]
    public void A_rule_that_differs_the_second_time_is_refused(Action<OrderFaker> rule, string field)
    {
        var faker = new OrderFaker();
        rule(faker);
        Fails(Workload.Of(faker).Count(3), 0, $"the field '{field}'", "f.IndexFaker", "UseSeed(f.Random.Int())");
    }

    private static IEnumerable<TestCaseData> UnrepeatableRules()
    {
        var counter = 0;
        var inner = new OrderFaker();
        yield return Case("counter", f => f.RuleFor(o => o.Id, _ => $"{counter++}"), "id");
        yield return Case("new GUID", f => f.RuleFor(o => o.Id, _ => Guid.NewGuid().ToString()), "id");
        yield return Case("UniqueIndex", f => f.RuleFor(o => o.Id, x => $"{x.UniqueIndex}"), "id");
        yield return Case("clock", f => f.RuleFor(o => o.UpdatedAt, _ => DateTimeOffset.UtcNow), "updatedAt");
        yield return Case("faker inside", f => f.RuleFor(o => o.Email, _ => inner.Generate().Email), "email");

        static TestCaseData Case(string name, Action<OrderFaker> rule, string field) => new TestCaseData(rule, field).SetArgDisplayNames(name);
    }

    [Test]
    public void A_null_business_key_is_refused() =>
        Fails(Orders.KeyedBy(o => o.Note), null, "business key o => o.Note of record", "is null", "select another");

    [Test]
    public void A_repeated_business_key_is_refused()
    {
        var faker = new OrderFaker();
        faker.RuleFor(o => o.Id, f => $"{f.IndexFaker % 60}");
        Fails(Workload.Of(faker).Count(100).KeyedBy(o => o.Id), 60, "The records 0 and 60", "the same business key '0'", "f.IndexFaker");
    }

    [Test]
    public void A_selector_that_throws_is_told_with_its_record() =>
        Fails(Workload.FromJson([JsonDocument.Parse("{}").RootElement]).KeyedBy(f => f.GetProperty("id").GetString()), 0, "threw KeyNotFoundException on record 0");

    [Test]
    public void A_version_that_cannot_be_compared_is_refused()
    {
        Assert.That(
            () => Duplicates.NewerVersion((JsonElement f) => f.GetProperty("id"), f => f.GetProperty("updated")),
            Throws.ArgumentException.With.Message.Contains("gives JsonElement, which cannot be compared").And.Message.Contains("GetInt64"));
        Assert.That(() => Duplicates.NewerVersion((Order o) => o.Id, o => o.Email), Throws.ArgumentException.With.Message.Contains("no telling which value comes next"));
        Assert.That(() => Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt.Kind()), Throws.ArgumentException.With.Message.Contains("DateTimeKind"));
    }

    [Test]
    public void A_version_that_is_not_serialized_is_refused_before_the_first_record()
    {
        var workload = Workload.From([new Hidden(1, 2)]).WithDuplicates(1, Duplicates.NewerVersion((Hidden h) => h.Id, h => h.Version));
        Assert.That(() => workload.Deliver(), Throws.TypeOf<WorkloadException>().With.Message.Contains("h => h.Version").And.Message.Contains("no single field that Hidden is written with"));
        var computed = Workload.From([new Hidden(1, 2)]).WithDuplicates(1, Duplicates.NewerVersion((Hidden h) => h.Id, h => h.Version + 1));
        Assert.That(() => computed.Deliver(), Throws.TypeOf<WorkloadException>().With.Message.Contains("no single field"));
    }

    [Test]
    public void A_version_without_a_successor_is_told_with_its_record() =>
        Fails(
            Workload.From([new Numbered(1, long.MaxValue)]).WithDuplicates(1, Duplicates.NewerVersion((Numbered n) => n.Id, n => n.Version)),
            0, "n => n.Version", "9223372036854775807", "no later value");

    [Test]
    public void Two_business_keys_in_one_workload_are_refused() =>
        Assert.That(
            () => Orders.KeyedBy(o => o.Email).WithDuplicates(0.1, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt)).Deliver(),
            Throws.TypeOf<WorkloadException>().With.Message.Contains("o => o.Id").And.Message.Contains("o => o.Email").And.Message.Contains("one business key"));

    [TestCaseSource(nameof(SchemaFaults))]
    public void A_schema_fault_on_a_payload_that_is_no_object_is_refused(MalformedFault fault)
    {
        Fails(Workload.From(["[1]"], Encoding.UTF8.GetBytes).WithMalformed(1, fault), 0, "JSON, but not an object", "[1]", "Malformed.Custom");
        Fails(Workload.From(["a;b"], Encoding.UTF8.GetBytes).WithMalformed(1, fault), 0, "not JSON", "a;b", "Malformed.Custom");
    }

    private static IEnumerable<MalformedFault> SchemaFaults => [Malformed.WrongType, Malformed.MissingField, Malformed.NotUtf8];

    [Test]
    public void A_payload_that_might_parse_when_cut_is_refused() =>
        Fails(Workload.From([12345]).WithMalformed(1, Malformed.Truncated), 0, "needs a JSON object, array or string", "12345");

    [Test]
    public void A_field_that_is_not_there_is_told_with_its_record() =>
        Fails(Orders.WithMalformed(1, Malformed.MissingFieldNamed("Id")), 0, "Record 0 has no field 'Id'", "as it is written in the JSON");

    [Test]
    public void A_record_without_a_required_field_needs_a_named_one() =>
        Fails(Workload.From([new Loose(null)]).WithMalformed(1, Malformed.MissingField), 0, "finds no required field in record 0", "MissingFieldNamed");

    [Test]
    public void Damage_that_damages_nothing_is_refused() =>
        Fails(Orders.WithMalformed(1, Malformed.Custom("nothing", b => b)), 0, "Malformed.Custom(\"nothing\") left record 0 undamaged");

    [Test]
    public void Lateness_that_no_record_can_reach_is_refused()
    {
        Assert.That(
            () => Orders.WithLate(0.1, o => o.OccurredAt, TimeSpan.FromHours(3)).Deliver(),
            Throws.TypeOf<WorkloadException>().With.Message.Contains("No record can be late: 100 records at one per 00:01:00").And.Message.Contains("Every("));
        var given = Enumerable.Range(0, 5).Select(i => new Timed(i, DateTimeOffset.UnixEpoch.AddMinutes(i))).ToList();
        Fails(Workload.From(given).WithLate(0.1, t => t.At, TimeSpan.FromHours(3)), null, "No record can be late");
    }

    [Test]
    public void Given_records_out_of_event_order_are_refused_when_lateness_matters()
    {
        var given = new[] { new Timed(0, DateTimeOffset.UnixEpoch.AddDays(1)), new Timed(1, DateTimeOffset.UnixEpoch) };
        Fails(Workload.From(given).WithLate(0.1, t => t.At, TimeSpan.FromHours(3)), 1, "Record 1 is late before any fault", "Order the records by event time");
    }

    [Test]
    public void A_computed_event_time_cannot_be_written_into_generated_records() =>
        Fails(Orders.OccurringAt(o => o.OccurredAt.AddHours(1)), 0, "is not a field of record 0's JSON");

    private static WorkloadException Fails(IWorkload workload, int? record, params string[] parts)
    {
        var thrown = Assert.Throws<WorkloadException>(() => workload.Deliver().Count())!;
        Constraint all = new SubstringConstraint(parts[0]);
        foreach (var part in parts.Skip(1))
            all = new AndConstraint(all, new SubstringConstraint(part));
        Assert.That(thrown.Message, all);
        if (record is not null)
            Assert.That(thrown.Record, Is.EqualTo(record));
        return thrown;
    }

    private sealed record Hidden(int Id, [property: JsonIgnore] int Version);

    private sealed record Numbered(int Id, long Version);

    private sealed record Loose(string? Id);

    private sealed record Timed(int Id, DateTimeOffset At);
}

internal static class Kinds
{
    public static DateTimeKind Kind(this DateTimeOffset time) => time.DateTime.Kind;
}
