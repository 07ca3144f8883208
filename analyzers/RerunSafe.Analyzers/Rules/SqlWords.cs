using System.Text;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules;

/// <summary>How messages speak of a statement.</summary>
internal static class SqlWords
{
    private const int MaxLength = 60;

    /// <summary>"INSERT INTO orders": the statement's head on one line.</summary>
    public static string Head(SqlScript script, SqlStatement statement)
    {
        var text = script.Text.Text;
        var start = Math.Min(statement.HeadSpan.Start, text.Length);
        var head = new StringBuilder();
        for (var i = start; i < Math.Min(statement.HeadSpan.End, text.Length); i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                if (head.Length > 0 && head[head.Length - 1] != ' ')
                    head.Append(' ');
            }
            else
            {
                head.Append(c == SqlText.Hole ? '…' : c);
            }
        }

        if (head.Length > MaxLength)
            head.Remove(MaxLength, head.Length - MaxLength).Append('…');
        return head.Length == 0 ? statement.Kind.ToString().ToUpperInvariant() : head.ToString().Trim();
    }

    /// <summary>What to write instead, in the dialect's words.</summary>
    public static string Upsert(SqlDialect dialect, IReadOnlyList<string>? key)
    {
        var columns = key is null ? "the business key" : string.Join(", ", key);
        return dialect switch
        {
            SqlDialect.PostgreSql or SqlDialect.Sqlite or SqlDialect.DuckDb => $"add ON CONFLICT ({columns}) DO UPDATE",
            SqlDialect.MySql => $"add ON DUPLICATE KEY UPDATE on {columns}",
            SqlDialect.TSql or SqlDialect.Oracle or SqlDialect.Snowflake or SqlDialect.BigQuery => $"MERGE on {columns}, or insert WHERE NOT EXISTS",
            SqlDialect.ClickHouse => "insert into a ReplacingMergeTree, or replace the partition",
            _ => $"make it an upsert on {columns}, or look the key up first",
        };
    }
}
