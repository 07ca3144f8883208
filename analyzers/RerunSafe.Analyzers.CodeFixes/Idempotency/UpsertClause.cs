using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>The clause that makes an INSERT converge on its unique key.</summary>
internal static class UpsertClause
{
    /// <summary>The clause, or null where the dialect has none that can be put behind an INSERT, or a name would need quotes.</summary>
    public static string? For(string? dialect, IReadOnlyList<string> key, IReadOnlyList<string> columns)
    {
        if (key.Count == 0 || columns.Count == 0 || !key.Concat(columns).All(IsPlain))
            return null;
        var others = columns.Where(c => !key.Contains(c, StringComparer.OrdinalIgnoreCase)).ToList();
        switch (dialect)
        {
            case nameof(SqlDialect.Sqlite) or nameof(SqlDialect.PostgreSql) or nameof(SqlDialect.DuckDb):
                var target = string.Join(", ", key);
                return others.Count == 0
                    ? $"ON CONFLICT ({target}) DO NOTHING"
                    : $"ON CONFLICT ({target}) DO UPDATE SET {string.Join(", ", others.Select(c => $"{c} = excluded.{c}"))}";
            case nameof(SqlDialect.MySql):
                // With nothing else to set, a key column set to itself leaves the row as it is.
                return $"ON DUPLICATE KEY UPDATE {string.Join(", ", others.Count == 0 ? [$"{key[0]} = {key[0]}"] : others.Select(c => $"{c} = VALUES({c})"))}";
            default:
                return null;
        }
    }

    // A quoted name inside a string literal would have to be escaped for the literal too; such a name is left to its author.
    private static bool IsPlain(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_');
}
