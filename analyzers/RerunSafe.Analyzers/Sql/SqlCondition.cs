namespace RerunSafe.Analyzers.Sql;

/// <summary>One comparison out of the top-level AND chain of a WHERE (or JOIN … ON / MERGE ON).</summary>
/// <param name="Column">The column compared, unquoted, without its table; empty where neither side is a plain column. A column inside a function (date(c), CAST(c AS date)) counts.</param>
/// <param name="Operator">=, &lt;&gt;, &lt;, &lt;=, &gt;, &gt;=, IN, BETWEEN, LIKE, IS, or another operator's text, in upper case.</param>
/// <param name="Value">The other side.</param>
/// <param name="Span">The whole comparison.</param>
internal sealed record SqlCondition(string Column, string Operator, SqlValue Value, SqlSpan Span);
