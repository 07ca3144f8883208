using System.Data.Common;

namespace Earthquakes;

/// <summary>
/// Loads the features of the USGS feed. Each record is one transaction, so a run that ends half-way is repeated from the start of its
/// file: what is already stored changes nothing.
/// </summary>
public sealed class EarthquakeImport(DbConnection database, TimeProvider clock, ILogger<EarthquakeImport> logger)
{
    private readonly QuakeStore _quakes = new(database, clock);
    private readonly DeadLetters _deadLetters = new(database, clock);

    /// <returns>How many records changed something.</returns>
    public async Task<int> RunAsync(IAsyncEnumerable<FeedRecord> records, CancellationToken cancellationToken)
    {
        int imported = 0, known = 0, malformed = 0;
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            try
            {
                if (await ImportAsync(record, cancellationToken))
                    imported++;
                else
                    known++;
            }
            catch (MalformedQuakeException e)
            {
                // Anything else, such as a database that does not answer, stops the run; the file stays in the inbox.
                await _deadLetters.KeepAsync(record, e, cancellationToken);
                logger.LogWarning("Record {Position} of {Source} is in the dead letters: {Reason}", record.Position, record.Source, e.Message);
                malformed++;
            }
        }

        logger.LogInformation("{Imported} imported, {Known} already there, {Malformed} in the dead letters", imported, known, malformed);
        return imported;
    }

    private async Task<bool> ImportAsync(FeedRecord record, CancellationToken cancellationToken)
    {
        var quake = Quake.Parse(record.Payload.Span);
        await using var transaction = await database.BeginTransactionAsync(cancellationToken);
        var changed = await _quakes.SaveAsync(quake, transaction, cancellationToken);
        await _deadLetters.ResolveAsync(record, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }
}
