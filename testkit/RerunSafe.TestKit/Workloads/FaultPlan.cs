using System.Collections.Immutable;

namespace RerunSafe.TestKit.Workloads;

/// <summary>The fault of one record. A record has at most one.</summary>
/// <param name="Kind">What kind of fault.</param>
/// <param name="Rule">Which WithDuplicates or WithMalformed call.</param>
/// <param name="Choice">Which of the call's faults.</param>
/// <param name="Landing">Where the copy or the late record arrives.</param>
internal readonly record struct PlannedFault(FaultKind Kind, int Rule = 0, int Choice = 0, long Landing = 0);

internal enum FaultKind
{
    None,
    Duplicate,
    Late,
    Malformed,
}

/// <summary>
/// Says of each record which fault it has, from its index alone. Where several would hit the same record the order is
/// duplicate, late, malformed, earlier calls first; so a fault that is added later takes only records that had none.
/// </summary>
internal sealed class FaultPlan<T>
{
    private readonly Recipe<T> _recipe;
    private readonly ITimeline _timeline;
    private readonly Func<int, bool> _isKept;
    private readonly ImmutableArray<(Draw Hit, Draw Kind)> _duplicates;
    private readonly ImmutableArray<(Draw Hit, Draw Kind)> _malformed;
    private readonly Draw _late;
    private readonly Lazy<Dictionary<int, long>> _lateLandings;

    public FaultPlan(Recipe<T> recipe, ITimeline timeline, Func<int, bool> isKept)
    {
        _recipe = recipe;
        _timeline = timeline;
        _isKept = isKept;
        _duplicates = [.. recipe.Duplicates.Select((_, i) => (recipe.Draw($"duplicates/{i}"), recipe.Draw($"duplicates/{i}/kind")))];
        _malformed = [.. recipe.Malformed.Select((_, i) => (recipe.Draw($"malformed/{i}"), recipe.Draw($"malformed/{i}/kind")))];
        _late = recipe.Draw("late");
        _lateLandings = new(LandingsOfGivenRecords);
    }

    public PlannedFault Of(int record)
    {
        var hit = Hit(record);
        if (hit.Kind == FaultKind.Duplicate)
            return hit with { Landing = Places.Copy(record, _recipe.DuplicateDistance, _duplicates[hit.Rule].Kind) };
        if (hit.Kind != FaultKind.Late)
            return hit;
        return LateLanding(record) is { } landing && HasCarrier(record, landing / Places.Block) ? hit with { Landing = landing } : MalformedHit(record);
    }

    private PlannedFault Hit(int record)
    {
        for (var i = 0; i < _duplicates.Length; i++)
        {
            if (_duplicates[i].Hit.Unit(record) < _recipe.Duplicates[i].Fraction)
                return new(FaultKind.Duplicate, i, _duplicates[i].Kind.Below(_recipe.Duplicates[i].Faults.Length, record));
        }

        if (_recipe.Late is { } late && _late.Unit(record) < late.Fraction)
            return new(FaultKind.Late);
        return MalformedHit(record);
    }

    private PlannedFault MalformedHit(int record)
    {
        for (var i = 0; i < _malformed.Length; i++)
        {
            if (_malformed[i].Hit.Unit(record) < _recipe.Malformed[i].Fraction)
                return new(FaultKind.Malformed, i, _malformed[i].Kind.Below(_recipe.Malformed[i].Faults.Length, record));
        }

        return default;
    }

    private long? LateLanding(int record)
    {
        if (_timeline is GivenTimeline)
            return _lateLandings.Value.TryGetValue(record, out var given) ? given : null;
        var place = _late.Below(Places.LatePlaces, record, 1);
        var block = _timeline.FirstLateBlock(record) + place;
        return block < _recipe.Count ? Places.Late(block.Value, place) : null;
    }

    /// <summary>Event times are irregular here, so that many late records may share a block: the first free place is taken, over all records and not only the kept ones.</summary>
    private Dictionary<int, long> LandingsOfGivenRecords()
    {
        var landings = new Dictionary<int, long>();
        var taken = new HashSet<long>();
        for (var record = 0; record < _recipe.Count; record++)
        {
            if (Hit(record).Kind != FaultKind.Late || _timeline.FirstLateBlock(record) is not { } block)
                continue;
            for (var place = 0; block < _recipe.Count; place++)
            {
                if (place == Places.LatePlaces)
                    (block, place) = (block + 1, 0);
                if (block >= _recipe.Count || !taken.Add(Places.Late(block, place)))
                    continue;
                landings[record] = Places.Late(block, place);
                break;
            }
        }

        return landings;
    }

    /// <summary>A record is late only after another that arrives on its own place, and is kept, has moved the mark past it.</summary>
    private bool HasCarrier(int record, long block)
    {
        for (var other = (int)Math.Min(block, _recipe.Count - 1); other > record; other--)
        {
            if (_isKept(other) && _timeline.MovesMarkPast(record, other) && Hit(other).Kind is FaultKind.None or FaultKind.Duplicate)
                return true;
            if (_timeline is SteadyTimeline && !_timeline.MovesMarkPast(record, other))
                return false;
        }

        return false;
    }
}
