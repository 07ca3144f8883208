namespace RerunSafe.Analyzers.Sql;

/// <summary>A comment that tells rules to be silent.</summary>
/// <param name="Rules">The IDs that it names.</param>
/// <param name="Reason">What it says after them.</param>
/// <param name="Comment">Where it stands.</param>
/// <param name="Line">The line that it speaks of.</param>
internal sealed record SqlIgnore(IReadOnlyList<string> Rules, string Reason, SqlSpan Comment, SqlSpan Line);
