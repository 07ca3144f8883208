using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules.Toolkit;

/// <summary>RERUN0004: a comment in SQL silences a rule and does not say why. Those of .sql files are read with the files.</summary>
internal sealed class SuppressionWithoutReason : Rule
{
    public const string Id = "RERUN0004";

    public static readonly RuleInfo Rule = RuleInfo.Create(
        Id,
        "A rule is silenced without a reason",
        "{0} is silenced here and nothing says why; write behind the ID why a rerun may do that",
        Categories.Toolkit,
        DiagnosticSeverity.Warning,
        "Whoever reads a comment that silences a rule wants to know whether it still holds. Only the reason tells.",
        isEnabledByDefault: false);

    public override RuleInfo Info => Rule;

    public override void Check(RuleContext context)
    {
        foreach (var fact in context.Facts.Sql)
        {
            foreach (var text in fact.Texts)
            {
                foreach (var ignore in text.Script.Ignores.All)
                {
                    if (IsUnexplained(ignore) && text.Source.LocationOf(ignore.Comment) is { IsInSource: true } place && context.Way() is { } path)
                        context.Report(Info, place, path, fact.Site, isHint: false, null, Names(ignore));
                }
            }
        }
    }

    public static bool IsUnexplained(SqlIgnore ignore) => ignore.Rules.Count > 0 && !ignore.Reason.Any(char.IsLetter);

    public static string Names(SqlIgnore ignore) => string.Join(", ", ignore.Rules);
}
