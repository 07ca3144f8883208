using System.Data;
using System.Data.Common;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// Connections for runs. On SQLite they do not wait for the disk: a death closes the connection, it is no power cut, and thousands of
/// commits would spend most of a check in fsync.
/// </summary>
internal static class RunConnection
{
    public static DbConnection To(IDbSink sink)
    {
        var connection = sink.CreateConnection();
        if (sink is SqliteSink)
        {
            connection.StateChange += (_, change) =>
            {
                if (change.CurrentState == ConnectionState.Open)
                    Hasten(connection);
            };
        }

        return connection;
    }

    private static void Hasten(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF; PRAGMA journal_mode";
        // Only the rollback journal: to leave WAL would change the database.
        if (command.ExecuteScalar() is "delete")
        {
            command.CommandText = "PRAGMA journal_mode = MEMORY";
            command.ExecuteNonQuery();
        }
    }
}
