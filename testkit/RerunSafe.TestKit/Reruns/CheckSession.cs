using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Processes;
using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>One input, whole or shrunk: the undisturbed runs that everything else is compared with.</summary>
internal sealed class CheckSession(CheckSetup setup, KeptGroups? groups)
{
    private readonly List<Finding> _findings = [];
    private readonly List<string> _notes = [];

    public CheckSetup Setup => setup;

    public KeptGroups? Groups => groups;

    public RunInput Faulty { get; } = new(InputForm.Faulty, groups);

    /// <summary>What the undisturbed runs have shown.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>What the check cannot speak about. Known for a whole input only.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The undisturbed run, with the points that it passed.</summary>
    public RunGate Recorded { get; private set; } = new(new RunPlan());

    /// <summary>The durable states from which a rerun a day later came to the right end, whatever had led to them.</summary>
    public HashSet<string> SafeStates { get; } = new(StringComparer.Ordinal);

    /// <summary>The durable states from which a rerun did not.</summary>
    public HashSet<string> UnsafeStates { get; } = new(StringComparer.Ordinal);

    public ObservedState Undisturbed { get; private set; } = null!;

    public IReadOnlyList<LabelledDelivery> Deliveries { get; private set; } = [];

    /// <summary>Runs the pipeline undisturbed on the faulty input twice and on the clean input once.</summary>
    /// <returns>False when no schedule can be judged, because the pipeline does not even do the same thing twice.</returns>
    public async Task<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        var before = await setup.Runner.Sinks.StatesAsync(cancellationToken).ConfigureAwait(false);
        var tables = groups is null ? await setup.Runner.Sinks.TablesAsync(cancellationToken).ConfigureAwait(false) : null;
        var first = await setup.Runner.RunAsync(Faulty, plan: RunPlan.Recording, cancellationToken: cancellationToken).ConfigureAwait(false);
        Recorded = first.Gate;
        Deliveries = [.. setup.Runner.Workloads.SelectMany(w => setup.Runner.Cache.Of(w, Faulty))];
        RequireDeliveries(first);
        if (!await EndsWellAsync(first, "undisturbed", cancellationToken).ConfigureAwait(false))
            return false;
        if (first.Gate.Deliveries < Deliveries.Count)
        {
            _findings.Add(new(Oracle.Conservation, Verdict.Lost, $"The undisturbed run ended well after {first.Gate.Deliveries:N0} of {Texts.Count(Deliveries.Count, "delivery", "deliveries")}: nothing became of the others. The pipeline must read its deliveries to the end")
            {
                Deliveries = [.. Deliveries.Skip(first.Gate.Deliveries)],
            });
        }

        var after = await setup.Runner.Sinks.StatesAsync(cancellationToken).ConfigureAwait(false);
        var changed = after.Where(state => before.TryGetValue(state.Key, out var old) && old != state.Value).Select(state => state.Key).ToList();
        if (changed.Count == 0 && Deliveries.Any(d => d.Truth.Fate == Fate.Sink))
            _findings.Add(new(Oracle.Truth, Verdict.Lost, "The undisturbed run changed nothing in the sinks, though records must be in them: the pipeline writes elsewhere, swallows its errors or never commits; or the sinks held its result before the check, so that nothing can be proved on them") { Deliveries = Deliveries });
        if (first.Gate.WritesSeen == 0 && changed.Any(setup.Runner.Sinks.IsSeen))
            _findings.Add(new(Oracle.Coverage, Verdict.UnseenWrite, "The sink changed, but the kit saw no write: the pipeline has a connection of its own. Give it run.Connect(db)"));
        if (tables is not null)
            await NoteAsync(tables, cancellationToken).ConfigureAwait(false);
        Undisturbed = await ObservedState.ReadAsync(setup.Observed, cancellationToken).ConfigureAwait(false);
        if (first.Gate.Deliveries >= Deliveries.Count && changed.Count > 0)
            Conserve();
        _findings.AddRange(await JudgeDeadLettersAsync(cancellationToken: cancellationToken).ConfigureAwait(false));

        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        var watch = new UnseenWriteWatch(() => setup.Runner.Sinks.SeenStateAsync(cancellationToken).GetAwaiter().GetResult(), Recorded.DurableStates);
        watch.Begin(0, null);
        var second = await setup.Runner.RunAsync(Faulty, plan: new RunPlan { Watch = watch }, cancellationToken: cancellationToken).ConfigureAwait(false);
        watch.End(null);
        if (!await EndsWellAsync(second, "second undisturbed", cancellationToken).ConfigureAwait(false))
            return false;
        if (await Undisturbed.CompareNowAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } differences)
        {
            _findings.AddRange(second.Gate.WritesSeen < first.Gate.WritesSeen
                ? [Remembers(first.Gate.WritesSeen, second.Gate.WritesSeen, differences[0])]
                : differences.Select(NonDeterministic));
            return false;
        }

        if (groups is null && setup.Runner.Sinks.Sinks.Any(s => !setup.Runner.Sinks.IsSeen(s)) && Recorded.Points.All(p => p.Point.Kind != StepKind.Custom))
            _notes.Add(setup.Runner.Sinks.HasProcess
                ? "a death between two writes of the process: the kit does not see them. Have it announce its points (RERUNSAFE_POINTS), lead it through run.Through(…), or have its sink watched"
                : "a death between two writes to files: the kit does not see them. Name the places with run.CrashPoint(\"…\")");
        if (watch.IsSample && groups is null)
            _notes.Add("a single write that the kit did not see: with so many writes it looked between some of them only");
        if (watch.Found is { } place && first.Gate.WritesSeen > 0)
            _findings.Add(new(Oracle.Coverage, Verdict.UnseenWrite, $"The sink changed {place} without a write that the kit saw: part of the pipeline has a connection of its own. Give it run.Connect(db)"));
        return await JudgeTruthAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares the sinks, as a schedule left them, with the undisturbed run and with the labels.</summary>
    /// <param name="laterDay">Whether the clock was a day on.</param>
    /// <param name="deliveries">What had been delivered; null for the input as it is.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<IReadOnlyList<Finding>> JudgeAsync(bool laterDay, IReadOnlyCollection<LabelledDelivery>? deliveries = null, CancellationToken cancellationToken = default)
    {
        var differences = await Undisturbed.CompareNowAsync(cancellationToken).ConfigureAwait(false);
        var letters = await JudgeDeadLettersAsync(deliveries: deliveries, cancellationToken: cancellationToken).ConfigureAwait(false);
        // What was already wrong in the undisturbed run has been said.
        return [.. Verdicts.Of(Oracle.Convergence, differences, Recorded, laterDay), .. letters.Where(l => !_findings.Any(f => f.Oracle == l.Oracle && f.Verdict == l.Verdict))];
    }

    /// <summary>Puts the sinks back, brings a run to a point and ends it there.</summary>
    public async Task<RunResult> DieAtAsync(CrashPoint point, CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        return await setup.Runner.RunAsync(Faulty, 0, RunPlan.Stop(point, StepVerdict.Die), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The delivery that was being processed at a point; null before the first.</summary>
    public LabelledDelivery? DeliveryAt(CrashPoint point) => Deliveries.FirstOrDefault(d => d.Delivery.Source == point.Source && d.Delivery.Position == point.Position);

    /// <summary>Stops a run at a point and runs again at the same moment of the clock; null when that run does not end well.</summary>
    public async Task<IReadOnlyList<Finding>?> StopAndRerunAsync(CrashPoint point, StepVerdict verdict, CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        await setup.Runner.RunAsync(Faulty, 0, RunPlan.Stop(point, verdict), cancellationToken).ConfigureAwait(false);
        var rerun = await setup.Runner.RunAsync(Faulty, 0, cancellationToken: cancellationToken).ConfigureAwait(false);
        return rerun.End == RunEnd.Completed ? await JudgeAsync(laterDay: false, cancellationToken: cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>Compares the sinks after a replay with what they should hold then. Letters that were replayed may be gone.</summary>
    /// <param name="expected">The state of a run on wholly good input; for a second replay, the state after the first.</param>
    /// <param name="isTruth">True when <paramref name="expected"/> is the truth, so that what the undisturbed run already had against it is not said again.</param>
    /// <param name="which">"replay" or "second replay".</param>
    /// <param name="laterDay">Whether the clock was a day on.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<IReadOnlyList<Finding>> JudgeReplayAsync(ObservedState expected, bool isTruth, string which, bool laterDay, CancellationToken cancellationToken)
    {
        var differences = await expected.CompareNowAsync(cancellationToken).ConfigureAwait(false);
        var letters = await JudgeDeadLettersAsync(mustBeThere: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        var news = Verdicts.Of(Oracle.Convergence, differences, Recorded, laterDay)
            .Where(d => !isTruth || !_findings.Any(f => f.Oracle == Oracle.Truth && f.Verdict == d.Verdict && f.Table == d.Table))
            .Select(d => d with { Message = $"After the {which} of the repaired dead letters {d.Message}" });
        return [.. news, .. letters.Where(l => !_findings.Any(f => f.Oracle == l.Oracle && f.Verdict == l.Verdict))];
    }

    /// <summary>Puts the sinks back to where they were before the check.</summary>
    public Task RestoreAsync(CancellationToken cancellationToken) => setup.Runner.Sinks.RestoreAsync(cancellationToken);

    public async Task<IReadOnlyList<DeadLetterRow>> ReadDeadLettersAsync(CancellationToken cancellationToken) =>
        setup.DeadLetters is null ? [] : await setup.DeadLetters.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>A run that ended in an exception or not at all, as a finding; null when it ended well.</summary>
    public static Finding? Completion(RunResult run, string which, TimeSpan deadline)
    {
        IReadOnlyList<LabelledDelivery> at = run.Gate.Current is { } current ? [current] : [];
        var record = run.Gate.Current is { } last ? $" while it worked on delivery {last.Delivery.Position}{(last.Truth.Fault is { } fault ? $" ({fault})" : "")}" : " before it took a delivery";
        return run.End switch
        {
            RunEnd.Hung => new(Oracle.Completion, Verdict.Hung, $"The {which} run was not over after {deadline.TotalSeconds:0.###} s. {run.WaitsFor}") { Deliveries = at },
            RunEnd.Threw => new(Oracle.Completion, Verdict.Crashed, $"The {which} run ended with {run.Error!.GetType().Name}{record}: {Said(run.Error)}") { Deliveries = at, Rule = LikelyRule.OfCrash(run.Error) },
            _ => null,
        };
    }

    /// <summary>What a process wrote is all that one has of it; an exception of this process has a stack besides.</summary>
    private static string Said(Exception error) => error is PipelineProcessException
        ? error.Message
        : $"{Texts.Shorten(error.Message.ReplaceLineEndings(" "), 300)}{FirstFrame(error)}{Cure(error)}";

    private static string Cure(Exception error) => error is InvalidCastException && error.Message.Contains("RerunSafe.TestKit.Seams.Gated", StringComparison.Ordinal)
        ? ". The kit's connection is a decorator and no provider's own class: let the pipeline take DbConnection, DbCommand and DbTransaction"
        : "";

    private static string FirstFrame(Exception error)
    {
        var frame = error.StackTrace?.Split('\n').FirstOrDefault(line => !line.Contains(" System.", StringComparison.Ordinal) && !line.Contains(" Microsoft.", StringComparison.Ordinal) && !line.Contains(" RerunSafe.TestKit.Seams.", StringComparison.Ordinal));
        return frame is null ? "" : $" ({frame.Trim()})";
    }

    private async Task<bool> EndsWellAsync(RunResult run, string which, CancellationToken cancellationToken)
    {
        if (Completion(run, which, setup.Runner.Deadline) is not { } finding)
            return true;
        if (run.End == RunEnd.Threw)
        {
            await RestoreAsync(cancellationToken).ConfigureAwait(false);
            var clean = await setup.Runner.RunAsync(Faulty with { Form = InputForm.Clean }, cancellationToken: cancellationToken).ConfigureAwait(false);
            var hint = clean.End == RunEnd.Completed
                ? "The clean input passes, so a faulty record stops all the others (RERUN2002)"
                : "It does not get through the clean input either: the pipeline itself or its set-up is broken";
            finding = finding with { Message = $"{finding.Message}. {hint}" };
        }

        _findings.Add(finding);
        return false;
    }

    private async Task<bool> JudgeTruthAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        var run = await setup.Runner.RunAsync(Faulty with { Form = InputForm.Clean }, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (Completion(run, "clean", setup.Runner.Deadline) is { } failed)
        {
            _findings.Add(failed);
            return false;
        }

        var clean = await ObservedState.ReadAsync(setup.Observed, cancellationToken).ConfigureAwait(false);
        if (clean.IsEmpty && Deliveries.Any(d => d.Truth.Fate == Fate.Sink))
        {
            _findings.Add(new(Oracle.Truth, Verdict.Lost, "After a run on the clean input every observed table is empty, though records must be in the sink: the pipeline is wrong before anything is done to it, never commits, or writes to other tables than those of Observe") { Deliveries = Deliveries });
            return true;
        }

        if ((await ReadDeadLettersAsync(cancellationToken).ConfigureAwait(false)).Count is > 0 and var count)
            _findings.Add(new(Oracle.Truth, Verdict.WronglyDeadLettered, $"A run on the clean input left {Texts.Count(count, "dead letter")}: the pipeline is wrong before anything is done to it"));
        _findings.AddRange(Verdicts.Of(Oracle.Truth, clean.Compare(Undisturbed), Recorded, differsByTime: false));
        return true;
    }

    private async Task<IReadOnlyList<Finding>> JudgeDeadLettersAsync(bool mustBeThere = true, IReadOnlyCollection<LabelledDelivery>? deliveries = null, CancellationToken cancellationToken = default)
    {
        if (setup.DeadLetters is not null)
            return [.. ConservationOracle.Check(await ReadDeadLettersAsync(cancellationToken).ConfigureAwait(false), deliveries ?? Deliveries, mustBeThere)];
        var malformed = Deliveries.Where(d => d.Truth.Fate == Fate.DeadLetter).ToList();
        return malformed.Count == 0
            ? []
            : [new(Oracle.Conservation, Verdict.NotDeadLettered, $"The input holds {Texts.Count(malformed.Count, "malformed delivery", "malformed deliveries")}, and the check names no place where they are set aside. Say .DeadLetters(table, …)") { Deliveries = malformed }];
    }

    private void RequireDeliveries(RunResult first)
    {
        if (groups is not null || first.End == RunEnd.Hung || (first.End == RunEnd.Threw && first.Gate.Deliveries == 0))
            return;
        if (setup.Runner.Workloads.Count == 0)
            throw new RerunCheckException("The pipeline was run, but never asked for its deliveries. Feed it with run.Deliveries(workload).");
        if (Deliveries.Count == 0)
            throw new RerunCheckException($"The workload has no deliveries, so nothing can be proved with it: {setup.Runner.Workloads.First().Describe()}. Raise Count.");
        if (first.Gate.Deliveries == 0)
            throw new RerunCheckException("The pipeline ended without having read any delivery of run.Deliveries(workload). It must enumerate them before its task ends.");
    }

    private async Task NoteAsync(IReadOnlyDictionary<(ISink Sink, string Table), string> before, CancellationToken cancellationToken)
    {
        _notes.AddRange(CheckNotes.Unobserved(setup, before, await setup.Runner.Sinks.TablesAsync(cancellationToken).ConfigureAwait(false)));
        _notes.AddRange(CheckNotes.Unsplit(Recorded));
        foreach (var view in setup.Observed.Where(v => v.IgnoredColumns.Count > 0))
            _notes.AddRange(CheckNotes.MachineClock(view, await view.Sink.ReadAsync(view.Whole(), cancellationToken).ConfigureAwait(false)));
    }

    private void Conserve()
    {
        if (KeyConservation.Check(Undisturbed, Deliveries, out var finding) is { } unknown)
            _notes.Add(unknown);
        if (finding is not null)
            _findings.Add(finding);
    }

    private static Finding Remembers(int first, int second, TableDifference difference) =>
        new(Oracle.Determinism, Verdict.NonDeterministic, $"A second undisturbed run of the same input, on sinks as fresh as the first one's, made {(second == 0 ? "no write" : Texts.Count(second, "write"))} instead of {first:N0}: the pipeline remembers the first run where the kit cannot put it back, such as in a static field, a captured variable, a file or a database of its own. Keep such state in a sink of the check, or make it anew in the function given to RerunCheck.Pipeline")
        {
            Table = difference.View.Name,
            Diff = difference.Diff,
        };

    private static Finding NonDeterministic(TableDifference difference)
    {
        var diff = difference.Diff;
        var columns = diff.Changed.SelectMany(c => c.Columns).Distinct().ToList();
        if (columns.Count == 0 && diff.Missing.Count > 0 && diff.Missing.Count == diff.Extra.Count)
            columns = [.. difference.View.Columns.Where((_, i) => !diff.Missing.Select(r => r.Values[i]).ToHashSet().SetEquals(diff.Extra.Select(r => r.Values[i])))];
        var where = columns.Count > 0 ? $"{(columns.Count == 1 ? "column" : "columns")} {string.Join(", ", columns)} of {difference.View.Name}" : $"rows of {difference.View.Name}";
        return new(Oracle.Determinism, Verdict.NonDeterministic, $"Two undisturbed runs of the same input differ in {where}. Take time from run.Clock and keys from the data, or leave the column out: .Ignoring(\"{columns.FirstOrDefault() ?? "…"}\")")
        {
            Table = difference.View.Name,
            Diff = diff,
        };
    }
}
