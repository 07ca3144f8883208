using Npgsql;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>One relation of a database.</summary>
/// <param name="Name">"orders", or "audit.orders" outside of the schema public.</param>
/// <param name="Quoted">The same in SQL.</param>
/// <param name="Kind">r and p for tables, v for views, m for materialized views, f for foreign tables.</param>
internal sealed record Relation(string Name, string Quoted, char Kind)
{
    public List<RelationColumn> Columns { get; } = [];

    public List<string> Key { get; } = [];

    public bool IsTable => Kind is 'r' or 'p';

    /// <summary>What <c>COPY … FROM</c> can fill: all columns that the engine does not compute.</summary>
    public string Stored => string.Join(", ", Columns.Where(c => !c.Generated).Select(c => PostgreSqlCatalog.Quote(c.Name)));
}

/// <summary>A column of a relation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Generated">Whether the engine computes it.</param>
/// <param name="ReadsAsText">Whether its values are compared as text: arrays, ranges, composite types and their like.</param>
internal sealed record RelationColumn(string Name, bool Generated, bool ReadsAsText);

/// <summary>Reads what a database holds.</summary>
internal static class PostgreSqlCatalog
{
    private const string Relations = """
        SELECT n.nspname, c.relname, c.relkind, a.attname, a.attgenerated <> '', t.typcategory NOT IN ('N', 'S', 'B', 'D') AND t.typname NOT IN ('uuid', 'bytea', 'json', 'jsonb'),
               coalesce(array_position(k.conkey, a.attnum), 0)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
        ORDER BY n.nspname, c.relname, a.attnum
        """;

    /// <summary>
    /// Everything that shapes the database, without its rows: relations, columns, defaults, constraints, indexes, functions, triggers. Not the
    /// positions of sequences: they move for what is rolled back too.
    /// </summary>
    private const string Shape = """
        SELECT md5(coalesce(string_agg(line, E'\n' ORDER BY line), '')) FROM (
            SELECT 'c' || format('%s.%s %s %s %s %s', n.nspname, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS line
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
            UNION ALL SELECT 'k' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0 AND connamespace::regnamespace::text NOT LIKE 'pg\_%'
            UNION ALL SELECT 'i' || pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\_%'
            UNION ALL SELECT 't' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'v' || viewname || definition FROM pg_views WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\_%'
            UNION ALL SELECT 'f' || p.oid::regprocedure || md5(p.prosrc) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
        ) shape
        """;

    /// <summary>
    /// Changes whenever the shape may have changed: which version of its row each object of the users has in the catalog. A hundredth of the work
    /// of <see cref="Shape"/>. Numbers of transactions are never used twice on a server, so that one stamp stands for one shape.
    /// </summary>
    private const string Stamp = """
        SELECT concat_ws('/',
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_class WHERE oid >= 16384 AND relkind <> 't'),
            (SELECT sum(hashtextextended(attrelid || ' ' || attnum || ' ' || xmin, 0)) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0),
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_attrdef WHERE oid >= 16384),
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_constraint WHERE oid >= 16384),
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_trigger WHERE oid >= 16384),
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_rewrite WHERE oid >= 16384),
            (SELECT sum(hashtextextended(oid || ' ' || xmin, 0)) FROM pg_proc WHERE oid >= 16384))
        """;

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    public static async Task<string> StampAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Stamp, connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>How many bytes the rows of each table take; 0 for a table that has never had one.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> SizesAsync(NpgsqlConnection connection, IEnumerable<Relation> tables, CancellationToken cancellationToken)
    {
        var named = tables.ToList();
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        if (named.Count == 0)
            return sizes;
        await using var command = new NpgsqlCommand(
            string.Join(" UNION ALL ", named.Select((t, i) => $"SELECT {i}, (SELECT coalesce(sum(pg_relation_size(relid)), 0)::bigint FROM (SELECT '{t.Quoted.Replace("'", "''")}'::regclass AS relid UNION SELECT relid FROM pg_partition_tree('{t.Quoted.Replace("'", "''")}')) files)")), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            sizes[named[reader.GetInt32(0)].Name] = reader.GetInt64(1);
        return sizes;
    }

    public static async Task<string> ShapeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Shape, connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public static async Task<IReadOnlyList<Relation>> RelationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Relations, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var relations = new List<Relation>();
        var keys = new SortedDictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (schema, table) = (reader.GetString(0), reader.GetString(1));
            var name = schema == "public" ? table : $"{schema}.{table}";
            if (relations.Count == 0 || relations[^1].Name != name)
            {
                Close();
                relations.Add(new Relation(name, $"{Quote(schema)}.{Quote(table)}", reader.GetChar(2)));
            }

            relations[^1].Columns.Add(new RelationColumn(reader.GetString(3), reader.GetBoolean(4), reader.GetBoolean(5)));
            if (reader.GetInt32(6) is > 0 and var place)
                keys[place] = reader.GetString(3);
        }

        Close();
        return relations;

        void Close()
        {
            if (relations.Count > 0)
                relations[^1].Key.AddRange(keys.Values);
            keys.Clear();
        }
    }

    /// <summary>The sequences with their positions.</summary>
    public static async Task<IReadOnlyList<(string Quoted, long Last, bool IsCalled)>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Names = "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1";
        var names = new List<string>();
        await using (var command = new NpgsqlCommand(Names, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                names.Add(reader.GetString(0));
        }

        var sequences = new List<(string, long, bool)>();
        if (names.Count == 0)
            return sequences;
        await using var positions = new NpgsqlCommand(string.Join(" UNION ALL ", names.Select((name, i) => $"SELECT {i}, last_value, is_called FROM {name}")), connection);
        await using var rows = await positions.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            sequences.Add((names[rows.GetInt32(0)], rows.GetInt64(1), rows.GetBoolean(2)));
        return sequences;
    }
}
