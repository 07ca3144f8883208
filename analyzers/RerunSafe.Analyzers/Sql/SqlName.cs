namespace RerunSafe.Analyzers.Sql;

/// <summary>The name of a table as written, unquoted.</summary>
/// <param name="Schema">The qualifier(s) before the last dot, or empty.</param>
/// <param name="Name">The last part; empty where a hole hides all of it. A hole inside stays as <see cref="SqlText.Hole"/>.</param>
/// <param name="Span">Where the whole name stands in the text.</param>
/// <param name="IsTemporary">The text itself says so: #t, temp.t, CREATE TEMP TABLE t earlier in the same script, table variables.</param>
internal sealed record SqlName(string Schema, string Name, SqlSpan Span, bool IsTemporary);
