using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Earthquakes;

/// <summary>
/// Imports every file of the inbox and moves it to the archive. To replay a file, put it back into the inbox under its name.
/// When an import fails the host stops and its supervisor starts it again: the file is still there.
/// </summary>
public sealed class FeedWorker(
    IOptions<FeedOptions> options, TimeProvider clock, ILogger<EarthquakeImport> importLogger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(options.Value.Inbox);
        Directory.CreateDirectory(options.Value.Archive);
        await using var database = new SqliteConnection(options.Value.Database);
        await database.OpenAsync(stoppingToken);
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schema.sql"), stoppingToken));

        using var timer = new PeriodicTimer(options.Value.PollEvery, clock);
        do
        {
            foreach (var path in Directory.GetFiles(options.Value.Inbox, "*.geojson").Order(StringComparer.Ordinal))
                await ImportAsync(database, path, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ImportAsync(SqliteConnection database, string path, CancellationToken stoppingToken)
    {
        var import = new EarthquakeImport(database, clock, importLogger);
        await import.RunAsync(FeedReader.ReadAsync(path, stoppingToken), stoppingToken);
        File.Move(path, Path.Combine(options.Value.Archive, Path.GetFileName(path)), overwrite: true);
    }
}
