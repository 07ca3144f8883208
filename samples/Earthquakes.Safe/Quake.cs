using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Earthquakes;

/// <summary>A quake as the feed describes it.</summary>
/// <param name="Id">The event id; revisions of an event keep it.</param>
/// <param name="Time">When it happened, in milliseconds since 1970 (UTC).</param>
/// <param name="Updated">When the event was last revised, in milliseconds since 1970 (UTC).</param>
public sealed record Quake(string Id, long Time, long Updated, double? Mag, string MagType, string? Place)
{
    // The range of DateTimeOffset in milliseconds since 1970.
    private const long Earliest = -62_135_596_800_000;
    private const long Latest = 253_402_300_799_999;

    private static readonly JsonSerializerOptions Contract = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The UTC day on which it happened.</summary>
    public string Day => DateTimeOffset.FromUnixTimeMilliseconds(Time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <exception cref="MalformedQuakeException">The bytes are no feature as the feed's contract has it.</exception>
    public static Quake Parse(ReadOnlySpan<byte> feature)
    {
        if (!Utf8.IsValid(feature))
            throw new MalformedQuakeException("The feature is not UTF-8.");
        var (type, id, properties, _) = Read(feature);
        if (type != "Feature")
            throw new MalformedQuakeException($"The type is '{type}' and not 'Feature'.");
        if (id.Length == 0)
            throw new MalformedQuakeException("The id is empty.");
        if (properties.Time is < Earliest or > Latest)
            throw new MalformedQuakeException($"The time {properties.Time} is not in milliseconds since 1970.");
        return new Quake(id, properties.Time, properties.Updated, properties.Mag, properties.MagType ?? "unknown", properties.Place);
    }

    private static Feature Read(ReadOnlySpan<byte> feature)
    {
        try
        {
            return JsonSerializer.Deserialize<Feature>(feature, Contract) ?? throw new MalformedQuakeException("The feature is null.");
        }
        catch (JsonException e)
        {
            throw new MalformedQuakeException(e.Message, e);
        }
    }

    private sealed record Feature(string Type, string Id, Properties Properties, Geometry Geometry);

    private sealed record Properties(long Time, long Updated, double? Mag, string? MagType, string? Place);

    private sealed record Geometry(string Type, double[] Coordinates);
}
