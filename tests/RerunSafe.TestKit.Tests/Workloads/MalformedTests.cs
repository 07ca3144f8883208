using System.Text;
using System.Text.Json;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class MalformedTests
{
    private static readonly Workload<Order> Orders = Workload.Of(new OrderFaker()).Count(300).Seed(11).KeyedBy(o => o.Id);
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly string[] Required = ["id", "email", "amount", "occurredAt", "updatedAt"];

    private static IEnumerable<MalformedFault> Faults => [Malformed.Truncated, Malformed.WrongType, Malformed.MissingField, Malformed.NotUtf8];

    [TestCaseSource(nameof(Faults))]
    public void A_malformed_record_is_labelled_with_its_fault(MalformedFault fault)
    {
        var hit = Orders.WithMalformed(0.2, fault).Deliver().Where(d => d.Truth.Fate == Fate.DeadLetter).ToList();
        Assert.That(hit, Has.Count.InRange(40, 80));
        Assert.That(hit.Select(d => d.Truth.Fault), Is.All.EqualTo(fault.Name));
    }

    [Test]
    public void A_truncated_payload_never_parses()
    {
        var hit = Orders.Count(3000).WithMalformed(1, Malformed.Truncated).Deliver().ToList();
        Assert.That(hit, Has.Count.EqualTo(3000));
        foreach (var d in hit)
            Assert.That(() => JsonDocument.Parse(d.Delivery.Payload), Throws.InstanceOf<JsonException>(), d.Text());
        Assert.That(hit.Select(d => d.Truth.BusinessKey), Is.All.Null);
    }

    [TestCase("  {\"a\":1}  ")]
    [TestCase("[1,2]")]
    [TestCase("\"text\"")]
    [TestCase("{}")]
    public void Any_cut_of_an_object_an_array_or_a_string_never_parses(string json)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var cut = Workload.From([json], Encoding.UTF8.GetBytes).Seed(seed).WithMalformed(1, Malformed.Truncated).Deliver().Single();
            Assert.That(() => JsonDocument.Parse(cut.Delivery.Payload), Throws.InstanceOf<JsonException>(), cut.Text());
        }
    }

    [Test]
    public void A_payload_that_is_not_utf8_has_an_invalid_byte_inside_a_required_string()
    {
        foreach (var d in Orders.WithMalformed(1, Malformed.NotUtf8).Deliver())
        {
            Assert.That(() => Strict.GetString(d.Delivery.Payload.Span), Throws.InstanceOf<DecoderFallbackException>());
            Assert.That(() => d.Order(), Throws.InstanceOf<Exception>(), "System.Text.Json reads no field that the record type needs");
            Assert.That(() => JsonDocument.Parse(Encoding.UTF8.GetString(d.Delivery.Payload.Span)), Throws.Nothing, "only the encoding is damaged");
        }
    }

    [Test]
    public void A_missing_field_is_one_that_the_type_requires()
    {
        var clean = Orders.Deliver().ToList();
        var missing = Orders.WithMalformed(1, Malformed.MissingField).Deliver()
            .Select((d, i) => clean[i].Json().Select(p => p.Key).Except(d.Json().Select(p => p.Key)).Single()).ToList();
        Assert.That(missing.Distinct(), Is.EquivalentTo(Required), "every required field has its turn, the nullable note never");
    }

    [Test]
    public void A_wrong_type_is_one_that_System_Text_Json_refuses_in_a_required_field()
    {
        var clean = Orders.Deliver().ToList();
        var changed = new HashSet<string>();
        foreach (var (d, i) in Orders.WithMalformed(1, Malformed.WrongType).Deliver().Select((d, i) => (d, i)))
        {
            var (before, after) = (clean[i].Json(), d.Json());
            var field = before.Single(p => p.Value?.ToJsonString() != after[p.Key]?.ToJsonString()).Key;
            Assert.That(after[field]!.GetValueKind(), Is.Not.EqualTo(before[field]!.GetValueKind()));
            Assert.That(() => d.Order(), Throws.InstanceOf<JsonException>());
            changed.Add(field);
        }

        Assert.That(changed, Is.EquivalentTo(Required));
    }

    [Test]
    public void The_business_key_is_told_only_while_it_can_be_read()
    {
        foreach (var d in Orders.WithMalformed(1, Malformed.MissingField, Malformed.WrongType).Deliver())
        {
            var readable = d.Json()["id"]?.GetValueKind() == JsonValueKind.String;
            Assert.That(d.Truth.BusinessKey, readable ? Is.EqualTo((string)d.Json()["id"]!) : Is.Null);
        }
    }

    [Test]
    public void A_field_can_be_named()
    {
        Assert.That(Orders.WithMalformed(1, Malformed.MissingFieldNamed("note")).Deliver().Any(d => d.Json().ContainsKey("note")), Is.False);
        Assert.That(Orders.WithMalformed(1, Malformed.WrongTypeNamed("amount")).Deliver().All(d => d.Json()["amount"]!.GetValueKind() != JsonValueKind.Number));
    }

    [Test]
    public void Damage_of_your_own_is_labelled_with_its_name()
    {
        var bom = Orders.Count(1).WithMalformed(1, Malformed.Custom("byte order mark", bytes => [0xEF, 0xBB, 0xBF, .. bytes])).Deliver().Single();
        Assert.That(bom.Truth, Is.EqualTo(new GroundTruth(Fate.DeadLetter, 0, null, "byte order mark")));
        Assert.That(bom.Delivery.Payload.Span[0], Is.EqualTo(0xEF));
    }

    [Test]
    public void An_enum_written_as_text_is_not_replaced_by_a_number_that_converters_take()
    {
        var hit = Workload.From([new Tagged("a")]).WithMalformed(1, Malformed.WrongType);
        for (var seed = 0; seed < 30; seed++)
            Assert.That(hit.Seed(seed).Deliver().Single().Json()["tag"]!.GetValueKind(), Is.Not.EqualTo(JsonValueKind.Number));
    }

    private sealed record Tagged(string Tag);
}
