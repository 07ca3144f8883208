using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class DuckDbCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT OR IGNORE INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.ConflictIgnored),
        Case("INSERT OR REPLACE INTO orders (id, amount) VALUES (1, 10)", RerunEffect.Converges, Convergence.ConflictUpdates),
        Case("INSERT INTO orders BY NAME SELECT id, customer, amount FROM staging", RerunEffect.Repeats),
        Case("INSERT INTO orders BY NAME (SELECT id, amount FROM staging)", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) SELECT s.id, s.amount FROM staging s ANTI JOIN orders o ON o.id = s.id", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("CREATE OR REPLACE TABLE orders AS SELECT id, customer, amount, 'new' AS status, 1 AS n FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("CREATE TABLE IF NOT EXISTS copied AS SELECT * FROM staging", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("TRUNCATE orders; INSERT INTO orders (id, amount) SELECT id, amount FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("BEGIN TRANSACTION; DELETE FROM orders WHERE status = 'new'; INSERT INTO orders (id, status) VALUES (1, 'new'); COMMIT;", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("DROP TABLE IF EXISTS copied; CREATE TABLE copied AS SELECT * FROM staging; INSERT INTO copied SELECT * FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("INSERT INTO orders (id, amount) SELECT id, amount FROM staging QUALIFY row_number() OVER (PARTITION BY id ORDER BY amount) = 1", RerunEffect.Repeats),
        Case("MERGE INTO orders USING staging ON orders.id = staging.id WHEN MATCHED THEN UPDATE SET amount = staging.amount WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (staging.id, staging.amount)", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("MERGE INTO orders AS t USING staging AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET amount = t.amount + s.amount WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)", RerunEffect.Relative, Convergence.MergeOnKey),
        Case("MERGE INTO orders AS t USING staging AS s ON 1 = 0 WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = n + EXCLUDED.n", RerunEffect.Relative, Convergence.ConflictUpdates),
        Case("UPDATE orders SET n = n + 1, amount = 3 WHERE customer = 'pre'", RerunEffect.Relative),
        Case("INSERT INTO orders (id, amount) VALUES (1, 10) RETURNING id", RerunEffect.Repeats),
        Case("INSERT INTO orders (id, amount) FROM staging SELECT id, amount", RerunEffect.Repeats),
        Case("UPDATE orders SET status = array_to_string(list_append(string_split(status, ','), 'x'), ',') WHERE id = 7", RerunEffect.Relative),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.DuckDb, text, effect, convergence);
}
