using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Earthquakes;

/// <summary>Reads the features of a GeoJSON file.</summary>
public static class FeedReader
{
    public static async IAsyncEnumerable<FeedRecord> ReadAsync(
        Stream file, string source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        var position = 0L;
        foreach (var feature in document.RootElement.GetProperty("features").EnumerateArray())
            yield return new FeedRecord(source, position++, JsonSerializer.SerializeToUtf8Bytes(feature));
    }
}
