using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>The clause that makes an INSERT converge on its unique key.</summary>
internal static class UpsertClause
{
    // Names that no dialect takes without quotes; an unquoted one in the statement itself has already proved fit.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "add", "all", "alter", "analyze", "and", "any", "array", "as", "asc", "authorization", "between", "both", "by", "case", "cast", "change", "check", "collate",
        "collation", "column", "condition", "constraint", "create", "cross", "cube", "current_date", "current_time", "current_timestamp", "current_user", "database",
        "default", "deferrable", "delete", "desc", "describe", "distinct", "div", "do", "drop", "each", "else", "end", "escape", "except", "exists", "explain", "false",
        "fetch", "for", "force", "foreign", "from", "full", "function", "grant", "group", "groups", "having", "if", "ignore", "in", "index", "initially", "inner", "insert",
        "intersect", "interval", "into", "is", "isnull", "join", "key", "keys", "kill", "lateral", "leading", "left", "like", "limit", "load", "localtime", "localtimestamp",
        "lock", "match", "natural", "not", "notnull", "null", "of", "offset", "on", "only", "option", "or", "order", "out", "outer", "over", "overlaps", "partition",
        "placing", "primary", "procedure", "range", "rank", "read", "recursive", "references", "release", "rename", "repeat", "replace", "returning", "revoke", "right",
        "row", "rows", "schema", "select", "session_user", "set", "show", "similar", "some", "system", "table", "then", "to", "trailing", "transaction", "trigger", "true",
        "union", "unique", "unlock", "update", "usage", "use", "user", "using", "values", "variadic", "verbose", "when", "where", "window", "with", "write", "xor",
    };

    /// <summary>The clause, or null where the dialect has none that can be put behind an INSERT, or a name would need quotes.</summary>
    /// <param name="dialect">The name of the dialect.</param>
    /// <param name="key">The columns of the unique key.</param>
    /// <param name="columns">The columns that the statement fills.</param>
    /// <param name="spelling">The statement as the source spells it: it shows which names are quoted.</param>
    public static string? For(string? dialect, IReadOnlyList<string> key, IReadOnlyList<string> columns, string spelling)
    {
        if (key.Count == 0 || columns.Count == 0 || !key.Concat(columns).All(name => IsPlain(name) && CanStandBare(name, dialect, spelling)))
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
                var quoted = others.Select(c => IsQuoted(c, "`", "`", spelling) ? $"`{c}`" : c).ToList();
                var first = IsQuoted(key[0], "`", "`", spelling) ? $"`{key[0]}`" : key[0];
                return $"ON DUPLICATE KEY UPDATE {string.Join(", ", others.Count == 0 ? [$"{first} = {first}"] : quoted.Select(c => $"{c} = VALUES({c})"))}";
            default:
                return null;
        }
    }

    /// <summary>SQLite reads the ON of a clause behind FROM as a join's, unless a WHERE stands between.</summary>
    public static bool NeedsWhere(string? dialect) => dialect == nameof(SqlDialect.Sqlite);

    // A double quote inside a string literal would have to be escaped for the literal too; a name that needs it is left to
    // its author. PostgreSQL folds a bare name to lower case.
    private static bool CanStandBare(string name, string? dialect, string spelling)
    {
        if (dialect == nameof(SqlDialect.MySql) && IsQuoted(name, "`", "`", spelling))
            return true;
        var isQuoted = IsQuoted(name, "\"", "\"", spelling) || IsQuoted(name, "\"", "\\", spelling) || IsQuoted(name, "`", "`", spelling) || IsQuoted(name, "[", "]", spelling);
        return !isQuoted || (!Reserved.Contains(name) && (dialect != nameof(SqlDialect.PostgreSql) || name.All(c => !char.IsUpper(c))));
    }

    private static bool IsQuoted(string name, string open, string close, string spelling) =>
        spelling.IndexOf(open + name + close, StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool IsPlain(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_');
}
