using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Earthquakes;

/// <summary>Takes a GeoJSON file apart into its features, without touching their bytes.</summary>
public static class FeedReader
{
    /// <summary>
    /// The features in the order of the file. A file that is no FeatureCollection is one record, so that it ends in the dead letters
    /// like any other bad record and the next file gets its turn.
    /// </summary>
    public static async IAsyncEnumerable<FeedRecord> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var source = Path.GetFileName(path);
        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        using var document = TryParse(content);
        if (document is null || !TryGetFeatures(document, out var features))
        {
            yield return new FeedRecord(source, FeedRecord.WholeFile, content);
            yield break;
        }

        var position = 0L;
        foreach (var feature in features.EnumerateArray())
            yield return new FeedRecord(source, position++, JsonMarshal.GetRawUtf8Value(feature).ToArray());
    }

    private static JsonDocument? TryParse(byte[] content)
    {
        try
        {
            return JsonDocument.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryGetFeatures(JsonDocument document, out JsonElement features)
    {
        features = default;
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("features", out features)
            && features.ValueKind == JsonValueKind.Array;
    }
}
