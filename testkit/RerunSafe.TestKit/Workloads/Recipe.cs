using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Everything that a workload is made from. Immutable.</summary>
internal sealed record Recipe<T>(IRecordSource<T> Records, int Count)
{
    public long Seed { get; init; } = 1;

    public string Stream { get; init; } = "records";

    public DateTimeOffset StartsAt { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    public Selector<T>? Key { get; init; }

    public EventTime<T>? EventTime { get; init; }

    public ImmutableArray<DuplicateRule<T>> Duplicates { get; init; } = [];

    public int DuplicateDistance { get; init; } = 16;

    public LateRule? Late { get; init; }

    public Fate LateFate { get; init; } = Fate.Sink;

    /// <summary>Which records the pipeline's contract leaves out; null for none.</summary>
    public Func<T, bool>? IsFilteredOut { get; init; }

    public ImmutableArray<MalformedRule> Malformed { get; init; } = [];

    public required JsonSerializerOptions Json { get; init; }

    public Draw Draw(string purpose) => Workloads.Draw.For(Seed, Stream, purpose);

    public string Describe()
    {
        var parts = new List<string> { $"{Count} × {TypeName.Of(typeof(T))} ({Records.Describe()})", $"seed {Seed}", $"stream '{Stream}'" };
        if (Key is not null)
            parts.Add($"key {Key.Text}");
        if (EventTime is not null)
            parts.Add($"event time {EventTime.Text}");
        if (EventTime is null || Records.Available is null)
            parts.Add($"one per {Interval:c} from {StartsAt:O}");
        parts.AddRange(Duplicates.Select(d => $"duplicates {Percent(d.Fraction)} ({string.Join(", ", d.Faults.Select(f => f.Name))}) within {DuplicateDistance}"));
        if (Late is { } late)
            parts.Add($"late {Percent(late.Fraction)} by more than {late.Past:c} ({(LateFate == Fate.LateDropped ? "dropped" : "kept")})");
        if (IsFilteredOut is not null)
            parts.Add("some filtered out");
        parts.AddRange(Malformed.Select(m => $"malformed {Percent(m.Fraction)} ({string.Join(", ", m.Faults.Select(f => f.Name))})"));
        parts.Add($"RerunSafe.TestKit {typeof(Workload).Assembly.GetName().Version}");
        return string.Join("; ", parts);
    }

    private static string Percent(double fraction) => (fraction * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}

/// <summary>A share of the records that get a duplicate, of one of these kinds.</summary>
internal sealed record DuplicateRule<T>(double Fraction, ImmutableArray<DuplicateFault<T>> Faults);

/// <summary>A share of the records that arrive late.</summary>
internal sealed record LateRule(double Fraction, TimeSpan Past);

/// <summary>A share of the records that are damaged, in one of these ways.</summary>
internal sealed record MalformedRule(double Fraction, ImmutableArray<MalformedFault> Faults);
