using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1002: an append through an ORM or a document store that a rerun repeats, with nothing that makes it converge.</summary>
internal sealed class AppendWithoutKeyGuard : Rule
{
    public const string Id = "RERUN1002";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "Append is repeated by a rerun",
        "{0} runs again when {1} {2}{3} and {4}; {5}",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "What an ORM or a document store is given as new gets a new identity each time. A retry, a redelivery or a backfill then adds it once more, and no key of the store notices.");

    public override void Check(RuleContext context)
    {
        foreach (var verdict in AppendVerdicts.Of(context.Engine, context.Node))
        {
            if (!context.Claim(verdict.Append.Site))
                continue;
            context.Report(
                Info, verdict.Append.Site.Syntax.GetLocation(), verdict.Path, verdict.Append.Site, isHint: !verdict.IsSure, null,
                AppendWords.Head(verdict.Append), verdict.Path.RootName, verdict.Path.Root.RunsAgain, verdict.Path.Way, Outcome(verdict), Cure(verdict.Append));
        }
    }

    private static string Outcome(AppendVerdict verdict) => verdict.Identity switch
    {
        _ when verdict.Append.Set.Length == 0 => "adds the same value again",
        AppendIdentity.MadeHere => $"adds another {verdict.Append.Set} under an identity that this run makes",
        AppendIdentity.MadeByStore => $"adds another {verdict.Append.Set} under an identity that the store makes",
        _ => $"may add another {verdict.Append.Set}, because nothing on the way asks whether it is there",
    };

    private static string Cure(AppendFact append) => append.Set.Length == 0
        ? "write it under a key that comes from the input, or record the processed input together with it"
        : "look it up by its business key first, or give it a key from the input and handle the violation";
}
