namespace RerunSafe.Analyzers.Sql;

/// <summary>One row of several is kept, and the engine may pick another one each time.</summary>
/// <param name="Kind">How it is picked.</param>
/// <param name="Span">The words that pick it.</param>
/// <param name="IsConstantOrder">There is an ORDER BY, but over a constant or over what all rows of the group share.</param>
internal readonly record struct SqlSurvivor(SqlSurvivorKind Kind, SqlSpan Span, bool IsConstantOrder);
