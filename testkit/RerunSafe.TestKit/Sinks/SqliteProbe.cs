using Microsoft.Data.Sqlite;

namespace RerunSafe.TestKit.Sinks;

/// <summary>Reads and sums up tables of a SQLite database.</summary>
internal static class SqliteProbe
{
    public static async Task<TableState> ReadAsync(SqliteConnection connection, TableView table, CancellationToken cancellationToken)
    {
        // The order must not depend on a collation, which may hold 'a' and 'A' equal; the kit compares bytes.
        var order = table.KeyColumns.Concat(table.Columns.Except(table.KeyColumns)).Select(column => $"{SqliteCatalog.Quote(column)} COLLATE BINARY");
        var columns = string.Join(", ", table.Columns.Select(SqliteCatalog.Quote));
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM {SqliteCatalog.Quote(table.Name)} ORDER BY {string.Join(", ", order)}";
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var rows = new List<Row>();
            var values = new object?[table.Columns.Count];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                reader.GetValues(values!);
                rows.Add(new Row(table.Columns, values));
            }

            return new TableState(table.Columns, rows);
        }
        catch (SqliteException e)
        {
            throw Unreadable(table, e);
        }
    }

    public static async Task<SinkFingerprint> FingerprintAsync(
        SqliteConnection connection, IReadOnlyList<TableView> tables, CancellationToken cancellationToken)
    {
        SqliteRowHash.Register(connection);
        var parts = new string[tables.Count];
        var total = 0L;

        // One read transaction, so that all tables are seen as of one moment.
        await using var transaction = connection.BeginTransaction(deferred: true);
        for (var i = 0; i < parts.Length; i++)
        {
            var table = tables[i];
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*), {SqliteRowHash.SumOf(table.Columns)} FROM {SqliteCatalog.Quote(table.Name)}";
            try
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                reader.Read();
                total += reader.GetInt64(0);
                parts[i] = $"{table.Name} {reader.GetInt64(0)} {reader.GetString(1)}";
            }
            catch (SqliteException e)
            {
                throw Unreadable(table, e);
            }
        }

        return new SinkFingerprint(string.Join("; ", parts), total);
    }

    private static SinkException Unreadable(TableView table, SqliteException e) => new(
        $"The table '{table.Name}' of the SQLite sink cannot be read: {e.Message} If the pipeline drops or changes the table, or holds a lock on it, let it end that before.", e);
}
