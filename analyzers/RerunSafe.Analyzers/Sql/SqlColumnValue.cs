namespace RerunSafe.Analyzers.Sql;

/// <summary>A column and what it gets (INSERT column and first VALUES row or SELECT item; UPDATE … SET column = value).</summary>
/// <param name="Column">The column's name, unquoted, without its table.</param>
/// <param name="Value">What it gets.</param>
/// <param name="IsRelative">The value depends on what this column of the target row already holds (n = n + 1, n = t.n + excluded.n, coalesce(n, 0) + 1, list appends).</param>
/// <param name="Span">The whole assignment, or the column's name in an INSERT column list.</param>
internal sealed record SqlColumnValue(string Column, SqlValue Value, bool IsRelative, SqlSpan Span);
