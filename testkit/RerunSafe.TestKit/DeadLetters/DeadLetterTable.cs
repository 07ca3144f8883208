using System.Globalization;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.DeadLetters;

/// <summary>Reads dead letters from a table of a sink.</summary>
internal sealed class DeadLetterTable
{
    private readonly TableView _table;
    private readonly DeadLetterColumns _columns;

    public DeadLetterTable(TableView table, DeadLetterColumns columns)
    {
        _table = table;
        _columns = columns;
        if (columns.PayloadColumn is null)
            throw new RerunCheckException($"The check does not know which column of '{table.Name}' holds the original bytes: .DeadLetters(db.Table(\"{table.Name}\"), d => d.Payload(\"…\")).");
        foreach (var column in new[] { columns.PayloadColumn, columns.ReasonColumn, columns.PositionColumn }.OfType<string>())
        {
            if (table.IgnoredColumns.Contains(column, StringComparer.OrdinalIgnoreCase))
                throw new RerunCheckException($"The dead-letter column '{column}' of '{table.Name}' is ignored, so its evidence cannot be read. Take it out of Ignoring.");
            // Key resolves names: a column that does not exist is told with the nearest one.
            _ = table.Key(column);
        }
    }

    public TableView View => _table;

    public async Task<IReadOnlyList<DeadLetterRow>> ReadAsync(CancellationToken cancellationToken)
    {
        var state = await _table.Sink.ReadAsync(_table, cancellationToken).ConfigureAwait(false);
        return [.. state.Rows.Select(Read)];
    }

    private DeadLetterRow Read(Row row) => new(
        row[_columns.PayloadColumn!],
        _columns.ReasonColumn is null ? null : row[_columns.ReasonColumn]?.ToString() ?? "",
        _columns.PositionColumn is not null && long.TryParse(Convert.ToString(row[_columns.PositionColumn], CultureInfo.InvariantCulture), NumberStyles.Integer, CultureInfo.InvariantCulture, out var position) ? position : null,
        row);
}

/// <summary>One dead letter.</summary>
/// <param name="Payload">Bytes, text or null.</param>
/// <param name="Reason">Null when the table has no column for it; empty when it is not filled.</param>
/// <param name="Position">Null when the table has no column for it, or no number in it.</param>
/// <param name="Row">The whole row.</param>
internal sealed record DeadLetterRow(object? Payload, string? Reason, long? Position, Row Row);
