using System.Runtime.InteropServices;
using System.Text.Json;
using Bogus;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Where workloads begin: generated records, or records of your own.</summary>
/// <example>
/// <code>
/// var orders = Workload.Of(new OrderFaker()).Count(500).Seed(42)
///     .WithDuplicates(0.05, Duplicates.Exact, Duplicates.NewerVersion((Order o) => o.Id, o => o.UpdatedAt))
///     .WithLate(0.03, o => o.OccurredAt, past: TimeSpan.FromHours(3))
///     .WithMalformed(0.02, Malformed.Truncated, Malformed.MissingField);
/// </code>
/// </example>
public static class Workload
{
    /// <summary>How many records a faker makes unless <see cref="Workload{T}.Count"/> says otherwise.</summary>
    private const int DefaultCount = 100;

    /// <summary>
    /// Records from a Bogus faker: 100 with seed 1 unless said otherwise. The faker is cloned, not changed, and each rule
    /// of each record gets its own seed: record 7 is the same in a workload of 10 and of 10 million, and a new rule
    /// changes no other field. Rules may draw only from the faker that they are given; counters, Guid.NewGuid,
    /// DateTime.Now, f.UniqueIndex and unseeded fakers inside a faker are found and refused.
    /// <c>f.Date</c> counts from the workload's start unless the faker fixes its own reference.
    /// A <see cref="Faker{T}"/> that overrides Generate is reduced to its rules, as by <see cref="Faker{T}.Clone"/>.
    /// </summary>
    /// <param name="faker">The faker, with its rules.</param>
    public static Workload<T> Of<T>(Faker<T> faker)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(faker);
        return New(new FakerRecords<T>(faker), DefaultCount, TypeName.Of(typeof(T)));
    }

    /// <summary>Records of your own, in this order, all of them unless <see cref="Workload{T}.Count"/> says otherwise. They are read once, here.</summary>
    /// <param name="records">The records; no two with the same business key.</param>
    /// <param name="payload">The bytes of a record as they arrive, the same on every call; null for JSON by <see cref="Workload{T}.AsJson"/>.</param>
    public static Workload<T> From<T>(IEnumerable<T> records, Func<T, byte[]>? payload = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var held = records.ToArray();
        return New(new GivenRecords<T>(held, payload), held.Length, TypeName.Of(typeof(T)));
    }

    /// <summary>
    /// Raw JSON records, whose bytes stay exactly as they are, spaces included. Selectors read the JSON:
    /// <c>.KeyedBy(f => f.GetProperty("id").GetString())</c>.
    /// </summary>
    /// <param name="records">The records, for instance <c>document.RootElement.GetProperty("features").EnumerateArray()</c>; the document may be disposed afterwards.</param>
    public static Workload<JsonElement> FromJson(IEnumerable<JsonElement> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var held = records.Select(r => r.Clone()).ToArray();
        return New(new GivenRecords<JsonElement>(held, r => JsonMarshal.GetRawUtf8Value(r).ToArray()), held.Length, "records");
    }

    /// <summary>The deliveries that a saved failure holds, with their labels: for a test that must do without the generator.</summary>
    /// <param name="path">The <c>.rerun.json</c>.</param>
    /// <param name="source">The name of the stream; null when the file holds one only.</param>
    /// <exception cref="Reruns.RerunCheckException">The file cannot be read, or holds no such stream.</exception>
    public static IWorkload FromRepro(string path, string? source = null)
    {
        var sources = Reporting.ReproFile.Read(path).Sources;
        return (source is null && sources.Count == 1 ? sources[0] : sources.FirstOrDefault(s => s.Name == source))?.ToWorkload()
            ?? throw new Reruns.RerunCheckException($"'{path}' holds the deliveries of {string.Join(", ", sources.Select(s => $"'{s.Name}'"))}: name one of them.");
    }

    private static Workload<T> New<T>(IRecordSource<T> records, int count, string stream) =>
        new(new Recipe<T>(records, count) { Stream = stream, Json = Wire.Freeze(JsonSerializerOptions.Web) });
}
