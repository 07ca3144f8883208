namespace RerunSafe.Analyzers.Sql;

/// <summary>The dialect a text is read in. <see cref="Generic"/> accepts what any of them accepts.</summary>
internal enum SqlDialect
{
    Generic,
    TSql,
    PostgreSql,
    MySql,
    Sqlite,
    Oracle,
    DuckDb,
    ClickHouse,
    Snowflake,
    BigQuery,
}
