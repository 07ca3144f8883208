using System.Linq.Expressions;

namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// The ways for a record to come twice, for <see cref="Workload{T}.WithDuplicates"/>. Write the record's type in the
/// first lambda of each, the compiler infers the rest: <c>Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt)</c>.
/// Selectors must name one field each: <c>o => o.Id</c>, or <c>f => f.GetProperty("id").GetString()</c> on raw JSON.
/// </summary>
public static class Duplicates
{
    /// <summary>The same bytes again: the copy is a <see cref="Fate.DeclaredDuplicate"/>.</summary>
    public static ExactDuplicate Exact { get; } = new();

    /// <summary>
    /// A later version of the same business key arrives after the original, with a later version value and one other
    /// field changed so that the survivor is visible: the original is <see cref="Fate.Superseded"/>.
    /// The field is picked among the record's numbers, else booleans, else texts; a record with none of these changes its version only.
    /// </summary>
    /// <param name="key">The business key, kept.</param>
    /// <param name="version">A number or a time; later means greater.</param>
    /// <exception cref="ArgumentException">The version cannot be compared, or is neither a number nor a time.</exception>
    public static DuplicateFault<T> NewerVersion<T, TKey, TVersion>(Expression<Func<T, TKey>> key, Expression<Func<T, TVersion>> version) =>
        Version("newer version", key, version, null, newer: true);

    /// <inheritdoc cref="NewerVersion{T, TKey, TVersion}"/>
    /// <param name="key">The business key, kept.</param>
    /// <param name="version">A number or a time; later means greater.</param>
    /// <param name="changing">The other field that changes: a number, a text or a boolean.</param>
    public static DuplicateFault<T> NewerVersion<T, TKey, TVersion, TField>(
        Expression<Func<T, TKey>> key, Expression<Func<T, TVersion>> version, Expression<Func<T, TField>> changing) =>
        Version("newer version", key, version, Selector<T>.Of(changing, nameof(changing)), newer: true);

    /// <summary>
    /// An earlier version of the same business key arrives after the original (out of order): the copy is
    /// <see cref="Fate.Superseded"/>, and a sink that lets the last arrival win is wrong.
    /// </summary>
    /// <param name="key">The business key, kept.</param>
    /// <param name="version">A number or a time; later means greater.</param>
    /// <exception cref="ArgumentException">The version cannot be compared, or is neither a number nor a time.</exception>
    public static DuplicateFault<T> OlderVersion<T, TKey, TVersion>(Expression<Func<T, TKey>> key, Expression<Func<T, TVersion>> version) =>
        Version("older version", key, version, null, newer: false);

    /// <summary>
    /// The same record with a later ingestion time and no other change: a <see cref="Fate.DeclaredDuplicate"/> that a
    /// comparison of whole rows misses.
    /// </summary>
    /// <param name="key">The business key, kept.</param>
    /// <param name="ingestedAt">The ingestion time (a number or a time).</param>
    /// <exception cref="ArgumentException">The ingestion time is neither a number nor a time.</exception>
    public static DuplicateFault<T> Reingested<T, TKey, TTime>(Expression<Func<T, TKey>> key, Expression<Func<T, TTime>> ingestedAt)
    {
        VersionStep.Require<TTime>(ingestedAt, nameof(ingestedAt));
        var field = Selector<T>.Of(ingestedAt, nameof(ingestedAt));
        return new DuplicateFault<T>("same key, other ingestion time", Fate.Sink, Fate.DeclaredDuplicate, request => Versions.Shift<T, TTime>(request, field, +1, null, changeAnother: false))
        {
            Key = Selector<T>.Of(key, nameof(key)),
            MustBeFields = [field],
        };
    }

    /// <summary>
    /// The same record with one text written a little differently (case, white space, two letters swapped): a
    /// <see cref="Fate.DeclaredDuplicate"/> that only fuzzy matching finds once the business key is left out of the comparison.
    /// </summary>
    /// <param name="text">The text to vary; it must not be null in a record that is duplicated.</param>
    public static DuplicateFault<T> Near<T>(Expression<Func<T, string?>> text)
    {
        var field = Selector<T>.Of(text, nameof(text));
        return new DuplicateFault<T>("near duplicate", Fate.Sink, Fate.DeclaredDuplicate, request => NearText.Vary(request, field))
        {
            MustBeFields = [field],
        };
    }

    private static DuplicateFault<T> Version<T, TKey, TVersion>(
        string name, Expression<Func<T, TKey>> key, Expression<Func<T, TVersion>> version, Selector<T>? changing, bool newer)
    {
        VersionStep.Require<TVersion>(version, nameof(version));
        var field = Selector<T>.Of(version, nameof(version));
        return new DuplicateFault<T>(
            name,
            newer ? Fate.Superseded : Fate.Sink,
            newer ? Fate.Sink : Fate.Superseded,
            request => Versions.Shift<T, TVersion>(request, field, newer ? +1 : -1, changing, changeAnother: true))
        {
            Key = Selector<T>.Of(key, nameof(key)),
            MustBeFields = changing is null ? [field] : [field, changing],
        };
    }
}
