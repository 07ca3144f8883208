using System.Text;
using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>A place in the stream that a delivery will take.</summary>
internal readonly record struct Slot(int Group, long Position, bool IsCopy, bool IsClean, PlannedFault Fault);

/// <summary>Turns the plan for a record into its deliveries. One per enumeration: not for several threads.</summary>
internal sealed class DeliveryPress<T>
{
    /// <summary>How many keys are compared, so that the check takes constant memory.</summary>
    private const int KeysToCheck = 100_000;

    private readonly Recipe<T> _recipe;
    private readonly ITimeline _timeline;
    private readonly IRecordReader<T> _reader;
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<FieldPath>> _keyFields;
    private readonly Lazy<IReadOnlyList<FieldPath>> _requiredFields;
    private readonly Lazy<IReadOnlyList<FieldPath>> _keptFields;
    private readonly Lazy<bool> _keyMayHoldEventTime;

    public DeliveryPress(Recipe<T> recipe, ITimeline timeline)
    {
        _recipe = recipe;
        _timeline = timeline;
        _reader = recipe.Records.Open(recipe.Seed, recipe.Stream, recipe.StartsAt, recipe.Json);
        _keyFields = new(() => recipe.Key?.Fields(recipe.Json) ?? []);
        _requiredFields = new(() => [.. _keyFields.Value.Union(recipe.Records.RequiredFields(recipe.Json))]);
        _keptFields = new(() => [.. _keyFields.Value, .. recipe.EventTime?.Fields(recipe.Json) ?? []]);
        _keyMayHoldEventTime = new(() => recipe.Key is not null && (_keyFields.Value.Count == 0 || _keyFields.Value.Intersect(recipe.EventTime!.Fields(recipe.Json)).Any()));
    }

    /// <summary>The deliveries of a record; for the clean input only what must be in the sink, each on the place where it is undamaged.</summary>
    public IEnumerable<Slot> Slots(int group, PlannedFault fault, bool clean, bool repaired)
    {
        var onTime = Places.Original(group);
        switch (fault.Kind)
        {
            case FaultKind.Duplicate:
                var duplicate = _recipe.Duplicates[fault.Rule].Faults[fault.Choice];
                if (!clean || duplicate.OriginalFate == Fate.Sink)
                    yield return new(group, onTime, false, clean, fault);
                if (!clean || duplicate.CopyFate == Fate.Sink)
                    yield return new(group, fault.Landing, true, clean, fault);
                break;
            case FaultKind.Late when !clean:
                yield return new(group, fault.Landing, false, false, fault);
                break;
            case FaultKind.Late when _recipe.LateFate == Fate.Sink:
                yield return new(group, onTime, false, true, default);
                break;
            case FaultKind.Malformed when repaired:
                yield return new(group, onTime, false, clean, default);
                break;
            case FaultKind.Malformed when !clean:
                yield return new(group, onTime, false, false, fault);
                break;
            case FaultKind.None:
                yield return new(group, onTime, false, clean, fault);
                break;
        }
    }

    public LabelledDelivery Make(Slot slot)
    {
        var (value, payload) = _reader.Read(slot.Group);
        if (_timeline.EventTimeToWrite(slot.Group) is { } happened)
        {
            payload = _recipe.EventTime!.Write(payload, happened, slot.Group, _recipe.Json);
            if (_keyMayHoldEventTime.Value)
                value = Reread(payload, slot.Group);
        }

        var truth = new GroundTruth(Fate.Sink, slot.Group, Key(value, slot));
        switch (slot.Fault.Kind)
        {
            case FaultKind.Duplicate:
                var duplicate = _recipe.Duplicates[slot.Fault.Rule].Faults[slot.Fault.Choice];
                if (slot.IsCopy)
                {
                    payload = duplicate.Copy(new(payload, slot.Group, _recipe.Draw($"duplicates/{slot.Fault.Rule}/{duplicate.Name}"), _recipe.Json, _keptFields.Value));
                    truth = truth with { Fate = duplicate.CopyFate, Fault = slot.IsClean ? null : duplicate.Name, CopyOf = slot.IsClean ? null : Places.Original(slot.Group) };
                }
                else
                {
                    truth = truth with { Fate = duplicate.OriginalFate };
                }

                break;
            case FaultKind.Late:
                truth = truth with { Fate = _recipe.LateFate, Fault = "late" };
                break;
            case FaultKind.Malformed:
                var malformed = _recipe.Malformed[slot.Fault.Rule].Faults[slot.Fault.Choice];
                var damaged = malformed.Damage(new(payload, slot.Group, _recipe.Draw($"malformed/{slot.Fault.Rule}/{malformed.Name}"), _recipe.Json, _keyFields.Value, _requiredFields.Value));
                payload = damaged.Payload;
                truth = truth with { Fate = Fate.DeadLetter, Fault = malformed.Name, BusinessKey = damaged.KeyIsReadable ? truth.BusinessKey : null };
                break;
        }

        if (truth.Fate != Fate.DeadLetter && _recipe.IsFilteredOut?.Invoke(value) == true)
            truth = truth with { Fate = Fate.Filtered };
        return new LabelledDelivery(new Delivery(_recipe.Stream, slot.Position, payload, _timeline.ArrivedAt(slot.Position)), truth);
    }

    /// <summary>The record as its bytes say it, now that its event time has been written.</summary>
    private T Reread(byte[] payload, int group)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, _recipe.Json)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new WorkloadException(
                $"The business key {_recipe.Key!.Text} may hold the event time, which is written into record {group}'s JSON, but {TypeName.Of(typeof(T))} cannot be read back from it: {e.Message} "
                + "Select plain fields as the key (o => o.Id), or make the type deserializable.",
                group, e);
        }
    }

    private string? Key(T value, Slot slot)
    {
        if (_recipe.Key is not { } selector)
            return null;
        var key = selector.KeyText(value, slot.Group)
            ?? throw new WorkloadException(
                $"The business key {selector.Text} of record {slot.Group} in stream '{_recipe.Stream}' is null. A key must be there in every record: give the field a value, or select another.",
                slot.Group);
        if (_keys.TryGetValue(key, out var other) && other != slot.Group)
        {
            throw new WorkloadException(
                $"The records {Math.Min(other, slot.Group)} and {Math.Max(other, slot.Group)} in stream '{_recipe.Stream}' have the same business key '{Shortened(key)}' by {selector.Text}, so the labels would be wrong. "
                + "Make it unique (f.IndexFaker, f.Random.Guid()), give records without repetitions (DistinctBy), and let WithDuplicates make the duplicates.",
                slot.Group);
        }

        if (_keys.Count < KeysToCheck)
            _keys[key] = slot.Group;
        return key;
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : new StringBuilder(text, 0, 80, 81).Append('…').ToString();
}
