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
    /// Error: at every write and commit the call answers with the provider's own exception, once, and the process lives: the pipeline's own
    /// retries and catches run. If the pipeline ends with an exception, it is run again a day later,
    /// once for each durable state that it left.
    /// </summary>
    public static Schedule ErrorAtEveryWrite { get; } = new ErrorSchedule();

    /// <summary>
    /// The dead letters are repaired and fed back, a day later and once more another day later: after each replay the sink must hold
    /// what a run on wholly good input leaves. Needs <see cref="RerunCheck.DeadLetters"/>; without a dead letter nothing is done.
    /// </summary>
    public static Schedule DeadLetterReplay { get; } = new ReplaySchedule();

    /// <summary>Every schedule, which is what a check runs by default.</summary>
    public static IReadOnlyList<Schedule> All { get; } = [Twice, CrashAtEveryWrite, ErrorAtEveryWrite, DeadLetterReplay];

    /// <summary>The same input several times, each a day after the one before.</summary>
    /// <param name="runs">How often in all, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public static Schedule Times(int runs) => runs >= 2
        ? new RepeatSchedule($"Times({runs})", runs)
        : throw new ArgumentOutOfRangeException(nameof(runs), runs, "A schedule runs the input at least 2 times.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal abstract Task ExploreAsync(Exploration exploration, CancellationToken cancellationToken);
}
