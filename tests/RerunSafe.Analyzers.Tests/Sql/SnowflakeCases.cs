using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class SnowflakeCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT OVERWRITE INTO orders SELECT * FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("COPY INTO orders FROM @landing/orders FILE_FORMAT = (TYPE = CSV)", RerunEffect.Converges, Convergence.ExistenceChecked),
        Case("COPY INTO orders FROM @landing FORCE = TRUE", RerunEffect.Repeats),
        Case("COPY INTO @landing/out FROM orders", RerunEffect.None),
        Case("MERGE INTO orders t USING staging s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.n = t.n + 1 WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, 1)", RerunEffect.Relative, Convergence.MergeOnKey),
        Case("UPDATE orders SET tags = ARRAY_APPEND(tags, 'x') WHERE id = 1", RerunEffect.Relative),
        Case("INSERT INTO orders (id) SELECT $1 FROM @landing/orders", RerunEffect.Repeats),
        Case("INSERT INTO orders SELECT PARSE_JSON(column1) FROM VALUES ('{}')", RerunEffect.Repeats),
        Case("CREATE OR REPLACE TABLE orders AS SELECT * FROM staging", RerunEffect.Converges, Convergence.SliceReplaced),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.Snowflake, text, effect, convergence);
}
