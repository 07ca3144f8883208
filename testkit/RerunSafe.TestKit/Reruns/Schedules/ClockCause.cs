using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>
/// Tells what the clock does from what the rerun does. A rerun comes a day later; what goes wrong only then, and not in the same rerun at
/// the moment of the first run, is caused by the clock (RERUN1006). One test for each kind of failure is enough, for it costs runs.
/// </summary>
internal sealed class ClockCause
{
    private readonly Dictionary<string, HashSet<(Verdict, string?)>> _known = new(StringComparer.Ordinal);

    /// <summary>The findings with their cause, those first that do not need the clock.</summary>
    /// <param name="later">What was found after a rerun a day later.</param>
    /// <param name="atSameMoment">The same once more, with the rerun at the moment of the first run; null when it could not be told.</param>
    public async Task<IReadOnlyList<Finding>> SeparateAsync(IReadOnlyList<Finding> later, Func<Task<IReadOnlyList<Finding>?>> atSameMoment)
    {
        if (!later.Any(f => f.Oracle == Oracle.Convergence))
            return later;
        var kind = string.Join("\n", later.Select(f => $"{f.Oracle} {f.Verdict} {f.Table} {f.Statement}").Order(StringComparer.Ordinal));
        if (_known.TryGetValue(kind, out var byClock))
            return [.. later.Select(f => Mark(f, byClock)).OrderBy(f => f.ByClock)];
        if (await atSameMoment().ConfigureAwait(false) is not { } same)
            return later;
        var without = same.Select(f => (f.Verdict, f.Table)).ToHashSet();
        // A row that is doubled at the same moment is the same row too many on another day, when it has the time in a column.
        _known[kind] = byClock =
        [
            .. later.Where(f => f.Oracle == Oracle.Convergence).Select(f => (f.Verdict, f.Table))
                .Where(c => !without.Contains(c) && !(c.Verdict == Verdict.Unexpected && without.Contains((Verdict.Doubled, c.Table)))),
        ];
        return [.. same, .. later.Select(f => Mark(f, byClock)).Where(f => f.ByClock)];
    }

    private static Finding Mark(Finding finding, HashSet<(Verdict, string?)> byClock) =>
        finding.Oracle == Oracle.Convergence && byClock.Contains((finding.Verdict, finding.Table))
            ? finding with { ByClock = true, Rule = LikelyRule.Clock, Message = $"{finding.Message} when the rerun is on another day, and only then" }
            : finding;
}
