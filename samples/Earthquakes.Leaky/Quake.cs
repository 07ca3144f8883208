using System.Text.Json;

namespace Earthquakes;

public sealed record Quake(string Id, long Time, long Updated, double? Mag, string MagType, string? Place)
{
    public static Quake Parse(ReadOnlyMemory<byte> feature)
    {
        using var document = JsonDocument.Parse(feature);
        var root = document.RootElement;
        var properties = root.GetProperty("properties");
        var mag = properties.GetProperty("mag");

        return new Quake(
            root.GetProperty("id").GetString()!,
            properties.GetProperty("time").GetInt64(),
            properties.GetProperty("updated").GetInt64(),
            mag.ValueKind == JsonValueKind.Null ? null : mag.GetDouble(),
            properties.GetProperty("magType").GetString() ?? "unknown",
            properties.GetProperty("place").GetString());
    }
}
