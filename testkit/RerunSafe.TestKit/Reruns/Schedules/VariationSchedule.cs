using RerunSafe.TestKit.Reruns.Oracles;

namespace RerunSafe.TestKit.Reruns.Schedules;

/// <summary>A schedule that does one thing in several ways, each by itself.</summary>
/// <typeparam name="T">A way, with what it needs.</typeparam>
internal abstract class VariationSchedule<T>(string name) : Schedule(name)
{
    internal override async Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken)
    {
        if (WhyNot(exploration.Session) is { } reason)
        {
            exploration.Note = reason;
            return;
        }

        using var work = await BeginAsync(exploration.Session, cancellationToken).ConfigureAwait(false);
        if (work.Failure is { } failure)
        {
            exploration.Add([failure]);
            return;
        }

        var ways = work.Ways.Where(way => exploration.Wants(way.Variation)).ToList();
        exploration.Planned = ways.Count;
        await exploration.ExploreAsync(exploration.Sample(ways), "variation", way => ExploreAsync(exploration, work, way, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Why the schedule says nothing about this input; null when it does.</summary>
    protected virtual string? WhyNot(CheckSession session) => null;

    protected abstract Task<Work> BeginAsync(CheckSession session, CancellationToken cancellationToken);

    private static async Task ExploreAsync(Exploration exploration, Work work, (Variation Variation, T How) way, CancellationToken cancellationToken)
    {
        var later = await work.RunAsync(way.How, laterDay: true, cancellationToken).ConfigureAwait(false);
        if (later is null)
        {
            exploration.Infeasible++;
            return;
        }

        exploration.Explored++;
        var found = work.ReachesLaterDays
            ? await exploration.Clock.SeparateAsync(later, () => work.RunAsync(way.How, laterDay: false, cancellationToken)).ConfigureAwait(false)
            : later;
        exploration.Add(found, variation: way.Variation);
    }

    /// <summary>The schedule at work on one input.</summary>
    protected abstract class Work : IDisposable
    {
        /// <summary>All ways, in the order in which they are tried.</summary>
        public abstract IReadOnlyList<(Variation Variation, T How)> Ways { get; }

        /// <summary>Whether a way holds runs on other days, so that the clock may be the cause of what is found.</summary>
        public virtual bool ReachesLaterDays => false;

        /// <summary>What kept the schedule from beginning, or null.</summary>
        public virtual Finding? Failure => null;

        /// <summary>Runs and judges one way.</summary>
        /// <returns>Null when the engine does not let it happen.</returns>
        public abstract Task<IReadOnlyList<Finding>?> RunAsync(T how, bool laterDay, CancellationToken cancellationToken);

        public virtual void Dispose()
        {
        }
    }
}
