using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;

namespace Earthquakes;

/// <summary>Loads the features of the USGS feed into the quake database and keeps the daily statistics.</summary>
public sealed class EarthquakeImport(DbConnection database, TimeProvider clock, ILogger<EarthquakeImport> logger)
{
    public async Task<int> RunAsync(IAsyncEnumerable<FeedRecord> records, CancellationToken cancellationToken)
    {
        var imported = 0;
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            try
            {
                var quake = Quake.Parse(record.Payload);
                await InsertAsync(quake, cancellationToken);
                await CountAsync(quake);
                imported++;
            }
            catch (JsonException e)
            {
                await DeadLetterAsync(record, e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning(e, "Could not import record {Position} of {Source}", record.Position, record.Source);
            }
        }

        logger.LogInformation("Imported {Count} quakes", imported);
        return imported;
    }

    private async Task InsertAsync(Quake quake, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        command.CommandText = """
            INSERT INTO quakes (id, time, updated, mag, mag_type, place, loaded_at)
            VALUES (@id, @time, @updated, @mag, @mag_type, @place, @loaded_at)
            """;
        Bind(command, "@id", quake.Id);
        Bind(command, "@time", quake.Time);
        Bind(command, "@updated", quake.Updated);
        Bind(command, "@mag", quake.Mag);
        Bind(command, "@mag_type", quake.MagType);
        Bind(command, "@place", quake.Place);
        Bind(command, "@loaded_at", clock.GetUtcNow().ToString("O"));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CountAsync(Quake quake)
    {
        var day = clock.GetUtcNow().ToString("yyyy-MM-dd");
        await database.ExecuteAsync(
            """
            INSERT INTO daily_magnitudes (day, mag_type, quakes, max_mag)
            VALUES (@day, @MagType, 1, @Mag)
            ON CONFLICT (day, mag_type) DO UPDATE SET
                quakes = quakes + 1,
                max_mag = max(coalesce(max_mag, excluded.max_mag), coalesce(excluded.max_mag, max_mag))
            """,
            new { day, quake.MagType, quake.Mag });
    }

    private async Task DeadLetterAsync(FeedRecord record, Exception error)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO dead_letters (source, position, payload, error, failed_at)
            VALUES (@Source, @Position, @payload, @error, @failedAt)
            """,
            new
            {
                record.Source,
                record.Position,
                payload = Encoding.UTF8.GetString(record.Payload.Span),
                error = error.Message,
                failedAt = clock.GetUtcNow().ToString("O"),
            });
    }

    private static void Bind(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }
}
