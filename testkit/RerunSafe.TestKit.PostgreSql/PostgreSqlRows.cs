using Npgsql;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>Takes the rows of a database out, and puts them back.</summary>
internal static class PostgreSqlRows
{
    /// <summary>To empty a table in place is much quicker than a new file for it and for each of its indexes, as long as few dead rows lie there.</summary>
    private const long LargestToEmpty = 512 << 10;

    /// <summary>The rows of all tables that have any, as of one moment.</summary>
    public static async Task<IReadOnlyList<(Relation Table, byte[] Rows)>> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<Relation> tables, IReadOnlyDictionary<string, long> sizes, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        var taken = new List<(Relation, byte[])>();
        foreach (var table in tables.Where(t => sizes[t.Name] > 0))
        {
            using var rows = new MemoryStream();
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY (SELECT {table.Stored} FROM {table.Quoted}) TO STDOUT (FORMAT binary)", cancellationToken).ConfigureAwait(false))
                await copy.CopyToAsync(rows, cancellationToken).ConfigureAwait(false);
            if (rows.Length > EmptyCopy)
                taken.Add((table, rows.ToArray()));
        }

        return taken;
    }

    /// <summary>Replaces all rows: triggers do not fire, and foreign keys are not looked at again.</summary>
    /// <param name="connection">The kit's own connection.</param>
    /// <param name="tables">All tables.</param>
    /// <param name="taken">The rows of those that are to have any.</param>
    /// <param name="sequences">Where the sequences are to stand.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task PutAsync(
        NpgsqlConnection connection, IReadOnlyList<Relation> tables, IReadOnlyList<(Relation Table, byte[] Rows)> taken,
        IReadOnlyList<(string Quoted, long Last, bool IsCalled)> sequences, CancellationToken cancellationToken)
    {
        var sizes = await PostgreSqlCatalog.SizesAsync(connection, tables, cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var first = new List<string> { "SET LOCAL session_replication_role = replica" };
        first.AddRange(tables.Where(t => sizes[t.Name] is > 0 and <= LargestToEmpty).Select(t => $"DELETE FROM {t.Quoted}"));
        if (tables.Where(t => sizes[t.Name] > LargestToEmpty).ToList() is { Count: > 0 } large)
            first.Add($"TRUNCATE {string.Join(", ", large.Select(t => t.Quoted))} CASCADE");
        await ExecuteAsync(connection, string.Join("; ", first), cancellationToken).ConfigureAwait(false);
        // A table that refers to a large one has been emptied with it; all of them are filled again here.
        foreach (var (table, rows) in taken)
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table.Quoted} ({table.Stored}) FROM STDIN (FORMAT binary)", cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(rows, cancellationToken).ConfigureAwait(false);
        }

        if (sequences.Count > 0)
            await ExecuteAsync(connection, "SELECT " + string.Join(", ", sequences.Select(s => $"setval('{s.Quoted.Replace("'", "''")}', {s.Last}, {s.IsCalled})")), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A signature of 11 bytes, two numbers of 4, and the end of 2: no row in it.</summary>
    private const int EmptyCopy = 21;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
