using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Earthquakes;

/// <summary>Records that cannot be imported as they are, with all that is needed to repair and replay them.</summary>
public sealed class DeadLetters(DbConnection database, TimeProvider clock)
{
    public Task KeepAsync(FeedRecord record, MalformedQuakeException reason, CancellationToken cancellationToken) =>
        database.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO dead_letters (source, position, payload, error, failed_at, attempts)
            VALUES (@Source, @Position, @payload, @error, @now, 1)
            ON CONFLICT (source, position) DO UPDATE SET
                payload = excluded.payload,
                error = excluded.error,
                failed_at = excluded.failed_at,
                attempts = dead_letters.attempts + 1,
                resolved_at = NULL
            """,
            new { record.Source, record.Position, payload = record.Payload.ToArray(), error = reason.Message, now = Now() },
            cancellationToken: cancellationToken));

    /// <summary>Closes the dead letter of a record that a replay has imported; most records have none.</summary>
    public Task ResolveAsync(FeedRecord record, DbTransaction transaction, CancellationToken cancellationToken) =>
        database.ExecuteAsync(new CommandDefinition(
            "UPDATE dead_letters SET resolved_at = @now WHERE source = @Source AND position = @Position AND resolved_at IS NULL",
            new { record.Source, record.Position, now = Now() }, transaction, cancellationToken: cancellationToken));

    private string Now() => clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
}
