namespace RerunSafe.Analyzers.Sql;

/// <summary>Judges statements by what they mean for the ones behind them.</summary>
internal static class SqlSlices
{
    /// <summary>The rows that a load behind it writes are gone, so that loading again does not double them.</summary>
    public static bool Clears(SqlStatement statement)
    {
        if (statement.Kind is SqlStatementKind.Truncate or SqlStatementKind.Drop)
            return true;
        if (statement.Kind == SqlStatementKind.CreateTable)
            return statement is { IfNotExists: true, Convergence: Convergence.SliceReplaced };
        if (statement.Kind != SqlStatementKind.Delete)
            return false;

        // WHERE created < @cutoff is a purge of old rows, not the slice that is loaded.
        return statement.Conditions.IsEmpty || statement.Conditions.Any(c => c.Operator is not ("<" or "<=" or "<>" or "!="));
    }

    /// <summary>DECLARE … HANDLER FOR 1062 or SQLSTATE '23000'.</summary>
    public static bool IsUniqueHandler(SqlTokens tokens, SqlStatement statement)
    {
        var text = tokens.Text;
        return Holds(text, statement.Span, "HANDLER") && (Holds(text, statement.Span, "1062") || Holds(text, statement.Span, "23000"));
    }

    private static bool Holds(string text, SqlSpan span, string part) => text.IndexOf(part, span.Start, span.Length, StringComparison.OrdinalIgnoreCase) >= 0;
}
