using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class ClickHouseCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO orders (id, amount) VALUES ({id:UInt64}, {amount:Decimal(10, 2)})", RerunEffect.Repeats),
        Case("INSERT INTO db.orders FORMAT JSONEachRow", RerunEffect.Repeats),
        Case("INSERT INTO orders (* EXCEPT(day)) VALUES (1)", RerunEffect.Repeats),
        Case("INSERT INTO orders SELECT * FROM s3('https://x/y.csv', 'CSV')", RerunEffect.Repeats),
        Case("INSERT INTO orders SETTINGS async_insert=1, wait_for_async_insert=1 VALUES (1, 2)", RerunEffect.Repeats),
        Case("INSERT INTO orders SELECT id FROM staging WHERE id NOT IN (SELECT id FROM orders)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("ALTER TABLE orders DROP PARTITION '2024-01'; INSERT INTO orders SELECT * FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("ALTER TABLE orders DELETE WHERE day = '2024-01-01'", RerunEffect.Converges, Convergence.Absolute),
        Case("ALTER TABLE orders UPDATE n = n + 1 WHERE id = 1", RerunEffect.Relative),
        Case("ALTER TABLE orders REPLACE PARTITION '2024-01' FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("OPTIMIZE TABLE orders FINAL", RerunEffect.None),
        Case("INSERT INTO orders (id) SELECT id FROM staging FINAL", RerunEffect.Repeats),
        Case("INSERT INTO orders FORMAT CSV", RerunEffect.Repeats),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.ClickHouse, text, effect, convergence);
}
