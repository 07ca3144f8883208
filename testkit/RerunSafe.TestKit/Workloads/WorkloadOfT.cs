using System.Linq.Expressions;
using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// Records with labelled faults. Immutable: every method gives a new workload and leaves this one as it is.
/// The same recipe gives the same deliveries on every machine with the same versions of the kit and of Bogus.
/// A record has at most one fault (duplicate before late before malformed, earlier calls first), so a fraction is a
/// share of the records that no earlier fault has taken. Generated records are made one at a time while they are delivered.
/// </summary>
/// <typeparam name="T">The type of the records.</typeparam>
public sealed class Workload<T> : IWorkload
{
    private readonly Recipe<T> _recipe;
    private readonly WorkloadView<T> _whole;

    internal Workload(Recipe<T> recipe)
    {
        _recipe = recipe;
        _whole = new WorkloadView<T>(recipe);
    }

    /// <inheritdoc/>
    public string Source => _recipe.Stream;

    /// <inheritdoc/>
    public int GroupCount => _whole.GroupCount;

    /// <summary>How many original records there are; duplicates come on top.</summary>
    /// <param name="records">0 or more; of given records at most as many as there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than were given.</exception>
    public Workload<T> Count(int records)
    {
        if (records < 0)
            throw new ArgumentOutOfRangeException(nameof(records), records, "Count must be 0 or more.");
        if (records > _recipe.Records.Available)
            throw new ArgumentOutOfRangeException(nameof(records), records, $"Count must be at most {_recipe.Records.Available}: that many records were given.");
        return With(_recipe with { Count = records });
    }

    /// <summary>The seed of everything random. Another seed makes other records and hits other ones with faults.</summary>
    /// <param name="seed">Any number.</param>
    public Workload<T> Seed(long seed) => With(_recipe with { Seed = seed });

    /// <summary>The name of the stream, file or topic. Streams of one seed and different names have nothing in common.</summary>
    /// <param name="source">The name; by default that of the record's type.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Workload<T> Named(string source)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        return With(_recipe with { Stream = source });
    }

    /// <summary>When the first record arrives, by the source's clock. Given records with an event time keep their own time.</summary>
    /// <param name="start">By default 2026-01-01T00:00Z.</param>
    public Workload<T> StartingAt(DateTimeOffset start) => With(_recipe with { StartsAt = start.ToUniversalTime() });

    /// <summary>The time between one record's arrival and the next. Given records with an event time keep their own times.</summary>
    /// <param name="interval">More than zero, by default one minute.</param>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public Workload<T> Every(TimeSpan interval) => interval > TimeSpan.Zero
        ? With(_recipe with { Interval = interval })
        : throw new ArgumentOutOfRangeException(nameof(interval), interval, "Every must be more than zero.");

    /// <summary>The business key: unique among the original records (checked for the first 100,000) and never null.</summary>
    /// <param name="key">A field, <c>o => o.Id</c>, or several, <c>o => new { o.Shop, o.Number }</c>, whose texts are joined with '|'.</param>
    public Workload<T> KeyedBy<TKey>(Expression<Func<T, TKey>> key) => With(_recipe with { Key = Selector<T>.Of(key, nameof(key)) });

    /// <summary>The wire format: System.Text.Json with these options. The default is <see cref="JsonSerializerOptions.Web"/> (camelCase).</summary>
    /// <param name="options">The options; a copy is taken.</param>
    public Workload<T> AsJson(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return With(_recipe with { Json = Wire.Freeze(options) });
    }

    /// <summary>
    /// Some records arrive twice. Without <see cref="KeyedBy{TKey}"/> the first fault that names a business key declares it.
    /// May be called again; a record gets one duplicate at most.
    /// </summary>
    /// <param name="fraction">The share of records, 0 to 1.</param>
    /// <param name="kinds">One or more of <see cref="Duplicates"/>, used in equal shares.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">No kind is given.</exception>
    public Workload<T> WithDuplicates(double fraction, params DuplicateFault<T>[] kinds)
    {
        Require(fraction, nameof(fraction));
        Require(kinds, nameof(kinds), "Duplicates.Exact");
        return With(_recipe with
        {
            Duplicates = _recipe.Duplicates.Add(new(fraction, [.. kinds])),
            Key = _recipe.Key ?? kinds.FirstOrDefault(k => k.Key is not null)?.Key,
        });
    }

    /// <summary>How far behind its original a duplicate may arrive: inside or outside a deduplication window. Memory grows with it.</summary>
    /// <param name="records">The greatest distance in records, 1 or more, by default 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public Workload<T> DuplicatesWithin(int records) => records >= 1
        ? With(_recipe with { DuplicateDistance = records })
        : throw new ArgumentOutOfRangeException(nameof(records), records, "A duplicate arrives at least 1 record after its original.");

    /// <summary>
    /// When the event of a record happened. In generated records this field is written, so that events happen shortly
    /// before they arrive and in that order; given records keep theirs, and the source's clock follows the latest of them.
    /// </summary>
    /// <param name="when">The event time.</param>
    public Workload<T> OccurringAt(Expression<Func<T, DateTimeOffset>> when) => With(_recipe with { EventTime = EventTime<T>.Of(when) });

    /// <inheritdoc cref="OccurringAt(Expression{Func{T, DateTimeOffset}})"/>
    /// <remarks>A <see cref="DateTime"/> without a kind is taken for UTC, and written as UTC.</remarks>
    public Workload<T> OccurringAt(Expression<Func<T, DateTime>> when) => With(_recipe with { EventTime = EventTime<T>.Of(when) });

    /// <summary>
    /// Some records arrive late: more than <paramref name="past"/> after their event by the source's clock, and after
    /// another record whose event is that much later, so that a watermark has passed them too. They belong in the sink all the same unless
    /// <see cref="LateIsDropped"/> is said. Records so close to the end that nothing can come before them stay on time.
    /// Declares the event time as <see cref="OccurringAt(Expression{Func{T, DateTimeOffset}})"/> does; a second call replaces the first.
    /// </summary>
    /// <param name="fraction">The share of records, 0 to 1.</param>
    /// <param name="when">The event time.</param>
    /// <param name="past">The allowed lateness that they exceed, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1, or the time is negative.</exception>
    public Workload<T> WithLate(double fraction, Expression<Func<T, DateTimeOffset>> when, TimeSpan past) => OccurringAt(when).WithLate(fraction, past);

    /// <inheritdoc cref="WithLate(double, Expression{Func{T, DateTimeOffset}}, TimeSpan)"/>
    public Workload<T> WithLate(double fraction, Expression<Func<T, DateTime>> when, TimeSpan past) => OccurringAt(when).WithLate(fraction, past);

    /// <summary>The pipeline's contract is to drop late records: their fate is <see cref="Fate.LateDropped"/>.</summary>
    public Workload<T> LateIsDropped() => With(_recipe with { LateFate = Fate.LateDropped });

    /// <summary>The pipeline's contract is to leave these records out: their fate is <see cref="Fate.Filtered"/>, and they must not be in the sink.</summary>
    /// <param name="isFilteredOut">True for a record that belongs in no sink. Copies go by their original.</param>
    public Workload<T> FilteredOut(Func<T, bool> isFilteredOut)
    {
        ArgumentNullException.ThrowIfNull(isFilteredOut);
        return With(_recipe with { IsFilteredOut = isFilteredOut });
    }

    /// <summary>Some records are damaged and must be dead-lettered. May be called again; a record is damaged once at most.</summary>
    /// <param name="fraction">The share of records, 0 to 1.</param>
    /// <param name="kinds">One or more of <see cref="Malformed"/>, used in equal shares.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">No kind is given.</exception>
    public Workload<T> WithMalformed(double fraction, params MalformedFault[] kinds)
    {
        Require(fraction, nameof(fraction));
        Require(kinds, nameof(kinds), "Malformed.Truncated");
        return With(_recipe with { Malformed = _recipe.Malformed.Add(new(fraction, [.. kinds])) });
    }

    /// <inheritdoc/>
    /// <exception cref="WorkloadException">The recipe contradicts itself, or (while enumerating) a record cannot be made; the message names the place and the cure.</exception>
    public IEnumerable<LabelledDelivery> Deliver() => _whole.Deliver();

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public IWorkload Only(IReadOnlySet<int> groups) => _whole.Only(groups);

    /// <inheritdoc/>
    public IWorkload Clean() => _whole.Clean();

    /// <inheritdoc/>
    public IWorkload Repaired() => _whole.Repaired();

    /// <inheritdoc/>
    public string Describe() => _whole.Describe();

    private Workload<T> WithLate(double fraction, TimeSpan past)
    {
        Require(fraction, nameof(fraction));
        if (past < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(past), past, "The allowed lateness must be zero or more.");
        return With(_recipe with { Late = new(fraction, past) });
    }

    private static Workload<T> With(Recipe<T> recipe) => new(recipe);

    private static void Require(double fraction, string name)
    {
        if (!(fraction >= 0 && fraction <= 1))
            throw new ArgumentOutOfRangeException(name, fraction, "A fraction must be between 0 and 1; five per cent is 0.05.");
    }

    private static void Require<TKind>(TKind[] kinds, string name, string example)
    {
        ArgumentNullException.ThrowIfNull(kinds, name);
        if (kinds.Length == 0 || kinds.Any(k => k is null))
            throw new ArgumentException($"Name at least one kind of fault, and none that is null: {example}.", name);
    }
}
