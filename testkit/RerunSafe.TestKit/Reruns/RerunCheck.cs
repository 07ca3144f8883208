using System.Diagnostics;
using RerunSafe.TestKit.DeadLetters;
using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// Runs a pipeline again in every way that production does, and compares what it leaves with one undisturbed run and with the labels
/// of its input. Immutable: each method gives a new check.
/// </summary>
/// <example>
/// <code>
/// var report = await RerunCheck
///     .Pipeline(run => new OrderPipeline(run.Connect(db), run.Clock).RunAsync(run.Deliveries(orders), run.Stopping))
///     .Observe(db.Table("orders").Key("id").Ignoring("loaded_at"), db.Table("daily_totals"))
///     .DeadLetters(db.Table("dead_letters"), d => d.Payload("payload").Reason("error").Position("source_offset"))
///     .RunAsync();
/// </code>
/// </example>
public sealed class RerunCheck
{
    private static readonly DateTimeOffset DefaultStart = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Func<PipelineRun, Task> _pipeline;

    private RerunCheck(Func<PipelineRun, Task> pipeline) => _pipeline = pipeline;

    private RerunCheck(RerunCheck other)
    {
        _pipeline = other._pipeline;
        Observed = other.Observed;
        Letters = other.Letters;
        Chosen = other.Chosen;
        Deadline = other.Deadline;
        StartsAt = other.StartsAt;
        Token = other.Token;
        Kept = other.Kept;
        MostPoints = other.MostPoints;
        LongestTime = other.LongestTime;
        Progress = other.Progress;
    }

    private IReadOnlyList<TableView> Observed { get; init; } = [];

    private DeadLetterTable? Letters { get; init; }

    private IReadOnlyList<Schedule> Chosen { get; init; } = Schedule.All;

    private TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    private DateTimeOffset StartsAt { get; init; } = DefaultStart;

    private ReproToken? Token { get; init; }

    private IReadOnlyList<IWorkload>? Kept { get; init; }

    private int? MostPoints { get; init; }

    private TimeSpan? LongestTime { get; init; }

    private TextWriter? Progress { get; init; }

    /// <summary>The pipeline under test.</summary>
    /// <param name="pipeline">
    /// Builds the pipeline anew with what the run gives, runs it over all its deliveries, and returns the task of that. It is called for
    /// every run, so it must keep nothing from one to the next. State outside the sinks (a static field, a file) survives what would end a
    /// process: where it makes a second undisturbed run do less, the check fails and says so; where it does not, it is not seen.
    /// </param>
    public static RerunCheck Pipeline(Func<PipelineRun, Task> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return new RerunCheck(pipeline);
    }

    /// <summary>The tables that are judged. Adds to those named before.</summary>
    /// <param name="tables">One or more.</param>
    /// <exception cref="RerunCheckException">None is given.</exception>
    public RerunCheck Observe(params TableView[] tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Length == 0)
            throw new RerunCheckException("Observe needs at least one table: .Observe(db.Table(\"orders\")), or .Observe(db.Tables()) for all of them.");
        return new(this) { Observed = [.. Observed, .. tables] };
    }

    /// <summary>Where the pipeline sets malformed records aside, and where in a row the evidence is.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Names the columns: <c>d => d.Payload("payload").Reason("error").Position("source_offset")</c>.</param>
    /// <exception cref="RerunCheckException">No payload column is named, or an ignored one.</exception>
    /// <exception cref="SinkException">A column does not exist.</exception>
    public RerunCheck DeadLetters(TableView table, Func<DeadLetterColumns, DeadLetterColumns> columns)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        return new(this) { Letters = new DeadLetterTable(table, columns(new DeadLetterColumns())) };
    }

    /// <summary>Which schedules are run, instead of all of them.</summary>
    /// <param name="schedules">One or more of <see cref="Schedule"/>.</param>
    /// <exception cref="RerunCheckException">None is given.</exception>
    public RerunCheck Schedules(params Schedule[] schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        if (schedules.Length == 0)
            throw new RerunCheckException("Schedules needs at least one schedule, such as Schedule.Twice; leave the call out to run all of them.");
        return new(this) { Chosen = [.. schedules.DistinctBy(s => s.Name)] };
    }

    /// <summary>Which schedules are run, instead of <see cref="Schedule.All"/>: <c>.Schedules(Schedule.RecordByRecord)</c>.</summary>
    /// <param name="schedules">One or more.</param>
    /// <exception cref="RerunCheckException">None is given.</exception>
    public RerunCheck Schedules(IReadOnlyList<Schedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        return Schedules([.. schedules]);
    }

    /// <summary>The deadline of each single run; a run that is not over by then is a failure. 30 seconds unless said otherwise.</summary>
    /// <param name="deadline">More than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public RerunCheck Within(TimeSpan deadline) => deadline > TimeSpan.Zero
        ? new(this) { Deadline = deadline }
        : throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "The deadline of a run must be more than zero.");

    /// <summary>What <see cref="PipelineRun.Clock"/> shows in a first run; by default 2026-01-02T12:00Z.</summary>
    /// <param name="start">The moment.</param>
    public RerunCheck StartingAt(DateTimeOffset start) => new(this) { StartsAt = start.ToUniversalTime() };

    /// <summary>
    /// How many points each schedule explores at most. All of them unless said otherwise: one rerun over all records for each durable state
    /// that a death can leave, of which there are as many as commits. The sample holds one point of each kind (statement, side, place in the transaction, fault of the record) before it
    /// takes a second; what is left out is counted as skipped in the report.
    /// </summary>
    /// <param name="points">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public RerunCheck AtMost(int points) => points >= 1
        ? new(this) { MostPoints = points }
        : throw new ArgumentOutOfRangeException(nameof(points), points, "A schedule explores at least 1 point.");

    /// <summary>
    /// How long each schedule explores at most; as long as it takes unless said otherwise. One point of each kind comes first, and then the run
    /// from end to end in ever smaller steps, so that what was explored when the time is over is spread over the whole run; the others
    /// are counted as skipped in the report.
    /// </summary>
    /// <param name="time">More than zero. The undisturbed runs and shrinking come on top of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public RerunCheck AtMost(TimeSpan time) => time > TimeSpan.Zero
        ? new(this) { LongestTime = time }
        : throw new ArgumentOutOfRangeException(nameof(time), time, "A schedule explores for more than no time.");

    /// <summary>
    /// Tells how far each schedule is while it explores, a line for each tenth: <c>.ReportProgressTo(TestContext.Progress)</c>, which NUnit
    /// shows while the test runs.
    /// </summary>
    /// <param name="writer">Where to. The caller disposes of it.</param>
    public RerunCheck ReportProgressTo(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new(this) { Progress = writer };
    }

    /// <summary>Runs one failure of an earlier report and nothing else.</summary>
    /// <param name="repro">The token of the report's last line, <see cref="RerunFailure.Repro"/>.</param>
    /// <exception cref="ArgumentException">It is no such token.</exception>
    public RerunCheck Only(string repro) => new(this) { Token = ReproToken.Parse(repro) };

    /// <summary>
    /// Runs one failure that was saved (<see cref="RerunFailure.SaveRepro"/>) and nothing else: with the deliveries of the file, which take the place
    /// of those of the pipeline's workloads, and at the time of its clock. The generator is not asked; where it is not at hand,
    /// give the pipeline <see cref="Workload.FromRepro"/>.
    /// </summary>
    /// <param name="path">The <c>.rerun.json</c>.</param>
    /// <exception cref="RerunCheckException">The file is not there, or cannot be read.</exception>
    public RerunCheck Replay(string path)
    {
        var file = ReproFile.Read(path);
        return new(this) { Token = new ReproToken(file.Schedule, file.Point, null), StartsAt = file.StartsAt, Kept = [.. file.Sources.Select(s => s.ToWorkload())] };
    }

    /// <summary>Runs the check. Afterwards the sinks hold again what they held before.</summary>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>The report; whether the pipeline is rerun-safe is in it, and is not thrown.</returns>
    /// <exception cref="RerunCheckException">The check cannot be carried out as it is set up; the message names the cure.</exception>
    /// <exception cref="SinkException">A sink cannot be read or put back.</exception>
    /// <exception cref="WorkloadException">A workload cannot make one of its records.</exception>
    public async Task<RerunReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        var observed = Observed.Where(v => Letters is null || v.Sink != Letters.View.Sink || v.Name != Letters.View.Name).ToList();
        if (observed.Count == 0)
            throw new RerunCheckException("The check looks at no table, so it would pass whatever the pipeline does. Say which ones count: .Observe(db.Table(\"orders\")).");
        using var sinks = new SinkSet();
        await sinks.AddAsync([.. observed, .. Letters is null ? Array.Empty<TableView>() : [Letters.View]], cancellationToken).ConfigureAwait(false);
        var setup = new CheckSetup(new Runner(_pipeline, sinks, StartsAt, Deadline, Kept), observed, Letters, Token is null ? MostPoints : null, Token is null ? LongestTime : null, Progress);
        try
        {
            return await new CheckProcedure(setup, Chosen, Token).RunAsync(clock, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await sinks.RestoreAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
