namespace RerunSafe.Analyzers.Sql;

/// <summary>How a statement keeps one row of several without saying which.</summary>
internal enum SqlSurvivorKind
{
    /// <summary>ROW_NUMBER() over groups, of which one number is kept or deleted.</summary>
    RowNumber,

    /// <summary>DISTINCT ON (…).</summary>
    DistinctOn,

    /// <summary>TOP 1, LIMIT 1 or FETCH FIRST 1 ROW of a subquery, or of what an INSERT reads.</summary>
    FirstRow,
}
