using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

internal static class BigQueryCases
{
    public static IEnumerable<SqlCase> All =>
    [
        Case("INSERT INTO `shop.sales.orders` (id) VALUES (1)", RerunEffect.Repeats),
        Case("INSERT sales.orders (id) SELECT id FROM sales.staging", RerunEffect.Repeats),
        Case("MERGE sales.orders t USING sales.staging s ON t.id = s.id WHEN NOT MATCHED THEN INSERT ROW", RerunEffect.Converges, Convergence.MergeOnKey),
        Case("MERGE sales.orders t USING sales.staging s ON FALSE WHEN NOT MATCHED THEN INSERT ROW", RerunEffect.Repeats),
        Case("MERGE sales.orders t USING sales.staging s ON FALSE WHEN NOT MATCHED THEN INSERT ROW WHEN NOT MATCHED BY SOURCE AND t.day = @day THEN DELETE", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("CREATE OR REPLACE TABLE sales.orders AS SELECT * FROM sales.staging", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("LOAD DATA INTO sales.orders FROM FILES (format = 'CSV', uris = ['gs://landing/*.csv'])", RerunEffect.Repeats),
        Case("LOAD DATA OVERWRITE sales.orders FROM FILES (format = 'CSV', uris = ['gs://landing/*.csv'])", RerunEffect.Converges, Convergence.SliceReplaced),
        Case("BEGIN TRANSACTION; DELETE FROM sales.orders WHERE day = @day; INSERT INTO sales.orders SELECT * FROM sales.staging; COMMIT TRANSACTION;", RerunEffect.Converges, Convergence.SliceReplaced),
    ];

    private static SqlCase Case(string text, RerunEffect effect, Convergence convergence = Convergence.None) => new(SqlDialect.BigQuery, text, effect, convergence);
}
