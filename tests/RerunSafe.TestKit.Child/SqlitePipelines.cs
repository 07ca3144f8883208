using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace RerunSafe.TestKit.Child;

public static class SqlitePipelines
{
    private static readonly ConcurrentDictionary<string, string> Keys = new();

    public static void Run(string kind, DbConnection db, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            var (id, amount) = (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("amount").GetInt32());
            switch (kind)
            {
                case "keys in a static field":
                    // As long as the process lives a record keeps its key, so that no rerun inside of it shows the mistake.
                    db.Execute("INSERT INTO orders (key, id) VALUES (@key, @id) ON CONFLICT (key) DO NOTHING", new { key = Keys.GetOrAdd(id, _ => Guid.NewGuid().ToString()), id });
                    break;
                case "keys from the data":
                    db.Execute("INSERT INTO orders (key, id) VALUES (@id, @id) ON CONFLICT (key) DO NOTHING", new { id });
                    break;
                case "two writes":
                case "two writes in one transaction":
                    Count(db, id, amount, together: kind != "two writes");
                    break;
                default:
                    throw new ArgumentException(kind);
            }
        }
    }

    private static void Count(DbConnection db, string id, int amount, bool together)
    {
        using var transaction = together ? db.BeginTransaction() : null;
        var isNew = db.Execute("INSERT INTO orders (key, id) VALUES (@id, @id) ON CONFLICT (key) DO NOTHING", new { id }, transaction) > 0;
        RerunPoint.Reached($"{id} written");
        if (isNew)
            db.Execute("UPDATE total SET amount = amount + @amount", new { amount }, transaction);
        transaction?.Commit();
        RerunPoint.Reached($"{id} counted");
    }
}
