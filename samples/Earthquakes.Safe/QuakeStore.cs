using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Earthquakes;

/// <summary>The quakes and their daily statistics. Every method may be called again with the same quake.</summary>
public sealed class QuakeStore(DbConnection database, TimeProvider clock)
{
    /// <summary>Stores the quake unless this revision or a newer one is already there, and brings the statistics of its day up to date.</summary>
    /// <returns>False when there was nothing to do.</returns>
    public async Task<bool> SaveAsync(Quake quake, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var before = await database.QuerySingleOrDefaultAsync<Bucket>(new CommandDefinition(
            "SELECT day AS Day, mag_type AS MagType FROM quakes WHERE id = @Id", new { quake.Id }, transaction, cancellationToken: cancellationToken));
        if (!await UpsertAsync(quake, transaction, cancellationToken))
            return false;

        // A revision may move a quake to another day or measure it by another method: both totals change.
        var after = new Bucket(quake.Day, quake.MagType);
        await RecountAsync(after, transaction, cancellationToken);
        if (before is not null && before != after)
            await RecountAsync(before, transaction, cancellationToken);
        return true;
    }

    private async Task<bool> UpsertAsync(Quake quake, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT INTO quakes (id, time, updated, day, mag, mag_type, place, loaded_at)
            VALUES (@id, @time, @updated, @day, @mag, @mag_type, @place, @loaded_at)
            ON CONFLICT (id) DO UPDATE SET
                time = excluded.time,
                updated = excluded.updated,
                day = excluded.day,
                mag = excluded.mag,
                mag_type = excluded.mag_type,
                place = excluded.place,
                loaded_at = excluded.loaded_at
            WHERE excluded.updated > quakes.updated
            """;
        Bind(command, "@id", quake.Id);
        Bind(command, "@time", quake.Time);
        Bind(command, "@updated", quake.Updated);
        Bind(command, "@day", quake.Day);
        Bind(command, "@mag", quake.Mag);
        Bind(command, "@mag_type", quake.MagType);
        Bind(command, "@place", quake.Place);
        Bind(command, "@loaded_at", clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private Task RecountAsync(Bucket bucket, DbTransaction transaction, CancellationToken cancellationToken) =>
        database.ExecuteAsync(new CommandDefinition(
            """
            DELETE FROM daily_magnitudes WHERE day = @Day AND mag_type = @MagType;
            INSERT INTO daily_magnitudes (day, mag_type, quakes, max_mag)
            SELECT day, mag_type, COUNT(*), MAX(mag) FROM quakes WHERE day = @Day AND mag_type = @MagType GROUP BY day, mag_type;
            """,
            bucket, transaction, cancellationToken: cancellationToken));

    private static void Bind(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    private sealed record Bucket(string Day, string MagType);
}
