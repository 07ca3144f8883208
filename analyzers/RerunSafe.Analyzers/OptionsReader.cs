using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers;

/// <summary>Reads the options of a compilation from .globalconfig or MSBuild properties.</summary>
internal static class OptionsReader
{
    public static EngineOptions Read(AnalyzerConfigOptions options) => new(Dialect(options), Get(options, "rerunsafe_scope", "RerunSafeScope") == "all");

    private static SqlDialect Dialect(AnalyzerConfigOptions options) => Get(options, "rerunsafe_dialect", "RerunSafeDialect") switch
    {
        "tsql" or "sqlserver" => SqlDialect.TSql,
        "postgresql" or "postgres" => SqlDialect.PostgreSql,
        "mysql" or "mariadb" => SqlDialect.MySql,
        "sqlite" => SqlDialect.Sqlite,
        "oracle" => SqlDialect.Oracle,
        "duckdb" => SqlDialect.DuckDb,
        "clickhouse" => SqlDialect.ClickHouse,
        "snowflake" => SqlDialect.Snowflake,
        "bigquery" => SqlDialect.BigQuery,
        _ => SqlDialect.Generic,
    };

    private static string Get(AnalyzerConfigOptions options, string key, string property)
    {
        if (options.TryGetValue(key, out var value) || options.TryGetValue("build_property." + property, out value))
            return value.Trim().ToLowerInvariant();
        return "";
    }
}
