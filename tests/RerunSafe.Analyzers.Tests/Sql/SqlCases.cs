using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>All texts of the table. Those of SQLite, DuckDB and PostgreSQL also run, in the world that <see cref="SqlWorld"/> sets up.</summary>
internal static class SqlCases
{
    public static IEnumerable<SqlCase> All =>
        Shared.Concat(SqliteCases.All).Concat(DuckDbCases.All).Concat(PostgreSqlCases.All).Concat(TSqlCases.All).Concat(MySqlCases.All).Concat(OracleCases.All).Concat(ClickHouseCases.All)
            .Concat(SnowflakeCases.All).Concat(BigQueryCases.All);

    public static IEnumerable<SqlCase> Of(SqlDialect dialect) => All.Where(c => c.Dialect == dialect);

    // What all three engines understand.
    private static IEnumerable<SqlCase> Shared =>
        from dialect in new[] { SqlDialect.Sqlite, SqlDialect.DuckDb, SqlDialect.PostgreSql }
        from text in Texts
        select new SqlCase(dialect, text.Text, text.Effect, text.Convergence);

    private static readonly (string Text, RerunEffect Effect, Convergence Convergence)[] Texts =
    [
        ("INSERT INTO orders (id, customer, amount) VALUES (1, 'ann', 10)", RerunEffect.Repeats, Convergence.None),
        ("insert into orders(id,amount) values(1,10),(2,20);", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO orders (id, customer, amount) SELECT id, customer, amount FROM staging", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO \"orders\" (\"id\", \"amount\") SELECT s.id, s.amount * 2 FROM staging AS s WHERE s.amount > 5", RerunEffect.Repeats, Convergence.None),
        ("WITH src AS (SELECT id, amount FROM staging) INSERT INTO orders (id, amount) SELECT id, amount FROM src", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO orders (id, amount) SELECT id, amount FROM staging UNION ALL SELECT 9, 90", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO orders (id, amount) SELECT s.id, s.amount FROM staging s LEFT JOIN processed p ON p.id = s.id WHERE p.id IS NULL", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO orders (id, customer) VALUES (1, 'it''s; DELETE FROM orders') -- WHERE NOT EXISTS", RerunEffect.Repeats, Convergence.None),
        ("INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
        ("INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT (id) DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
        ("INSERT INTO orders (id, amount) VALUES (1, 10) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount", RerunEffect.Converges, Convergence.ConflictUpdates),
        ("INSERT INTO orders AS o (id, amount, n) VALUES (1, 10, 1) ON CONFLICT (id) DO UPDATE SET n = o.n + 1", RerunEffect.Relative, Convergence.ConflictUpdates),
        ("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = orders.n + excluded.n", RerunEffect.Relative, Convergence.ConflictUpdates),
        ("INSERT INTO orders (id, customer, amount) SELECT id, customer, amount FROM staging WHERE true ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, amount = excluded.amount", RerunEffect.Converges, Convergence.ConflictUpdates),
        ("INSERT INTO orders (id, amount) SELECT s.id, s.amount FROM staging s WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = s.id)", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT 1, 10 WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = 1)", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT id, amount FROM staging WHERE id NOT IN (SELECT id FROM orders)", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT s.id, s.amount FROM staging s LEFT JOIN orders o ON o.id = s.id WHERE o.id IS NULL", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT id, amount FROM staging EXCEPT SELECT id, amount FROM orders", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT id, amount FROM staging WHERE (SELECT COUNT(*) FROM orders WHERE id = 1) = 0", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("INSERT INTO orders (id, amount) SELECT id + 1000, amount FROM staging WHERE id + 1000 > (SELECT COALESCE(MAX(id), 0) FROM orders)", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("WITH known AS (SELECT id FROM orders) INSERT INTO orders (id, amount) SELECT id, amount FROM staging WHERE id NOT IN (SELECT id FROM known)", RerunEffect.Converges, Convergence.ExistenceChecked),
        ("UPDATE orders SET amount = 5 WHERE id = 7", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET n = n + 1 WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET amount = amount - 10, status = 'paid' WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET n = COALESCE(n, 0) + 1", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET status = status || '!' WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET amount = amount * 2", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET n = CASE WHEN status = 'new' THEN n + 1 ELSE n END", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET amount = (SELECT SUM(s.amount) + 1 FROM staging s)", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET status = UPPER(status)", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET amount = COALESCE(amount, 3)", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET amount = s.amount + 1 FROM staging s WHERE s.id = orders.id", RerunEffect.Converges, Convergence.Absolute),
        ("DELETE FROM orders WHERE status = 'old'", RerunEffect.Converges, Convergence.Absolute),
        ("DELETE FROM orders WHERE status = 'new'; INSERT INTO orders (id, amount, status) SELECT id, amount, 'new' FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        ("DELETE FROM orders; INSERT INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.SliceReplaced),
        ("BEGIN; DELETE FROM orders WHERE id IN (1, 2); INSERT INTO orders (id, amount) SELECT id, amount FROM staging; COMMIT;", RerunEffect.Converges, Convergence.SliceReplaced),
        ("UPDATE orders SET n = 0; UPDATE orders SET n = 5 WHERE id = 7", RerunEffect.Converges, Convergence.Absolute),
        ("SELECT id, amount FROM orders WHERE status = 'new'", RerunEffect.None, Convergence.None),
        ("WITH x AS (SELECT id FROM orders) SELECT COUNT(*) FROM x", RerunEffect.None, Convergence.None),
        ("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = COALESCE(orders.n, 0) + 1", RerunEffect.Relative, Convergence.ConflictUpdates),
        ("INSERT INTO orders (id, n) VALUES (7, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n + 1", RerunEffect.Converges, Convergence.ConflictUpdates),
        ("UPDATE orders SET n = COALESCE(n, 0) + 1, status = 'seen' WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET n = (SELECT COUNT(*) FROM staging)", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET amount = orders.amount + s.amount FROM staging s WHERE orders.id = 7 AND s.id = 1", RerunEffect.Relative, Convergence.None),
        ("WITH src AS (SELECT id, amount FROM staging WHERE amount > 5) INSERT INTO orders (id, amount) SELECT id, amount FROM src WHERE true ON CONFLICT (id) DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
        ("INSERT INTO orders SELECT id, customer, amount, 'new', 1 FROM staging", RerunEffect.Repeats, Convergence.None),
        ("UPDATE orders SET n = n WHERE id = 7", RerunEffect.Converges, Convergence.Absolute),
        ("UPDATE orders SET amount = ROUND(amount * 1.1) WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET n = CASE WHEN n < 100 THEN n + 1 ELSE 100 END WHERE id = 7", RerunEffect.Relative, Convergence.None),
        ("UPDATE orders SET status = 'seen' WHERE id IN (SELECT id FROM staging)", RerunEffect.Converges, Convergence.Absolute),
        ("CREATE TABLE IF NOT EXISTS copied (id INTEGER); INSERT INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Repeats, Convergence.None),
        ("DROP TABLE IF EXISTS copied; CREATE TABLE copied AS SELECT * FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        ("DROP TABLE IF EXISTS incoming; CREATE TEMP TABLE incoming AS SELECT id, amount FROM staging; INSERT INTO orders (id, amount) SELECT id, amount FROM incoming", RerunEffect.Repeats, Convergence.None),
        ("DROP TABLE IF EXISTS incoming; CREATE TEMP TABLE incoming (id INTEGER, amount INTEGER); INSERT INTO incoming VALUES (1, 10); INSERT INTO orders (id, amount) SELECT id, amount FROM incoming WHERE true ON CONFLICT (id) DO NOTHING", RerunEffect.Converges, Convergence.ConflictIgnored),
    ];
}
