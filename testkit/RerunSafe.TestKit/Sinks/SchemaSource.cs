using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RerunSafe.TestKit.Sinks;

/// <summary>The SQL that makes a sink, and where it stands.</summary>
internal sealed class SchemaSource
{
    private readonly string _place;
    private readonly string _sql;

    private SchemaSource(string place, string sql)
    {
        _place = place;
        _sql = sql;
    }

    public static SchemaSource Find(string schema)
    {
        var text = SchemaText.Load(schema);
        return new SchemaSource(text.Place, text.Sql);
    }

    /// <summary>Runs statement by statement, so that an error can name its line.</summary>
    public async Task RunAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var rest = _sql.AsMemory();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Seams.SqlScan.SkipBlank(rest.Span);
            rest = rest[start..];
            if (rest.IsEmpty)
                break;

            var length = CompleteLength(rest.ToString());
            var statement = rest[..length].ToString().Trim();
            if (statement != ";")
                await RunAsync(connection, statement, _sql.Length - rest.Length, cancellationToken).ConfigureAwait(false);

            rest = rest[length..];
        }

        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
            throw new SinkException($"{_place} begins a transaction that it does not end. Add COMMIT; at its end.");
    }

    private async Task RunAsync(SqliteConnection connection, string statement, int offset, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            var line = 1 + _sql.AsSpan(0, offset).Count('\n');
            throw new SinkException($"{_place}, line {line}: {e.Message}{Environment.NewLine}  in: {Seams.SqlScan.OneLine(statement, 200)}", e);
        }
    }

    /// <summary>Up to the first semicolon at which SQLite itself holds the text complete: it knows triggers, strings and comments.</summary>
    private static int CompleteLength(string text)
    {
        for (var at = text.IndexOf(';'); at >= 0; at = text.IndexOf(';', at + 1))
        {
            if (raw.sqlite3_complete(text[..(at + 1)]) != 0)
                return at + 1;
        }

        return text.Length;
    }
}
