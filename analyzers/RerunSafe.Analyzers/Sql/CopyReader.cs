namespace RerunSafe.Analyzers.Sql;

/// <summary>Reads COPY, BULK INSERT and LOAD DATA.</summary>
internal static class CopyReader
{
    public static SqlStatement Read(SqlScope scope, int start, int end)
    {
        var tokens = scope.Tokens;
        var isLoad = tokens.Is(start, "LOAD");
        var isOverwritten = isLoad && tokens.Is(start + 2, "OVERWRITE");
        var into = isOverwritten ? start + 2 : isLoad ? tokens.Find("INTO", start, end) : -1;
        var at = isLoad ? into + 1 : start + 1;
        while (tokens.IsAny(at, "INTO", "TABLE", "INSERT"))
            at++;
        var other = new SqlStatement { Kind = SqlStatementKind.Other, Effect = RerunEffect.None, HeadSpan = tokens.SpanOf(start, start + 1) };
        if ((isLoad && into < 0) || tokens.IsSymbol(at, "(") || scope.NameAt(at, end, out var next) is not { } target)
            return other;
        var from = isLoad ? into : tokens.Find("FROM", next, end);

        // COPY t TO 'file', COPY INTO @stage FROM t: an export.
        if (from < 0 || target.Name.StartsWith("@", StringComparison.Ordinal) || tokens.IsKind(at, SqlTokenKind.String))
            return other;
        var isIgnored = isLoad && tokens.Find("IGNORE", start, into) >= 0;
        var isReplaced = isLoad && tokens.Find("REPLACE", start, into) >= 0;

        // Snowflake remembers which files it has loaded.
        var isRemembered = !isLoad && tokens.Is(start + 1, "INTO") && !IsForced(tokens, from, end);
        var convergence = isIgnored ? Convergence.ConflictIgnored
            : isReplaced ? Convergence.ConflictUpdates
            : isOverwritten ? Convergence.SliceReplaced
            : isRemembered ? Convergence.ExistenceChecked
            : Convergence.None;
        return new SqlStatement
        {
            Kind = SqlStatementKind.Copy,
            Target = target,
            HeadSpan = tokens.SpanOf(start, next),
            Effect = convergence == Convergence.None ? RerunEffect.Repeats : RerunEffect.Converges,
            Convergence = convergence,
            HasOpenClause = SqlHoles.HasOpenClause(tokens, start, end, hasValues: false),
        };
    }

    private static bool IsForced(SqlTokens tokens, int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (tokens.Is(i, "FORCE") && tokens.IsSymbol(i + 1, "=") && tokens.Is(i + 2, "TRUE"))
                return true;
        }

        return false;
    }
}
