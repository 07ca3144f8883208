using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;

namespace RerunSafe.Analyzers.Rules.Idempotency;

/// <summary>RERUN1010: how far a run has come is saved before its records are, or covers records that failed.</summary>
internal sealed class CheckpointBeforeWrite : Rule
{
    public const string Id = "RERUN1010";

    public override RuleInfo Info { get; } = RuleInfo.Create(
        Id,
        "A checkpoint is saved for records that are not",
        "'{0}' is saved {1}; when {2} {3}{4} it goes on behind records that are in no sink, so {5}",
        Categories.Idempotency,
        DiagnosticSeverity.Warning,
        "A checkpoint (watermark, offset, bookmark, time of the last run) says that everything up to it is in the sink. Saved too early, or past a record that failed, it makes the next run leave out what is missing.");

    public override void Check(RuleContext context)
    {
        var checkpoints = new Checkpoints(context.Engine);
        var saves = checkpoints.SavesIn(context.Facts);
        if (saves.Count == 0)
            return;
        var loads = checkpoints.LoadsIn(context.Facts, saves);
        foreach (var save in saves)
        {
            if (loads.Count > 0 && LoadBehind(context, save, saves, loads) is { } load)
                Report(context, checkpoints, save, load, $"before {Name(load)} writes the records that it stands for", "save it behind the write, or in the same transaction");
            else if (SwallowedBefore(context, save) is { } clause)
                Report(context, checkpoints, save, clause, "although the loop before it skips records that fail", "set the failed records aside, or stop at the first of them");
            else if (new LateCheckpoints(context.Engine, context.Node).ReadBefore(save) is { } read)
                ReportLate(context, save, read);
        }
    }

    private void Report(RuleContext context, Checkpoints checkpoints, CheckpointSave save, IOperation other, string when, string cure)
    {
        if (RerunPaths.WayTo(context.Node, (caller, site) => context.Transactions.CoversCall(caller.Facts, site)) is not { } path
            || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)) || !context.Claim(save.Site))
            return;
        var isRead = path.Steps.Any(step => checkpoints.ReadsIn(step.Facts, save));
        context.Report(
            Info, save.Site.Syntax.GetLocation(), path, other, isHint: !isRead, null,
            save.Name, when, path.RootName, path.Root.RunsAgain, path.Way, cure);
    }

    // No transaction helps: what others write while the run works is in none of its reads.
    private void ReportLate(RuleContext context, CheckpointSave save, IInvocationOperation read)
    {
        if (context.Way() is not { } path || path.Steps.Any(step => Annotations.IsAtMostOnce(step.Method)) || !context.Claim(save.Site))
            return;
        context.Report(
            Info, save.Site.Syntax.GetLocation(), path, read, isHint: false, null,
            save.Name, $"with a time that is taken after {read.TargetMethod.Name} has read, and covers what changed in between", path.RootName, path.Root.RunsAgain, path.Way,
            "take the time before the read, or save the greatest value that was read");
    }

    // The first write that follows on the same way, where none came before and no later save makes this one a mark that a run begins.
    private static IOperation? LoadBehind(RuleContext context, CheckpointSave save, List<CheckpointSave> saves, List<IOperation> loads)
    {
        if (loads.Any(load => SourceOrder.GoesOn(load, save.Site)))
            return null;
        foreach (var load in loads)
        {
            if (SourceOrder.GoesOn(save.Site, load) && IsUnconditional(save.Site, load)
                && !saves.Any(later => later != save && SourceOrder.GoesOn(load, later.Site)) && !IsOfLastRound(save, load)
                && !context.Transactions.AreTogether(context.Facts, save.Site, load, ProviderFacts.None))
                return load;
        }

        return null;
    }

    // if (checkpoint is null) Save(start): where to begin, and not how far the run has come.
    private static bool IsUnconditional(IOperation save, IOperation load)
    {
        for (var parent = save.Parent; parent is not null && !Operations.Encloses(parent, load); parent = parent.Parent)
        {
            if (parent is IConditionalOperation or ISwitchCaseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or IConditionalAccessOperation { WhenNotNull: not IInvocationOperation })
                return false;
        }

        return true;
    }

    // foreach (batch) { Save(last); Load(batch); last = batch.End; }: what is saved was loaded in the round before.
    private static bool IsOfLastRound(CheckpointSave save, IOperation load) =>
        save.Value is { } value && value.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(local =>
            BodyIndex.Of(local).Touching(local.Local).Any(o => o is IAssignmentOperation && o.Syntax.SpanStart > load.Syntax.SpanStart));

    // foreach … { try { Load(record) } catch { log } } Save(checkpoint)
    private static ICatchClauseOperation? SwallowedBefore(RuleContext context, CheckpointSave save)
    {
        var scopes = context.Facts.Catches.Count > 0 ? new RecordScopes(context.Engine) : null;
        foreach (var clause in context.Facts.Catches)
        {
            if (clause.Parent is not ITryOperation attempt || scopes!.Of(context.Node, attempt) is not { Loop.Loop: { } loop } scope
                || Operations.Encloses(loop, save.Site) || !SourceOrder.GoesOn(loop, save.Site)
                || !FailureHandling.WorksForSure(attempt.Body, context.Node, scope, context.Engine)
                || context.Guards.IsOnlyForUniqueViolation(clause)
                || (clause.ExceptionType is { } type && context.Engine.Catalog.ExceptionsOf(type).Any(e => e.Meaning == ExceptionMeaning.Cancellation)))
                continue;
            var ends = new CatchPaths(new FailureHandling(context.Engine, context.Node, clause, scope).Accounts, context.Guards.AsksForUniqueViolation).Ends(clause);
            if ((ends & (CatchEnd.Continues | CatchEnd.FallsThrough)) != 0)
                return clause;
        }

        return null;
    }

    private static string Name(IOperation load) => load is IInvocationOperation call ? call.TargetMethod.Name : "the call";
}
