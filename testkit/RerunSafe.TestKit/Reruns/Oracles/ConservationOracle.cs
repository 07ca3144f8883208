using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>
/// Every malformed delivery must be in the dead letters exactly once with its exact bytes, and nothing else may be there. That the others
/// are in the sink is for the truth and convergence oracles.
/// </summary>
internal static class ConservationOracle
{
    /// <summary>Compares the dead letters with the labels.</summary>
    /// <param name="letters">The dead letters.</param>
    /// <param name="deliveries">All deliveries of the input.</param>
    /// <param name="mustBeThere">False after a replay, when a pipeline may have cleared the letters that it has replayed.</param>
    public static IEnumerable<Finding> Check(IReadOnlyList<DeadLetterRow> letters, IReadOnlyCollection<LabelledDelivery> deliveries, bool mustBeThere = true)
    {
        var ledger = new Ledger(deliveries);
        var strangers = new List<DeadLetterRow>();
        var altered = new List<(DeadLetterRow Row, LabelledDelivery Delivery)>();
        foreach (var letter in letters)
        {
            if (ledger.Take(letter))
                continue;
            if (ledger.Resembling(letter) is { } resembling)
                altered.Add((letter, resembling));
            else
                strangers.Add(letter);
        }

        var malformed = ledger.Counts.Where(c => c.Delivery.Truth.Fate == Fate.DeadLetter).ToList();
        var accountedFor = altered.Select(a => a.Delivery).ToHashSet();
        if (mustBeThere && malformed.Where(c => c.Letters == 0 && !accountedFor.Contains(c.Delivery)).Select(c => c.Delivery).ToList() is { Count: > 0 } lost)
            yield return Finding(Verdict.NotDeadLettered, lost, lost.Count == 1 ? "A malformed delivery is not in the dead letters" : $"{lost.Count} malformed deliveries are not in the dead letters");
        if (malformed.Where(c => c.Letters > 1).ToList() is { Count: > 0 } twice)
            yield return Finding(Verdict.DeadLetteredTwice, [.. twice.Select(c => c.Delivery)], $"{Texts.Count(twice.Count, "malformed delivery is", "malformed deliveries are")} in the dead letters more than once (the first one {twice[0].Letters} times)");
        if (ledger.Counts.Where(c => c.Letters > 0 && c.Delivery.Truth.Fate != Fate.DeadLetter).Select(c => c.Delivery).ToList() is { Count: > 0 } good)
            yield return Finding(Verdict.WronglyDeadLettered, good, $"{Texts.Count(good.Count, "good record is", "good records are")} in the dead letters");
        if (altered.Count > 0)
            yield return Finding(Verdict.DeadLetterAltered, [.. altered.Select(a => a.Delivery)], $"{Texts.Count(altered.Count, "dead letter does", "dead letters do")} not hold the exact bytes of the delivery, so it cannot be replayed; keep the payload as bytes (BLOB) or Base64. Stored: {altered[0].Row.Row}");
        if (strangers.Count > 0)
            yield return Finding(Verdict.DeadLetterAltered, [], $"{Texts.Count(strangers.Count, "dead letter holds", "dead letters hold")} the bytes of no delivery: {strangers[0].Row}");
        if (letters.Where(l => l.Reason is "").ToList() is { Count: > 0 } silent)
            yield return Finding(Verdict.DeadLetterAltered, [], $"{Texts.Count(silent.Count, "dead letter has", "dead letters have")} no reason: {silent[0].Row}");
    }

    /// <summary>The deliveries that dead letters stand for.</summary>
    public static IEnumerable<LabelledDelivery> Matched(IReadOnlyList<DeadLetterRow> letters, IReadOnlyCollection<LabelledDelivery> deliveries)
    {
        var ledger = new Ledger(deliveries);
        foreach (var letter in letters)
            ledger.Take(letter);
        return [.. ledger.Counts.Where(c => c.Letters > 0).Select(c => c.Delivery)];
    }

    private static Finding Finding(Verdict verdict, IReadOnlyList<LabelledDelivery> deliveries, string message) =>
        new(Oracle.Conservation, verdict, message) { Deliveries = deliveries, Rule = LikelyRule.OfLetters(verdict) };

    /// <summary>Lays each dead letter to a delivery with the same bytes.</summary>
    private sealed class Ledger
    {
        private readonly Dictionary<string, List<Count>> _byBytes = new(StringComparer.Ordinal);
        private readonly List<Count> _counts = [];

        public Ledger(IReadOnlyCollection<LabelledDelivery> deliveries)
        {
            foreach (var delivery in deliveries)
            {
                var count = new Count(delivery);
                _counts.Add(count);
                var bytes = Key(delivery.Delivery.Payload.Span);
                if (!_byBytes.TryGetValue(bytes, out var same))
                    _byBytes[bytes] = same = [];
                same.Add(count);
            }
        }

        public IReadOnlyList<Count> Counts => _counts;

        public bool Take(DeadLetterRow letter)
        {
            foreach (var bytes in Evidence.Readings(letter.Payload))
            {
                if (!_byBytes.TryGetValue(Key(bytes), out var same))
                    continue;
                // Of deliveries with the same bytes the position decides; without one, those that must be here, least served first.
                var match = letter.Position is { } position ? same.FirstOrDefault(c => c.Delivery.Delivery.Position == position) : null;
                match ??= same.OrderByDescending(c => c.Delivery.Truth.Fate == Fate.DeadLetter).ThenBy(c => c.Letters).First();
                match.Letters++;
                return true;
            }

            return false;
        }

        public LabelledDelivery? Resembling(DeadLetterRow letter) =>
            _counts.FirstOrDefault(c => letter.Position is { } position && c.Delivery.Delivery.Position == position)?.Delivery
            ?? _counts.FirstOrDefault(c => Evidence.IsDecodedCopy(letter.Payload, c.Delivery.Delivery))?.Delivery;

        private static string Key(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);
    }

    private sealed class Count(LabelledDelivery delivery)
    {
        public LabelledDelivery Delivery { get; } = delivery;

        public int Letters { get; set; }
    }
}
