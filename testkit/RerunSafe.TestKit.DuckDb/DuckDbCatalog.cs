using DuckDB.NET.Data;

namespace RerunSafe.TestKit.DuckDb;

/// <summary>One table or view of a database.</summary>
/// <param name="Name">"orders", or "audit.orders" outside of the schema main.</param>
/// <param name="Quoted">The same in SQL.</param>
/// <param name="IsView">Whether it is a view.</param>
internal sealed record Relation(string Name, string Quoted, bool IsView)
{
    public List<RelationColumn> Columns { get; } = [];

    public IReadOnlyList<string> Key { get; set; } = [];

    /// <summary>The values of these columns as they are compared, in SQL.</summary>
    public string Compared(IEnumerable<string> columns) => string.Join(", ", columns.Select(name => Columns.First(c => c.Name == name).Compared));
}

/// <summary>A column of a relation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as DuckDB spells it.</param>
internal sealed record RelationColumn(string Name, string Type)
{
    private static readonly string[] Plain =
    [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE",
        "VARCHAR", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "UUID",
    ];

    /// <summary>Its values as they are read and hashed, in SQL. As values, an empty list and NULL have one hash.</summary>
    public string Compared => ReadsAsText ? $"{DuckDbCatalog.Quote(Name)}::VARCHAR" : DuckDbCatalog.Quote(Name);

    /// <summary>Whether its values are compared as text: lists, structs, maps, enums, intervals and their like.</summary>
    public bool ReadsAsText => !Plain.Contains(Type) && (!Type.StartsWith("DECIMAL(", StringComparison.Ordinal) || Type.EndsWith(']'));

    public bool IsNumber => !ReadsAsText && Type is not ("BOOLEAN" or "VARCHAR" or "BLOB" or "UUID" or "TIME") && !IsTime;

    public bool IsTime => Type is "DATE" || Type.StartsWith("TIMESTAMP", StringComparison.Ordinal);
}

/// <summary>Reads what a database holds.</summary>
internal static class DuckDbCatalog
{
    private const string ColumnsOf = """
        SELECT c.schema_name, c.table_name, c.column_name, c.data_type, c.table_oid NOT IN (SELECT table_oid FROM duckdb_tables())
        FROM duckdb_columns() c WHERE c.database_name = current_database() AND NOT c.internal ORDER BY c.schema_name, c.table_name, c.column_index
        """;

    private const string Keys = """
        SELECT schema_name, table_name, unnest(constraint_column_names) FROM duckdb_constraints()
        WHERE database_name = current_database() AND constraint_type = 'PRIMARY KEY'
        """;

    /// <summary>
    /// Everything that shapes the database, without its rows. Not the positions of sequences: they move for what is rolled back too. Not macros: to list
    /// functions takes DuckDB ten times as long as all the rest.
    /// </summary>
    private const string Shape = """
        SELECT coalesce(md5(string_agg(line, chr(10) ORDER BY line)), '') FROM (
            SELECT sql AS line FROM duckdb_tables() WHERE database_name = current_database()
            UNION ALL SELECT sql FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
            UNION ALL SELECT sql FROM duckdb_indexes() WHERE database_name = current_database()
            UNION ALL SELECT concat(sequence_name, ' ', start_value, ' ', increment_by) FROM duckdb_sequences() WHERE database_name = current_database()
        )
        """;

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    public static string ShapeOf(DuckDBConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Shape;
        return (string)command.ExecuteScalar()!;
    }

    public static IReadOnlyList<Relation> RelationsOf(DuckDBConnection connection)
    {
        var relations = new List<Relation>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = ColumnsOf;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var name = NameOf(reader.GetString(0), reader.GetString(1));
                if (relations.Count == 0 || relations[^1].Name != name)
                    relations.Add(new Relation(name, $"{Quote(reader.GetString(0))}.{Quote(reader.GetString(1))}", reader.GetBoolean(4)));
                relations[^1].Columns.Add(new RelationColumn(reader.GetString(2), reader.GetString(3)));
            }
        }

        using var keys = connection.CreateCommand();
        keys.CommandText = Keys;
        using var rows = keys.ExecuteReader();
        while (rows.Read())
        {
            var relation = relations.First(r => r.Name == NameOf(rows.GetString(0), rows.GetString(1)));
            relation.Key = [.. relation.Key, rows.GetString(2)];
        }

        return relations;
    }

    private static string NameOf(string schema, string table) => schema == "main" ? table : $"{schema}.{table}";
}
