using Microsoft.Data.Sqlite;

namespace RerunSafe.TestKit.Sinks;

/// <summary>Reads which tables and columns a SQLite database has.</summary>
internal static class SqliteCatalog
{
    // PRAGMA table_xinfo tells generated columns too; hidden = 1 are those of virtual tables that cannot be selected usefully.
    private const string ColumnsOf = "SELECT name, pk FROM pragma_table_xinfo($table) WHERE hidden <> 1 ORDER BY cid";

    // Shadow tables hold the insides of virtual tables.
    private const string Names =
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type <> 'shadow' ORDER BY name";

    public static TableView Find(ISink sink, SqliteConnection connection, string name)
    {
        var names = List(connection);
        var found = names.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)).Name
            ?? throw new SinkException(
                $"The SQLite sink has no table '{name}'. {Nearest.Hint(name, [.. names.Select(known => known.Name)])} "
                + "Tables that the pipeline makes itself belong into the schema of the sink too.");
        return View(sink, connection, found);
    }

    public static TableView[] All(ISink sink, SqliteConnection connection) =>
        [.. List(connection).Where(known => known.Type != "view").Select(known => View(sink, connection, known.Name))];

    /// <summary>All tables, and SQLite's own one of AUTOINCREMENT counters when there is one.</summary>
    public static TableView[] WithCounters(ISink sink, SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'";
        TableView[] counters = command.ExecuteScalar() is 0L ? [] : [View(sink, connection, "sqlite_sequence")];
        return [.. All(sink, connection), .. counters];
    }

    /// <summary>What a database holds beside the rows of its tables.</summary>
    public static SqliteBeside Beside(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT user_version, application_id, (SELECT group_concat(name || ' ' || coalesce(sql, ''), ';') FROM (SELECT name, sql FROM sqlite_schema ORDER BY name)) FROM pragma_user_version, pragma_application_id";
        using var reader = command.ExecuteReader();
        reader.Read();
        return new SqliteBeside(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? "" : reader.GetString(2));
    }

    /// <summary>An identifier in SQL.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    private static List<(string Name, string Type)> List(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Names;
        using var reader = command.ExecuteReader();
        var names = new List<(string, string)>();
        while (reader.Read())
            names.Add((reader.GetString(0), reader.GetString(1)));

        return names;
    }

    private static TableView View(ISink sink, SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ColumnsOf;
        command.Parameters.AddWithValue("$table", name);
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        var key = new SortedDictionary<long, string>();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
            if (reader.GetInt64(1) is > 0 and var ordinal)
                key[ordinal] = reader.GetString(0);
        }

        return new TableView(sink, name, columns, [.. key.Values]);
    }
}
