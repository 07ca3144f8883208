using System.Data.Common;

namespace RerunSafe.Analyzers.CodeFixes.Tests.Idempotency;

/// <summary>The table that fixed statements write to, on a real engine.</summary>
internal static class OrdersTable
{
    public static void Run(DbConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Every row as "id|name|…", sorted.</summary>
    public static string[] Rows(DbConnection db)
    {
        using var command = db.CreateCommand();
        command.CommandText = "SELECT * FROM orders";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))));
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
