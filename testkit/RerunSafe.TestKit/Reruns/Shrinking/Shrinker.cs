using System.Diagnostics;
using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Reruns.Schedules;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Shrinking;

/// <summary>Looks for fewer records that show the same failure: same schedule, oracle, verdict and table.</summary>
internal sealed class Shrinker(CheckSetup setup, IReadOnlyList<Schedule> schedules)
{
    /// <summary>Above so many groups only the point of the failure is tried, below it every point.</summary>
    private const int GroupsForAllPoints = 4;
    private const int MostTries = 120;
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(8);

    public async Task<ShrunkFailure> ShrinkAsync(Finding finding, CheckSession whole, CancellationToken cancellationToken)
    {
        var all = whole.Deliveries.Select(GroupOf).Distinct().ToList();
        var best = new ShrunkFailure(finding, whole.Groups, whole.Deliveries, 0, false);
        // Each try of a hang costs a deadline, and a pipeline with another order each time has no smaller input to trust.
        if (all.Count < 2 || finding.Verdict is Verdict.Hung or Verdict.UnreachedPoint or Verdict.UnseenWrite or Verdict.LeftRunning)
            return best;
        var clock = Stopwatch.StartNew();
        var tries = 0;
        var gaveUp = false;

        async Task<bool?> FailsAsync(IReadOnlyList<GroupId> groups)
        {
            if (tries >= MostTries || clock.Elapsed > LongestTime)
            {
                gaveUp = true;
                return null;
            }

            tries++;
            var kept = new KeptGroups(groups);
            var session = new CheckSession(setup, kept);
            if (await ReproduceAsync(session, finding, groups.Count <= GroupsForAllPoints, cancellationToken).ConfigureAwait(false) is not { } again)
                return false;
            best = new ShrunkFailure(again, kept, session.Deliveries, tries, false);
            return true;
        }

        IReadOnlyList<GroupId> start = all;
        foreach (var guess in Guesses(finding, whole, all))
        {
            if (await FailsAsync(guess).ConfigureAwait(false) == true)
            {
                start = guess;
                break;
            }
        }

        await DeltaDebugging.MinimizeAsync(start, FailsAsync).ConfigureAwait(false);
        return best with { Tries = tries, GaveUp = gaveUp };
    }

    /// <summary>The same failure on another input, or null.</summary>
    private async Task<Finding?> ReproduceAsync(CheckSession session, Finding original, bool allPoints, CancellationToken cancellationToken)
    {
        var prepared = await session.PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (original.Schedule is null)
            return session.Findings.FirstOrDefault(f => f.Class.IsLike(original.Class));
        if (!prepared)
            return null;
        var schedule = schedules.FirstOrDefault(s => s.Name == original.Schedule) ?? Schedule.Find(original.Schedule)!;
        var exploration = new Exploration(
            session, schedule.Name, allPoints || original.Point is null ? null : point => IsSamePlace(point, original.Point), allPoints ? null : original.Variation?.Id, stopsAt: f => f.Class.IsLike(original.Class));
        await schedule.ExploreAsync(exploration, cancellationToken).ConfigureAwait(false);
        return exploration.Findings.FirstOrDefault(f => f.Class.IsLike(original.Class));
    }

    private static bool IsSamePlace(CrashPoint point, CrashPoint original) =>
        point.Kind == original.Kind && point.Phase == original.Phase && point.Source == original.Source && point.Position == original.Position;

    /// <summary>The groups that the failure itself points at; mostly one of these is the answer, and the search is over before it began.</summary>
    private static IEnumerable<IReadOnlyList<GroupId>> Guesses(Finding finding, CheckSession whole, IReadOnlyCollection<GroupId> all)
    {
        var at = finding.Stopped?.Delivery is { } delivery ? new[] { GroupOf(delivery) } : [];
        var about = finding.Deliveries.Select(GroupOf).Distinct().ToArray();
        var named = Named(finding.Diff, whole.Deliveries).Distinct().ToArray();
        IEnumerable<GroupId[]> guesses = [at, [.. about.Take(1)], [.. named.Take(1)], [.. at.Union(named.Take(1))], [.. at.Union(about.Take(1))], [.. at.Union(named)], about];
        return guesses
            .Where(g => g.Length > 0 && g.Length < all.Count)
            .Select(g => g.Order(Comparer<GroupId>.Create((x, y) => (x.Source, x.Group).CompareTo((y.Source, y.Group)))).ToArray())
            .DistinctBy(g => string.Join(";", g));
    }

    /// <summary>The groups whose business key stands in a row that differs.</summary>
    private static IEnumerable<GroupId> Named(TableDiff? diff, IReadOnlyList<LabelledDelivery> deliveries)
    {
        if (diff is null)
            yield break;
        var rows = diff.Doubled.Select(d => d.Row).Concat(diff.Missing).Concat(diff.Changed.Select(c => c.Expected)).Concat(diff.Extra).Concat(diff.OtherVersions.Select(v => v.Actual)).Take(5);
        var values = rows.SelectMany(r => r.Values).OfType<object>().Select(v => v.ToString()!).ToHashSet(StringComparer.Ordinal);
        foreach (var delivery in deliveries)
        {
            if (delivery.Truth.BusinessKey is { } key && values.Contains(key))
                yield return GroupOf(delivery);
        }
    }

    private static GroupId GroupOf(LabelledDelivery delivery) => new(delivery.Delivery.Source, delivery.Truth.Group);
}
