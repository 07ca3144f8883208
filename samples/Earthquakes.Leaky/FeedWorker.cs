using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Earthquakes;

/// <summary>Imports the daily feed file when it has arrived in the inbox.</summary>
public sealed class FeedWorker(
    IOptions<FeedOptions> options, TimeProvider clock, ILogger<EarthquakeImport> importLogger, ILogger<FeedWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var database = new SqliteConnection(options.Value.Database);
        await database.OpenAsync(stoppingToken);
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schema.sql"), stoppingToken));

        using var timer = new PeriodicTimer(options.Value.PollEvery);
        do
        {
            await ImportTodayAsync(database, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ImportTodayAsync(SqliteConnection database, CancellationToken stoppingToken)
    {
        var path = Path.Combine(options.Value.Inbox, $"all_day_{DateTime.UtcNow:yyyy-MM-dd}.geojson");
        var feed = new FileInfo(path);
        if (!feed.Exists)
        {
            logger.LogDebug("{File} has not arrived yet", path);
            return;
        }

        logger.LogInformation("Importing {File} ({Length} bytes)", path, feed.Length);
        await using (var file = File.OpenRead(path))
        {
            var import = new EarthquakeImport(database, clock, importLogger);
            await import.RunAsync(FeedReader.ReadAsync(file, feed.Name, stoppingToken), stoppingToken);
        }

        Directory.CreateDirectory(options.Value.Archive);
        File.Move(path, Path.Combine(options.Value.Archive, feed.Name), overwrite: true);
    }
}
