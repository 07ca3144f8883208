using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Earthquakes.Tests;

public class EarthquakeImportTests
{
    [Test]
    public async Task Imports_the_week_and_counts_it_by_magnitude_type()
    {
        await using var database = new SqliteConnection("Data Source=:memory:");
        await database.OpenAsync();
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schema.sql")));
        var week = Path.Combine(AppContext.BaseDirectory, "data", "usgs-earthquakes-2018-02-06.geojson");
        var import = new EarthquakeImport(database, TimeProvider.System, NullLogger<EarthquakeImport>.Instance);

        await import.RunAsync(FeedReader.ReadAsync(week, CancellationToken.None), CancellationToken.None);

        Assert.That(await database.ExecuteScalarAsync<int>("SELECT count(*) FROM quakes"), Is.EqualTo(1707));
        Assert.That(await database.ExecuteScalarAsync<int>("SELECT sum(quakes) FROM daily_magnitudes WHERE mag_type = 'ml'"), Is.EqualTo(1063));
        Assert.That(await database.ExecuteScalarAsync<int>("SELECT count(*) FROM dead_letters"), Is.Zero);
    }
}
