namespace RerunSafe.TestKit.Workloads;

/// <summary>A workload, or a part of it: some groups, or the clean input, or both.</summary>
internal sealed class WorkloadView<T> : IWorkload
{
    private readonly Recipe<T> _recipe;
    private readonly IReadOnlyList<int>? _groups;
    private readonly HashSet<int>? _kept;
    private readonly bool _clean;
    private readonly bool _repaired;
    private readonly Lazy<int> _groupCount;

    public WorkloadView(Recipe<T> recipe, IReadOnlyList<int>? groups = null, bool clean = false, bool repaired = false)
    {
        _recipe = recipe;
        _groups = groups;
        _kept = groups is null ? null : [.. groups];
        _clean = clean;
        _repaired = repaired;
        _groupCount = new(() => clean ? CountCleanGroups() : groups?.Count ?? recipe.Count);
    }

    public string Source => _recipe.Stream;

    public int GroupCount => _groupCount.Value;

    public IWorkload Only(IReadOnlySet<int> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (var group in groups)
        {
            if (group < 0 || group >= _recipe.Count)
                throw new ArgumentOutOfRangeException(nameof(groups), group, $"There is no group {group}: the workload has the groups 0 to {_recipe.Count - 1}.");
        }

        return new WorkloadView<T>(_recipe, [.. groups.Where(g => _kept is null || _kept.Contains(g)).Order()], _clean, _repaired);
    }

    public IWorkload Clean() => new WorkloadView<T>(_recipe, _groups, clean: true, _repaired);

    public IWorkload Repaired() => new WorkloadView<T>(_recipe, _groups, _clean, repaired: true);

    public string Describe() =>
        _recipe.Describe()
        + (_groups is null ? "" : $"; only the groups {string.Join(", ", _groups)}")
        + (_repaired ? "; repaired" : "")
        + (_clean ? "; clean" : "");

    public IEnumerable<LabelledDelivery> Deliver()
    {
        Validation.Check(_recipe);
        return _clean && _recipe.IsFilteredOut is not null ? Run().Where(d => d.Truth.Fate != Fate.Filtered) : Run();
    }

    private IEnumerable<LabelledDelivery> Run()
    {
        var timeline = Timeline();
        var plan = Plan(timeline);
        var press = new DeliveryPress<T>(_recipe, timeline);
        var waiting = new PriorityQueue<Slot, long>();
        foreach (var group in Groups())
        {
            while (waiting.TryPeek(out var next, out var position) && position < Places.Original(group))
            {
                waiting.Dequeue();
                yield return press.Make(next);
            }

            foreach (var slot in press.Slots(group, plan.Of(group), _clean, _repaired))
                waiting.Enqueue(slot, slot.Position);
        }

        while (waiting.TryDequeue(out var last, out _))
            yield return press.Make(last);
    }

    private int CountCleanGroups()
    {
        if (_recipe.IsFilteredOut is not null)
            return Deliver().Select(d => d.Truth.Group).Distinct().Count();
        var timeline = Timeline();
        var plan = Plan(timeline);
        var press = new DeliveryPress<T>(_recipe, timeline);
        return Groups().Count(group => press.Slots(group, plan.Of(group), clean: true, _repaired).Any());
    }

    private IEnumerable<int> Groups() => _groups ?? Enumerable.Range(0, _recipe.Count);

    private FaultPlan<T> Plan(ITimeline timeline) => new(_recipe, timeline, group => _kept is null || _kept.Contains(group));

    private ITimeline Timeline()
    {
        var past = _recipe.Late?.Past;
        if (_recipe.EventTime is not { } eventTime || _recipe.Records.Available is null)
            return new SteadyTimeline(_recipe.StartsAt, _recipe.Interval, past ?? TimeSpan.Zero, _recipe.EventTime is not null, _recipe.Draw("event time"));
        var reader = _recipe.Records.Open(_recipe.Seed, _recipe.Stream, _recipe.StartsAt, _recipe.Json);
        var ticks = new long[_recipe.Count];
        for (var i = 0; i < ticks.Length; i++)
            ticks[i] = eventTime.Read(reader.Read(i).Value, i).UtcTicks;
        var timeline = new GivenTimeline(ticks, past, eventTime.Text);
        if (_recipe.Late is { Fraction: > 0 } late && ticks.Length > 0 && !Enumerable.Range(0, ticks.Length).Any(i => timeline.FirstLateBlock(i) is not null))
            throw new WorkloadException($"No record can be late: by {eventTime.Text} no two of the {ticks.Length} records are more than {late.Past:c} apart. Give more records, or lower past.");
        return timeline;
    }
}
