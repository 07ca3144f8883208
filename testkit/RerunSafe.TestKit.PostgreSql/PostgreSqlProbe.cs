using System.Globalization;
using Npgsql;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>
/// Reads and sums up tables inside the engine. The hash of a row is that of its text, taken with two seeds; sums do not cancel in pairs as XOR does,
/// and PostgreSQL adds up bigint without overflow. Rows are found by buckets of the hash of their key (without one, of the whole row), so that the
/// versions of a row, and its copies, are in one bucket.
/// </summary>
internal static class PostgreSqlProbe
{
    /// <summary>About so many rows are in a bucket: one that differs is fetched with so many others.</summary>
    private const int RowsInBucket = 16;
    private const int MostBuckets = 1 << 16;

    public static async Task<TableState> ReadAsync(NpgsqlConnection connection, TableView table, Relation relation, CancellationToken cancellationToken)
    {
        var (rows, hashes) = await RowsAsync(connection, table, relation, "", cancellationToken).ConfigureAwait(false);
        return new TableState(table.Columns, rows, hashes);
    }

    /// <summary>Sums up tables as of one moment: one statement sees one snapshot.</summary>
    public static async Task<SinkFingerprint> FingerprintAsync(NpgsqlConnection connection, IReadOnlyList<(string Name, string Quoted, IReadOnlyList<string> Columns)> tables, CancellationToken cancellationToken)
    {
        if (tables.Count == 0)
            return new SinkFingerprint("", 0);
        var sums = tables.Select((t, i) =>
            $"SELECT {i}, count(*), coalesce(sum(hashtextextended(r, 0)), 0), coalesce(sum(hashtextextended(r, 1)), 0) FROM (SELECT ROW({Columns(t.Columns)})::text AS r FROM {t.Quoted}) t{i}");
        await using var command = new NpgsqlCommand($"SELECT i, n, mod(a, 18446744073709551616)::text, mod(b, 18446744073709551616)::text FROM ({string.Join(" UNION ALL ", sums)}) s (i, n, a, b) ORDER BY i", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var parts = new List<string>();
        var total = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            total += reader.GetInt64(1);
            parts.Add($"{tables[reader.GetInt32(0)].Name} {reader.GetInt64(1)} {Hexadecimal(reader.GetString(2))}{Hexadecimal(reader.GetString(3))}");
        }

        return new SinkFingerprint(string.Join("; ", parts), total);
    }

    /// <summary>One pass for the sums of the buckets, one fetch of the rows of those that differ.</summary>
    public static async Task<TableParts> DifferingAsync(NpgsqlConnection connection, TableView table, Relation relation, TableState expected, CancellationToken cancellationToken)
    {
        var mask = Mask(expected.Rows.Count);
        var (there, count) = await BucketsAsync(connection, table, relation, mask, cancellationToken).ConfigureAwait(false);
        var wanted = new Dictionary<long, (long Count, Int128 Sum)>();
        for (var i = 0; i < expected.Rows.Count; i++)
        {
            var bucket = expected.Hashes[2 * i] & mask;
            var (n, sum) = wanted.GetValueOrDefault(bucket);
            wanted[bucket] = (n + 1, sum + expected.Hashes[(2 * i) + 1]);
        }

        var differing = wanted.Keys.Union(there.Keys).Where(bucket => wanted.GetValueOrDefault(bucket) != there.GetValueOrDefault(bucket)).ToHashSet();
        var mine = Enumerable.Range(0, expected.Rows.Count).Where(i => differing.Contains(expected.Hashes[2 * i] & mask)).Select(i => expected.Rows[i]).ToList();
        if (differing.Count == 0)
            return new TableParts(new TableState(table.Columns, []), new TableState(table.Columns, []), count);
        var (rows, _) = await RowsAsync(connection, table, relation, $" WHERE ({KeyHash(table)} & {mask}) IN ({string.Join(", ", differing)})", cancellationToken).ConfigureAwait(false);
        return new TableParts(new TableState(table.Columns, mine), new TableState(table.Columns, rows), count);
    }

    private static async Task<(Dictionary<long, (long Count, Int128 Sum)> Buckets, long Count)> BucketsAsync(
        NpgsqlConnection connection, TableView table, Relation relation, long mask, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {KeyHash(table)} & {mask}, count(*), sum({RowHash(table)})::text FROM {relation.Quoted} GROUP BY 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var buckets = new Dictionary<long, (long, Int128)>();
        var count = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            count += reader.GetInt64(1);
            buckets[reader.GetInt64(0)] = (reader.GetInt64(1), Int128.Parse(reader.GetString(2), CultureInfo.InvariantCulture));
        }

        return (buckets, count);
    }

    /// <summary>Rows in a fixed order, and for each the hashes of its key and of the whole of it.</summary>
    private static async Task<(List<Row> Rows, List<long> Hashes)> RowsAsync(NpgsqlConnection connection, TableView table, Relation relation, string where, CancellationToken cancellationToken)
    {
        var asText = relation.Columns.Where(c => c.ReadsAsText).Select(c => c.Name).ToHashSet();
        var columns = table.Columns.Select(c => asText.Contains(c) ? $"{PostgreSqlCatalog.Quote(c)}::text" : PostgreSqlCatalog.Quote(c));
        var order = table.KeyColumns.Concat(table.Columns.Except(table.KeyColumns)).Select(c => $"{PostgreSqlCatalog.Quote(c)}::text COLLATE \"C\"");
        await using var command = new NpgsqlCommand($"SELECT {string.Join(", ", columns)}, {KeyHash(table)}, {RowHash(table)} FROM {relation.Quoted}{where} ORDER BY {string.Join(", ", order)}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<Row>();
        var hashes = new List<long>();
        var values = new object?[table.Columns.Count];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = reader.GetValue(i);
            rows.Add(new Row(table.Columns, values));
            hashes.Add(reader.GetInt64(values.Length));
            hashes.Add(reader.GetInt64(values.Length + 1));
        }

        return (rows, hashes);
    }

    private static long Mask(int rows) => (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(rows / RowsInBucket, 1, MostBuckets)) - 1;

    private static string KeyHash(TableView table) => $"hashtextextended(ROW({Columns(table.KeyColumns.Count > 0 ? table.KeyColumns : table.Columns)})::text, 2)";

    private static string RowHash(TableView table) => $"hashtextextended(ROW({Columns(table.Columns)})::text, 0)";

    private static string Columns(IEnumerable<string> columns) => string.Join(", ", columns.Select(PostgreSqlCatalog.Quote));

    private static string Hexadecimal(string sum)
    {
        var value = Int128.Parse(sum, CultureInfo.InvariantCulture);
        return ((ulong)(value < 0 ? value + ((Int128)1 << 64) : value)).ToString("x16", CultureInfo.InvariantCulture);
    }
}
