using System.Globalization;
using System.Text;
using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Reruns.Shrinking;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reporting;

/// <summary>Tells a failure: what, on which records, where the run was stopped, what the sink holds, why, and how to see it again.</summary>
internal static class Story
{
    private const int MostDeliveries = 8;

    public static RerunFailure Of(Finding original, int more, ShrunkFailure shrunk, int wholeRecords, Runner runner)
    {
        var onlySource = runner.Workloads.Count == 1;
        var finding = shrunk.Finding;
        var token = new ReproToken(finding.Schedule ?? ReproToken.Undisturbed, finding.Variation?.Id ?? finding.Point?.Id, shrunk.Groups);
        var records = shrunk.Deliveries.Select(d => (d.Delivery.Source, d.Truth.Group)).Distinct().Count();
        var lines = shrunk.Deliveries.Select(d => Line(d, onlySource)).ToList();
        var story = Text(finding, original, more, shrunk, wholeRecords, records, lines, token);
        return new RerunFailure
        {
            MakeReproFile = () => File(finding, token, story, shrunk.Groups, runner).ToJson(),
            Verdict = finding.Verdict,
            Oracle = finding.Oracle,
            Schedule = finding.Schedule,
            Table = finding.Table,
            Point = finding.Point,
            MorePoints = more,
            Records = records,
            Deliveries = lines,
            Diff = finding.Diff,
            LikelyRule = finding.Rule ?? original.Rule,
            Repro = token.ToString(),
            Story = story,
        };
    }

    private static ReproFile File(Finding finding, ReproToken token, string story, KeptGroups? groups, Runner runner) => new()
    {
        Schedule = token.Schedule,
        Point = token.Point,
        Verdict = finding.Verdict,
        Oracle = finding.Oracle,
        Table = finding.Table,
        StartsAt = runner.StartsAt,
        Story = story.ReplaceLineEndings("\n").Split('\n'),
        Sources = [.. runner.Workloads.Select(w => ReproFile.KeptSource.Of(groups is null ? w : w.Only(groups.Of(w.Source))))],
    };

    private static string Text(
        Finding finding, Finding original, int more, ShrunkFailure shrunk, int wholeRecords, int records, List<string> lines, ReproToken token)
    {
        var text = new StringBuilder();
        text.Append(finding.Verdict).Append(": ").Append(finding.Message).AppendLine(".");
        if (finding.Message != original.Message)
            text.AppendLine($"   On the whole input: {Texts.Shorten(original.Message, 200)}");
        text.AppendLine($"   Oracle: {Explain(finding.Oracle)}{(finding.Schedule is null ? " (undisturbed runs, before any schedule)" : $" ({finding.Schedule}{(more > 0 ? $", and {Texts.Count(more, "more point")}" : "")})")}");
        if (shrunk.Groups is not null && shrunk.Tries > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"   Smallest input found: {Texts.Count(records, "record")} of {wholeRecords:N0} ({Texts.Count(shrunk.Tries, "input")} tried{(shrunk.GaveUp ? ", the budget ended there" : "")})");
        foreach (var line in (shrunk.Groups is null ? AboutIt(finding, lines, shrunk) : lines).Take(MostDeliveries))
            text.AppendLine($"     {line}");
        if (shrunk.Groups is not null && lines.Count > MostDeliveries)
            text.AppendLine($"     … and {lines.Count - MostDeliveries} more");
        AppendPoint(text, finding);
        if (finding.Diff is { } diff)
        {
            text.AppendLine($"   Compared with {(finding.Oracle == Oracle.Truth ? "a run on the clean input" : finding.Oracle == Oracle.Determinism ? "the first run" : "what should be there")}:");
            foreach (var line in diff.ToString().Split('\n'))
                text.AppendLine($"     {line.TrimEnd('\r')}");
        }

        if (finding.Statement is { } statement)
            text.AppendLine($"   Written by: {Texts.Shorten(statement, 110)}{(finding.CallSite is { } site ? $" [{site}]" : "")}");
        if ((finding.Rule ?? original.Rule) is { } rule)
            text.AppendLine($"   Likely {rule}");
        text.Append($"   Repro: RerunCheck.Pipeline(…).Only(\"{token}\")");
        return text.ToString();
    }

    private static IEnumerable<string> AboutIt(Finding finding, List<string> lines, ShrunkFailure shrunk)
    {
        var about = finding.Deliveries.Select(d => (d.Delivery.Source, d.Delivery.Position)).ToHashSet();
        if (finding.Stopped?.Delivery is { } at)
            about.Add((at.Delivery.Source, at.Delivery.Position));
        return shrunk.Deliveries.Select((d, i) => (d, i)).Where(pair => about.Contains((pair.d.Delivery.Source, pair.d.Delivery.Position))).Select(pair => lines[pair.i]);
    }

    private static void AppendPoint(StringBuilder text, Finding finding)
    {
        if (finding.Variation is { } variation)
            text.AppendLine($"   What happened: {variation.Text}");
        if (finding.Stopped is not { } stopped)
            return;
        var key = stopped.Delivery?.Truth.BusinessKey is { } business ? $" (key {business})" : "";
        var details = new[] { stopped.CallSite, stopped.Parameters }.OfType<string>().ToList();
        var did = finding.Schedule is { } schedule && schedule.StartsWith("Error", StringComparison.Ordinal) ? "The call failed" : "The run died";
        var site = details.Count == 0 ? "" : $" [{string.Join("; ", details)}]";
        text.AppendLine($"   {did} {stopped.Point}{key}{site}{(stopped.Point is { Kind: StepKind.Write, Phase: CrashPhase.After } ? ", before anything else was written" : "")}{(finding.DiffersByTime ? "; then the pipeline ran again, a day later" : finding.Schedule == Schedule.CrashAtEveryWrite.Name ? "; then the pipeline ran again" : "")}");
    }

    private static string Line(LabelledDelivery labelled, bool onlySource)
    {
        var (delivery, truth) = labelled;
        var source = onlySource ? "" : $" of {delivery.Source}";
        var key = truth.BusinessKey is { } business ? $" (key {business})" : "";
        var fault = truth.Fault is { } kind ? $" [{kind}: must be {Fate(truth.Fate)}]" : "";
        return $"delivery {delivery.Position}{source}{key}{fault}: {Evidence.Excerpt(delivery.Payload)}";
    }

    private static string Fate(Fate fate) => fate switch
    {
        Workloads.Fate.Sink => "in the sink",
        Workloads.Fate.DeadLetter => "dead-lettered",
        Workloads.Fate.DeclaredDuplicate => "dropped as a duplicate",
        Workloads.Fate.Superseded => "superseded by another version",
        Workloads.Fate.LateDropped => "dropped as late",
        _ => "filtered out",
    };

    private static string Explain(Oracle oracle) => oracle switch
    {
        Oracle.Completion => "completion: a run must end, and without an exception",
        Oracle.Determinism => "determinism: two runs on fresh sinks must be equal",
        Oracle.Truth => "truth: the faulty input must leave what its labels say",
        Oracle.Convergence => "convergence: the state after the schedule must be that of one undisturbed run",
        Oracle.Conservation => "conservation: every delivery must end in exactly one place",
        _ => "coverage: the kit must see what it judges",
    };
}
