using System.Text;
using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.DeadLetters;

public class ConservationTests
{
    private static readonly LabelledDelivery Good = Delivery(0, "{\"id\":1}", Fate.Sink);
    private static readonly LabelledDelivery Malformed = Delivery(100, "{\"id\":", Fate.DeadLetter);
    private static readonly LabelledDelivery SameBytes = Delivery(200, "{\"id\":", Fate.DeadLetter);
    private static readonly LabelledDelivery NotUtf8 = new(new("s", 300, new byte[] { 0x22, 0xFF, 0x22 }, default), new(Fate.DeadLetter, 3));

    [Test]
    public void Each_malformed_delivery_once_is_conservation() =>
        Assert.That(Verdicts([Letter(Malformed), Letter(NotUtf8)], Good, Malformed, NotUtf8), Is.Empty);

    [Test]
    public void Text_and_Base64_hold_the_exact_bytes() =>
        Assert.That(Verdicts([Letter(Malformed, "{\"id\":"), Letter(NotUtf8, Convert.ToBase64String([0x22, 0xFF, 0x22]))], Malformed, NotUtf8), Is.Empty);

    [Test]
    public void A_missing_letter_is_told() => Assert.That(Verdicts([], Good, Malformed), Is.EqualTo(new[] { Verdict.NotDeadLettered }));

    [Test]
    public void A_missing_letter_may_be_gone_after_a_replay() =>
        Assert.That(ConservationOracle.Check([], [Good, Malformed], mustBeThere: false), Is.Empty);

    [Test]
    public void A_second_letter_is_told() => Assert.That(Verdicts([Letter(Malformed), Letter(Malformed)], Good, Malformed), Is.EqualTo(new[] { Verdict.DeadLetteredTwice }));

    [Test]
    public void Two_deliveries_of_the_same_bytes_have_a_letter_each()
    {
        Assert.That(Verdicts([Letter(Malformed, position: null), Letter(SameBytes, position: null)], Malformed, SameBytes), Is.Empty);
        Assert.That(Verdicts([Letter(Malformed), Letter(Malformed)], Malformed, SameBytes), Is.EqualTo(new[] { Verdict.NotDeadLettered, Verdict.DeadLetteredTwice }));
    }

    [Test]
    public void A_good_record_in_the_dead_letters_is_told() => Assert.That(Verdicts([Letter(Good)], Good), Is.EqualTo(new[] { Verdict.WronglyDeadLettered }));

    [Test]
    public void A_decoded_copy_of_bytes_that_are_not_UTF8_is_altered() =>
        Assert.That(Verdicts([Letter(NotUtf8, Encoding.UTF8.GetString([0x22, 0xFF, 0x22]), position: null)], NotUtf8), Is.EqualTo(new[] { Verdict.DeadLetterAltered }));

    [Test]
    public void A_shortened_payload_is_altered_by_its_position() =>
        Assert.That(Verdicts([Letter(Malformed, "{\"i")], Malformed), Is.EqualTo(new[] { Verdict.DeadLetterAltered }));

    [Test]
    public void A_letter_of_no_delivery_is_altered() =>
        Assert.That(Verdicts([Letter(Malformed), Letter(Good, "nothing like it", position: null)], Good, Malformed), Is.EqualTo(new[] { Verdict.DeadLetterAltered }));

    [Test]
    public void A_letter_without_a_payload_is_altered() =>
        Assert.That(Verdicts([Letter(Malformed) with { Payload = null }], Malformed), Is.EqualTo(new[] { Verdict.DeadLetterAltered }));

    [Test]
    public void A_letter_without_a_reason_is_told_when_a_column_is_declared_for_it()
    {
        Assert.That(Verdicts([Letter(Malformed) with { Reason = "" }], Malformed), Is.EqualTo(new[] { Verdict.DeadLetterAltered }));
        Assert.That(Verdicts([Letter(Malformed) with { Reason = null }], Malformed), Is.Empty);
    }

    private static IEnumerable<Verdict> Verdicts(DeadLetterRow[] letters, params LabelledDelivery[] deliveries) =>
        ConservationOracle.Check(letters, deliveries).Select(f => f.Verdict);

    private static DeadLetterRow Letter(LabelledDelivery delivery, object? payload = null, long? position = -1) =>
        new(payload ?? delivery.Delivery.Payload.ToArray(), "broken", position == -1 ? delivery.Delivery.Position : position, new Row(["payload"], ["…"]));

    private static LabelledDelivery Delivery(long position, string payload, Fate fate) =>
        new(new("s", position, Encoding.UTF8.GetBytes(payload), default), new(fate, (int)position / 100));
}
