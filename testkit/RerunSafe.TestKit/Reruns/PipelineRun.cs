using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using RerunSafe.TestKit.Processes;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Wire;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// One run of the pipeline under test. Everything that the pipeline uses comes from here, so that the kit can count its writes, stop it
/// at any of them, and run it again.
/// </summary>
public sealed class PipelineRun
{
    private readonly RunGate _gate;
    private readonly Runner _runner;
    private readonly RunInput _input;
    private readonly GatedRun _connections;

    internal PipelineRun(Runner runner, RunInput input, RunGate gate, GatedRun connections, TimeProvider clock, CancellationToken stopping)
    {
        _runner = runner;
        _input = input;
        _gate = gate;
        _connections = connections;
        Clock = clock;
        Stopping = stopping;
    }

    /// <summary>
    /// The time of this run: one fixed moment, which is the same in every first run, and a day later in every rerun, so that a pipeline
    /// that takes its slice or its keys from the wall clock shows it. Timers of it run in real time.
    /// </summary>
    public TimeProvider Clock { get; }

    /// <summary>Is cancelled when the run has passed its deadline (see <see cref="RerunCheck.Within"/>) or the check is cancelled.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>True when the deliveries of this run are dead letters whose cause has been repaired.</summary>
    public bool IsDeadLetterReplay => _input.Form == InputForm.DeadLetters;

    /// <summary>
    /// An open connection to the sink, over which the kit sees every write. The run closes it at its end. May be called several times;
    /// a provider's concrete type (a cast to <c>SqliteConnection</c>) cannot be had from it.
    /// </summary>
    /// <param name="sink">The sink.</param>
    public DbConnection Connect(IDbSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _runner.Sinks.Reach(sink);
        var connection = _connections.Wrap(RunConnection.To(sink), sink.Faults);
        connection.Open();
        return connection;
    }

    /// <summary>A data source for pipelines that open their connections themselves; the kit sees all of them.</summary>
    /// <param name="sink">The sink.</param>
    public DbDataSource DataSource(IDbSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _runner.Sinks.Reach(sink);
        return _connections.Source(() => RunConnection.To(sink), sink.Faults);
    }

    /// <summary>
    /// The address of a proxy in front of a server, for a pipeline that needs the server's own client (Npgsql's COPY, StackExchange.Redis): the kit sees every
    /// request, and can end the run before or after each one that may write. Each run has a port of its own on this machine. When the run is over
    /// every connection is closed, and new ones are refused.
    /// </summary>
    /// <param name="server">The server, without TLS.</param>
    public IPEndPoint Through(WireServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Sink is { } sink)
            _runner.Sinks.Reach(sink);
        return _connections.Through(server);
    }

    /// <summary>
    /// The deliveries for this run: those of the workload, or what the schedule makes of them (the clean input, some records only,
    /// repaired dead letters). The labels stay with the kit.
    /// </summary>
    /// <param name="workload">The workload. A pipeline with several inputs gives each its own name (<see cref="Workload{T}.Named"/>).</param>
    public DeliveryStream Deliveries(IWorkload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        workload = _runner.For(workload);
        _runner.Note(workload);
        return new DeliveryStream(_runner.Cache.Of(workload, _input), _gate);
    }

    /// <summary>
    /// Runs a program as the pipeline: any language, with its static state, and a death is one (SIGKILL, for all that it has started too). It dies at the points
    /// that it announces (<c>RerunPoint.Reached</c> of RerunSafe.Annotations, or a line to the address in <c>RERUNSAFE_POINTS</c>), at each request that may write
    /// over <see cref="Through"/>, and at the changes of a watched sink. Give it the addresses of its sinks as arguments or in its environment;
    /// <c>RERUNSAFE_NOW</c> holds the time of <see cref="Clock"/>.
    /// </summary>
    /// <param name="program">The program with its arguments; its streams are the kit's.</param>
    /// <param name="input">The deliveries, each as a line of its standard input; null when it gets them elsewhere.</param>
    /// <param name="watched">
    /// A sink that the process writes to directly: it is also killed after each change that the kit sees there. A sample, for two changes may be seen as one.
    /// </param>
    /// <returns>Ends with the process; an exit code other than 0 is an exception with the last lines that it wrote.</returns>
    /// <exception cref="PipelineDeathException">A schedule has killed it.</exception>
    public async Task ExecuteAsync(ProcessStartInfo program, DeliveryStream? input = null, ISink? watched = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        _connections.ThrowIfDead();
        _runner.Sinks.HasProcess = true;
        if (watched is not null)
            _runner.Sinks.Add(watched);
        // The points would have one record or another, as the process is faster or slower.
        var lines = input?.AsEnumerable().Select(delivery => delivery.Payload).ToList() ?? [];
        using var points = new PointListener(_connections);
        _connections.Own(points);
        using var process = PipelineProcess.Start(program, new Dictionary<string, string>
        {
            ["RERUNSAFE_POINTS"] = points.Address.ToString(),
            ["RERUNSAFE_NOW"] = Clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        });
        _connections.Describe = process.Describe;
        _connections.Own(process);
        try
        {
            using var watch = watched is null ? null : new ChangeWatch(_connections, watched);
            if (watch is not null)
                _connections.Own(watch);
            await process.RunAsync(lines).ConfigureAwait(false);
        }
        catch (PipelineProcessException)
        {
            _connections.ThrowIfDead();
            throw;
        }

        _connections.ThrowIfDead();
    }

    /// <summary>
    /// A place where the process may die that no connection shows: between two calls of a web service, after a file was moved.
    /// Nothing happens here unless a schedule planned a crash at this place.
    /// </summary>
    /// <param name="name">What has just happened, such as "mail sent"; equal on every run.</param>
    /// <param name="error">The exception that the failing call would throw; without it <see cref="Schedule.ErrorAtEveryWrite"/> passes the place by.</param>
    /// <exception cref="PipelineDeathException">A schedule ends the process here.</exception>
    public void CrashPoint(string name, Func<Exception>? error = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var step = new Step(error is null ? CrashPointSeam : ErrorPointSeam, StepKind.Custom, name, null, false, 0);
        _connections.ThrowIfDead();
        switch (_gate.Before(step))
        {
            case StepVerdict.Die:
                throw _connections.Die(step, "at");
            case StepVerdict.Fail when error is not null:
                throw error();
        }
    }

    internal const string CrashPointSeam = "crash point";

    internal const string ErrorPointSeam = "crash point with error";
}
