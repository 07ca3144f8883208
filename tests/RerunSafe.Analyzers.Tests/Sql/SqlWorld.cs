using System.Data.Common;
using System.Text;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>The tables in which the statements of the table run, with and without a unique key on orders.</summary>
internal static class SqlWorld
{
    public static void SetUp(DbConnection connection, bool hasKey)
    {
        Execute(connection, $"CREATE TABLE orders (id INTEGER{(hasKey ? " PRIMARY KEY" : "")}, customer TEXT, amount INTEGER, status TEXT, n INTEGER)");
        Execute(connection, "CREATE TABLE staging (id INTEGER, customer TEXT, amount INTEGER)");
        Execute(connection, "CREATE TABLE processed (id INTEGER PRIMARY KEY)");
        Execute(connection, "INSERT INTO orders VALUES (7, 'pre', 70, 'new', 1)");
        Execute(connection, "INSERT INTO staging VALUES (1, 'ann', 10), (2, 'bob', 20)");
    }

    public static void Execute(DbConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    /// <summary>All rows of the target in a fixed order.</summary>
    public static string State(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM orders ORDER BY 1, 2, 3, 4, 5";
        using var reader = command.ExecuteReader();
        var state = new StringBuilder();
        while (reader.Read())
        {
            for (var i = 0; i < reader.FieldCount; i++)
                state.Append(reader.IsDBNull(i) ? "null" : reader.GetValue(i)).Append('|');
            state.Append('\n');
        }

        return state.ToString();
    }
}
