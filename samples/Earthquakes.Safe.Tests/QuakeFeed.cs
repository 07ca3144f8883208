using System.Text.Json;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Workloads;

namespace Earthquakes.Tests;

/// <summary>The real feed of one week as a workload.</summary>
internal static class QuakeFeed
{
    private static readonly Lazy<Workload<JsonElement>> Week = new(Read);

    /// <summary>The first records of the week.</summary>
    public static Workload<JsonElement> Quakes(int count) => Week.Value.Count(count);

    /// <summary>The deliveries of a run as the pipeline takes them.</summary>
    public static async IAsyncEnumerable<FeedRecord> Records(DeliveryStream deliveries)
    {
        await foreach (var delivery in deliveries)
            yield return new FeedRecord(delivery.Source, delivery.Position, delivery.Payload);
    }

    private static Workload<JsonElement> Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "usgs-earthquakes-2018-02-06.geojson");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        // The file shows the latest quake first; they arrived the other way round.
        return Workload.FromJson(document.RootElement.GetProperty("features").EnumerateArray().OrderBy(f => f.GetProperty("properties").GetProperty("time").GetInt64()))
            .Named("all_week.geojson")
            .KeyedBy(f => f.GetProperty("id").GetString())
            .Seed(2018);
    }
}
