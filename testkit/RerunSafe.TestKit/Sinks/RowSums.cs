using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace RerunSafe.TestKit.Sinks;

/// <summary>Fingerprints of sinks that have no engine to sum up in: files, keys.</summary>
internal static class RowSums
{
    /// <summary>Sums tables up row by row; see <see cref="ISink.FingerprintAsync"/>.</summary>
    /// <param name="sink">Whose tables they are.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="text">A row in one text, which no other row has.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SinkFingerprint> OfAsync(ISink sink, IReadOnlyList<TableView> tables, Func<Row, string> text, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        var total = 0L;
        foreach (var table in tables)
        {
            var sum = UInt128.Zero;
            var rows = (await sink.ReadAsync(table, cancellationToken).ConfigureAwait(false)).Rows;
            foreach (var row in rows)
                sum = unchecked(sum + Hash(text(row)));
            total += rows.Count;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Name} {rows.Count} {sum:x32}"));
        }

        return new SinkFingerprint(string.Join("; ", parts), total);
    }

    public static UInt128 Hash(string text) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));
}
