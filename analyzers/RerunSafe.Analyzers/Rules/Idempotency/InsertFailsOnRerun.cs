using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1015: a typed insert under a key from the input, which the store refuses on a rerun, with nobody who handles that.</summary>
internal sealed class InsertFailsOnRerun : Rule
{
    public const string Id = "RERUN1015";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Insert fails on a rerun",
        "{0} runs again when {1} {2}{3} and is refused, because {4} is there already under its key ({5}); nobody handles the violation, so the rerun stops here: upsert, look the key up first, or handle it",
        Categories.Idempotency,
        DiagnosticSeverity.Info,
        "A key from the input keeps a rerun from doubling the data. But the rerun ends at the first record that is there already, and what comes behind it is never written.");

    public override void Check(RuleContext context)
    {
        foreach (var verdict in AppendVerdicts.Of(context.Engine, context.Node))
        {
            if (verdict.Identity != AppendIdentity.FromInput || !context.Claim(verdict.Append.Site))
                continue;
            context.Report(
                Info, verdict.Append.Site.Syntax.GetLocation(), verdict.Path, verdict.Append.Site, isHint: false, null,
                AppendWords.Head(verdict.Append), verdict.Path.RootName, verdict.Path.Root.RunsAgain, verdict.Path.Way, verdict.Append.Set, string.Join(", ", verdict.Key));
        }
    }
}
