using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class SqliteCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT OR IGNORE INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("INSERT OR REPLACE INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("REPLACE INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT OR ABORT INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT OR ROLLBACK INTO orders (id, amount) SELECT id, amount FROM staging", RerunEffect.Repeats),
        Case("INSERT INTO main.orders (id, amount) VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT INTO [orders] ([id], [amount]) VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT INTO `orders` (`id`, `amount`) VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT INTO 'orders' (id, amount) VALUES (1, 10)", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) VALUES (1, 10); SELECT last_insert_rowid();", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) VALUES (1, 10) RETURNING id", RerunEffect.Repeats),
        Case("UPDATE orders SET amount = 10 WHERE id = 1; INSERT INTO orders (id, amount) SELECT 1, 10 WHERE changes() = 0;", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("UPDATE orders SET amount = 10 WHERE id = 1; INSERT INTO orders (id, amount) SELECT 1, 10 WHERE (SELECT changes() = 0);", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("BEGIN IMMEDIATE; DELETE FROM orders WHERE customer = 'ann'; INSERT INTO orders (id, customer) VALUES (1, 'ann'); END;", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("UPDATE OR IGNORE orders SET n = n + 1 WHERE id = 7", RerunEffect.Relative),
        Case("CREATE TABLE IF NOT EXISTS audit_log (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("PRAGMA foreign_keys = ON; INSERT INTO orders (id, amount) VALUES (1, 10);", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT(id) DO UPDATE SET n = n + 1", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, status) VALUES (1, 'a') ON CONFLICT(id) DO UPDATE SET status = orders.status || excluded.status", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n, amount) VALUES (1, 1, 2) ON CONFLICT(id) DO UPDATE SET (n, amount) = (excluded.n, excluded.amount)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT(id) DO UPDATE SET n = max(n, excluded.n)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("/* load */ INSERT INTO orders\n  (id, amount)\nVALUES\n  (1, 10)\n;", RerunEffect.Repeats),
        Case("UPDATE orders SET n = -n WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET n = 1 - n WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET n = NOT n WHERE id = 7", RerunEffect.Relative),
        Case("INSERT OR FAIL INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Repeats),
        Case("UPDATE orders SET status = json_insert(CASE WHEN json_valid(status) THEN status ELSE '[]' END, '$[#]', 'x') WHERE id = 7", RerunEffect.Relative),
        Case("UPDATE orders SET n = n + (SELECT COUNT(*) FROM staging) WHERE id = 7", RerunEffect.Relative),
        Case("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3) INSERT INTO orders (id) SELECT x FROM c", RerunEffect.Repeats),
        Case("SAVEPOINT s; INSERT INTO orders (id, amount) VALUES (1, 10); RELEASE s", RerunEffect.Repeats),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.Sqlite, text, effect, convergence);
}
