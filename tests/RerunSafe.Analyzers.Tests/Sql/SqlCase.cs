using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

/// <summary>A text as public code writes it, and what a rerun does with it.</summary>
internal sealed record SqlCase(SqlDialect Dialect, string Text, RerunEffect Effect, Convergence Convergence = Convergence.None)
{
    private static readonly RerunEffect[] FromBest = [RerunEffect.None, RerunEffect.Converges, RerunEffect.Unknown, RerunEffect.Repeats, RerunEffect.Relative];

    public override string ToString() => $"{Dialect}: {string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";

    public SqlScript Read() => SqlScript.Read(new SqlText(Text, Dialect));

    /// <summary>The statement that decides what a rerun of the whole text does.</summary>
    public static SqlStatement? Worst(SqlScript script) =>
        script.Statements.Where(s => s.Target is not { IsTemporary: true }).OrderBy(s => Array.IndexOf(FromBest, s.Effect)).LastOrDefault();
}
