namespace RerunSafe.TestKit.Workloads;

/// <summary>A way for a record of type <typeparamref name="T"/> to come a second time. Made by <see cref="Duplicates"/>.</summary>
/// <typeparam name="T">The type of the records.</typeparam>
public sealed class DuplicateFault<T>
{
    internal DuplicateFault(string name, Fate originalFate, Fate copyFate, Func<CopyRequest<T>, byte[]> copy)
    {
        Name = name;
        OriginalFate = originalFate;
        CopyFate = copyFate;
        Copy = copy;
    }

    /// <summary>The fault in words, as in <see cref="GroundTruth.Fault"/>.</summary>
    public string Name { get; }

    internal Fate OriginalFate { get; }

    internal Fate CopyFate { get; }

    internal Func<CopyRequest<T>, byte[]> Copy { get; }

    /// <summary>The business key that the fault keeps, or null when it keeps the whole record.</summary>
    internal Selector<T>? Key { get; init; }

    /// <summary>The selectors that must name one field of the JSON each.</summary>
    internal IReadOnlyList<Selector<T>> MustBeFields { get; init; } = [];

    /// <summary>An exact duplicate fits every type of record.</summary>
    /// <param name="exact"><see cref="Duplicates.Exact"/>.</param>
    public static implicit operator DuplicateFault<T>(ExactDuplicate exact)
    {
        ArgumentNullException.ThrowIfNull(exact);
        return new("exact duplicate", Fate.Sink, Fate.DeclaredDuplicate, request => request.Payload);
    }
}
