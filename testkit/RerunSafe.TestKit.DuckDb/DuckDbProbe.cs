using System.Globalization;
using DuckDB.NET.Data;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>
/// Reads and sums up tables inside the engine, by DuckDB's own <c>hash</c> over the columns of a row, taken twice from two beginnings. It joins the
/// columns by XOR, under which values that swap their rows may cancel in a sum, so that its result is hashed once more. The sum of 64-bit numbers
/// has 128 bits, so that it neither overflows nor, as XOR would, cancels pairs. Rows are found by buckets of the hash of their key (without one,
/// of the whole row), so that the versions of a row, and its copies, are in one bucket.
/// </summary>
internal static class DuckDbProbe
{
    /// <summary>About so many rows are in a bucket: one that differs is fetched with so many others.</summary>
    private const int RowsInBucket = 16;
    private const long MostBuckets = 1 << 16;

    public static TableState Read(DuckDBConnection connection, TableView table, Relation relation, string where = "")
    {
        var order = table.KeyColumns.Concat(table.Columns.Except(table.KeyColumns)).Select(c => $"{DuckDbCatalog.Quote(c)}::VARCHAR COLLATE \"binary\" NULLS FIRST");
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {relation.Compared(table.Columns)}, {KeyHash(table, relation)}, {RowHash(table, relation)} FROM {relation.Quoted}{where} ORDER BY {string.Join(", ", order)}";
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        var hashes = new List<long>();
        var values = new object?[table.Columns.Count];
        while (reader.Read())
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            rows.Add(new Row(table.Columns, values));
            hashes.Add(unchecked((long)reader.GetFieldValue<ulong>(values.Length)));
            hashes.Add(unchecked((long)reader.GetFieldValue<ulong>(values.Length + 1)));
        }

        return new TableState(table.Columns, rows, hashes);
    }

    /// <summary>Sums up tables as of one moment: one statement sees one snapshot.</summary>
    public static SinkFingerprint Fingerprint(DuckDBConnection connection, IReadOnlyList<(string Name, string Quoted, string Columns)> tables)
    {
        if (tables.Count == 0)
            return new SinkFingerprint("", 0);
        var sums = tables.Select((t, i) => $"SELECT {i} AS i, count(*) AS n, coalesce(sum(hash(hash({t.Columns}))), 0)::VARCHAR AS a, coalesce(sum(hash(hash(1, {t.Columns}))), 0)::VARCHAR AS b FROM {t.Quoted}");
        using var command = connection.CreateCommand();
        command.CommandText = $"{string.Join(" UNION ALL ", sums)} ORDER BY i";
        using var reader = command.ExecuteReader();
        var parts = new List<string>();
        var total = 0L;
        while (reader.Read())
        {
            total += reader.GetInt64(1);
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{tables[reader.GetInt32(0)].Name} {reader.GetInt64(1)} {Wrapped(reader.GetString(2)):x16}{Wrapped(reader.GetString(3)):x16}"));
        }

        return new SinkFingerprint(string.Join("; ", parts), total);
    }

    /// <summary>One pass for the sums of the buckets, one fetch of the rows of those that differ.</summary>
    public static TableParts Differing(DuckDBConnection connection, TableView table, Relation relation, TableState expected)
    {
        var mask = Mask(expected.Rows.Count);
        var wanted = new Dictionary<long, (long Count, UInt128 Sum)>();
        for (var i = 0; i < expected.Rows.Count; i++)
        {
            var bucket = expected.Hashes[2 * i] & mask;
            var (n, sum) = wanted.GetValueOrDefault(bucket);
            wanted[bucket] = (n + 1, sum + unchecked((ulong)expected.Hashes[(2 * i) + 1]));
        }

        var (there, count) = Buckets(connection, table, relation, mask);
        var differing = wanted.Keys.Union(there.Keys).Where(bucket => wanted.GetValueOrDefault(bucket) != there.GetValueOrDefault(bucket)).ToHashSet();
        if (differing.Count == 0)
            return new TableParts(new TableState(table.Columns, []), new TableState(table.Columns, []), count);
        var mine = Enumerable.Range(0, expected.Rows.Count).Where(i => differing.Contains(expected.Hashes[2 * i] & mask)).Select(i => expected.Rows[i]).ToList();
        return new TableParts(new TableState(table.Columns, mine), Read(connection, table, relation, Where(table, relation, mask, differing)), count);
    }

    /// <summary>The same of two tables, none of whose rows is read but those of buckets that differ.</summary>
    public static TableParts Differing(DuckDBConnection connection, TableView expected, Relation right, TableView actual, Relation there)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT (SELECT count(*) FROM {right.Quoted}), (SELECT count(*) FROM {there.Quoted})";
        var (expectedCount, actualCount) = Counts(command);
        var mask = Mask(expectedCount);
        command.CommandText = $"SELECT coalesce(e.b, a.b)::BIGINT FROM ({BucketSums(expected, right, mask)}) e FULL JOIN ({BucketSums(actual, there, mask)}) a ON e.b = a.b WHERE e.n IS DISTINCT FROM a.n OR e.s IS DISTINCT FROM a.s";
        var differing = new HashSet<long>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                differing.Add(reader.GetInt64(0));
        }

        var nothing = new TableState(expected.Columns, []);
        return differing.Count == 0
            ? new TableParts(nothing, nothing, actualCount) { ExpectedCount = expectedCount }
            : new TableParts(Read(connection, expected, right, Where(expected, right, mask, differing)), Read(connection, actual, there, Where(actual, there, mask, differing)), actualCount) { ExpectedCount = expectedCount };
    }

    /// <summary>
    /// The values of a row by which buckets differ, in SQL: those with a tolerance in steps of it, so that rows of equal sums are equal within it. Rows on
    /// two sides of a step are fetched, and compared there.
    /// </summary>
    private static string Values(TableView table, Relation relation) => string.Join(", ", table.Columns.Select(name => relation.Columns.First(c => c.Name == name)).Select(column =>
        table.Tolerances.TryGetValue(column.Name, out var tolerance) ? Step(column, tolerance) : column.Compared));

    private static string Step(RelationColumn column, ColumnTolerance tolerance) => (tolerance, column.IsTime, column.IsNumber) switch
    {
        ({ Span: { } span }, true, _) => $"floor(epoch_us({column.Compared}) / {span.TotalMicroseconds.ToString("R", CultureInfo.InvariantCulture)}::DOUBLE)",
        ({ Amount: { } amount }, _, true) => $"floor({column.Compared} / {amount.ToString("R", CultureInfo.InvariantCulture)}::DOUBLE)",
        _ => column.Compared,
    };

    private static (Dictionary<long, (long Count, UInt128 Sum)> Buckets, long Count) Buckets(DuckDBConnection connection, TableView table, Relation relation, long mask)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT b::BIGINT, n, s::VARCHAR FROM ({BucketSums(table, relation, mask)})";
        using var reader = command.ExecuteReader();
        var buckets = new Dictionary<long, (long, UInt128)>();
        var count = 0L;
        while (reader.Read())
        {
            count += reader.GetInt64(1);
            buckets[reader.GetInt64(0)] = (reader.GetInt64(1), UInt128.Parse(reader.GetString(2), CultureInfo.InvariantCulture));
        }

        return (buckets, count);
    }

    private static (long, long) Counts(DuckDBCommand command)
    {
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static string BucketSums(TableView table, Relation relation, long mask) =>
        $"SELECT {KeyHash(table, relation)} & {mask} AS b, count(*) AS n, sum({RowHash(table, relation)}) AS s FROM {relation.Quoted} GROUP BY 1";

    private static string Where(TableView table, Relation relation, long mask, HashSet<long> buckets) => $" WHERE ({KeyHash(table, relation)} & {mask}) IN ({string.Join(", ", buckets)})";

    private static long Mask(long rows) => (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(rows / RowsInBucket, 1, MostBuckets)) - 1;

    /// <summary>Without a key, rows whose tolerant values differ must meet in one bucket: what is left of the row finds it.</summary>
    private static string KeyHash(TableView table, Relation relation)
    {
        var columns = table.KeyColumns.Count > 0 ? table.KeyColumns : [.. table.Columns.Where(c => !table.Tolerances.ContainsKey(c))];
        return columns.Count == 0 ? "0::UBIGINT" : $"hash({relation.Compared(columns)})";
    }

    private static string RowHash(TableView table, Relation relation) => $"hash(hash(2, {Values(table, relation)}))";

    private static ulong Wrapped(string sum) => unchecked((ulong)UInt128.Parse(sum, CultureInfo.InvariantCulture));

    private static object Plain(object value)
    {
        if (value is not Stream stream)
            return value;
        using (stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
