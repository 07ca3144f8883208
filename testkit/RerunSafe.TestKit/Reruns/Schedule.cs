using RerunSafe.TestKit.Reruns.Schedules;

namespace RerunSafe.TestKit.Reruns;

/// <summary>A way to run the same input again.</summary>
public abstract class Schedule
{
    private protected Schedule(string name) => Name = name;

    /// <summary>The name, as in reports and repro tokens.</summary>
    public string Name { get; }

    /// <summary>The same input once more, a day later.</summary>
    public static Schedule Twice { get; } = new RepeatSchedule("Twice", 2);

    /// <summary>
    /// Death: for every write and commit, run until there, end the process, and run again a day later. Points that leave the same durable
    /// state are explored once.
    /// </summary>
    public static Schedule CrashAtEveryWrite { get; } = new CrashSchedule();

    /// <summary>
    /// Death, death of the rerun, and a second rerun: a sample of pairs spread over both runs, for their number is the square of the points.
    /// </summary>
    public static Schedule CrashTwice { get; } = new CrashTwiceSchedule();

    /// <summary>
    /// Error: at every write and commit the call answers with the provider's own exception, once, and the process lives: the pipeline's own
    /// retries and catches run. If the pipeline ends with an exception, it is run again a day later,
    /// once for each durable state that it left.
    /// </summary>
    public static Schedule ErrorAtEveryWrite { get; } = new ErrorSchedule("ErrorAtEveryWrite", recorded => recorded.Points);

    /// <summary>The same at every query: a read that fails must neither lose its record nor be taken for an empty answer.</summary>
    public static Schedule ErrorAtEveryRead { get; } = new ErrorSchedule("ErrorAtEveryRead", recorded => recorded.Reads);

    /// <summary>
    /// For pipelines that take records one by one, as from a broker: when everything is processed, deliveries come again, each alone,
    /// from each one on, backwards and some in no order, and each comes twice to one process. A pipeline that replaces a whole
    /// slice by what it is given does not promise to survive a part of its input, so that this is not in <see cref="All"/>.
    /// </summary>
    public static Schedule Redelivered { get; } = new RedeliverySchedule();

    /// <summary>
    /// For pipelines that must not depend on the order of arrival: the same content arrives backwards, in swapped pairs and shuffled, on
    /// the positions and at the times of the usual order.
    /// </summary>
    public static Schedule Permuted { get; } = new PermutationSchedule();

    /// <summary>
    /// For pipelines that can be given a part of the input: a backfill in windows that overlap, ascending, descending and in no order, each
    /// a day after the one before.
    /// </summary>
    public static Schedule Overlapping { get; } = new OverlapSchedule();

    /// <summary>
    /// The dead letters are repaired and fed back, a day later and once more another day later: after each replay the sink must hold
    /// what a run on wholly good input leaves. Needs <see cref="RerunCheck.DeadLetters"/>; without a dead letter nothing is done.
    /// </summary>
    public static Schedule DeadLetterReplay { get; } = new ReplaySchedule();

    /// <summary>What every pipeline must survive, whatever it reads from; a check runs these by default.</summary>
    public static IReadOnlyList<Schedule> All { get; } = [Twice, CrashAtEveryWrite, CrashTwice, ErrorAtEveryWrite, ErrorAtEveryRead, DeadLetterReplay];

    /// <summary>
    /// <see cref="All"/>, and what only pipelines survive that take records one by one: any part of the input again, in any order, by two
    /// workers. For consumers of a queue, a topic or a table of work.
    /// </summary>
    public static IReadOnlyList<Schedule> RecordByRecord { get; } = [.. All, Redelivered, Permuted, Overlapping, Concurrent(2)];

    /// <summary>The same input several times, each a day after the one before.</summary>
    /// <param name="runs">How often in all, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public static Schedule Times(int runs) => runs >= 2
        ? new RepeatSchedule($"Times({runs})", runs)
        : throw new ArgumentOutOfRangeException(nameof(runs), runs, "A schedule runs the input at least 2 times.");

    /// <summary>
    /// Several runs of the same input at the same time. One run stands still before each of its steps in turn while the others run to
    /// their end, and some orders are drawn from seeds; runs change over only where the one that stops holds no write transaction. A run that
    /// is refused (a unique key, a conflict) is run again. Where a run waits for the lock of one that stands still, as on SQLite, the order
    /// cannot occur: it is counted as infeasible.
    /// </summary>
    /// <param name="runs">How many, 2 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2 or more than 8.</exception>
    public static Schedule Concurrent(int runs) => runs is >= 2 and <= 8
        ? new ConcurrentSchedule(runs)
        : throw new ArgumentOutOfRangeException(nameof(runs), runs, "2 to 8 runs can be at work at the same time.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The schedule of a name, as repro tokens hold it; null when there is none.</summary>
    internal static Schedule? Find(string name)
    {
        if (RecordByRecord.FirstOrDefault(s => s.Name == name) is { } known)
            return known;
        var open = name.IndexOf('(');
        if (open < 0 || !name.EndsWith(')') || !int.TryParse(name.AsSpan(open + 1, name.Length - open - 2), out var number))
            return null;
        return (name[..open], number) switch
        {
            ("Times", >= 2) => Times(number),
            ("Concurrent", >= 2 and <= 8) => Concurrent(number),
            _ => null,
        };
    }

    internal abstract Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken);
}
