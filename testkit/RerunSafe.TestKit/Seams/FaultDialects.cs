using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace RerunSafe.TestKit.Seams;

/// <summary>Finds the dialect of a connection.</summary>
internal static class FaultDialects
{
    public static IFaultDialect For(DbConnection connection) =>
        connection is SqliteConnection ? SqliteFaults.Instance : new GeneralFaults(connection.GetType().Name.Replace("Connection", "", StringComparison.Ordinal));
}
