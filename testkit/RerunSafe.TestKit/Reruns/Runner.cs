using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>Runs the pipeline once, in one way or another, and always comes back.</summary>
/// <param name="pipeline">Builds the pipeline and runs it.</param>
/// <param name="sinks">Where it writes.</param>
/// <param name="startsAt">What its clock shows in a first run.</param>
/// <param name="deadline">How long a run may take.</param>
/// <param name="kept">The deliveries of a repro file, which take the place of the workloads; null without one.</param>
internal sealed class Runner(Func<PipelineRun, Task> pipeline, SinkSet sinks, DateTimeOffset startsAt, TimeSpan deadline, IReadOnlyList<IWorkload>? kept = null)
{
    private static readonly TimeSpan GraceAfterDeath = TimeSpan.FromMilliseconds(500);

    private static readonly RunPlan Undisturbed = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IWorkload> _workloads = [];

    private readonly List<RunGate> _completed = [];
    private int _runs;

    public SinkSet Sinks => sinks;

    /// <summary>How many calls came from runs whose task had completed: work that the pipeline had started and did not wait for.</summary>
    public int LateCalls => _completed.Sum(gate => gate.LateCalls);

    public DeliveryCache Cache { get; } = new();

    public TimeSpan Deadline => deadline;

    /// <summary>How many runs there were.</summary>
    public int Runs => _runs;

    /// <summary>The workloads that the pipeline has asked for.</summary>
    public IReadOnlyCollection<IWorkload> Workloads
    {
        get
        {
            lock (_lock)
                return [.. _workloads.Values];
        }
    }

    public DateTimeOffset StartsAt => startsAt;

    /// <summary>The workload that the pipeline is to get for the one that it asks for.</summary>
    public IWorkload For(IWorkload asked) => kept is null
        ? asked
        : kept.FirstOrDefault(k => k.Source == asked.Source)
            ?? throw new RerunCheckException($"The pipeline reads the workload '{asked.Source}', and the repro file holds the deliveries of {string.Join(", ", kept.Select(k => k.Source))} only. Is it of another test?");

    public void Note(IWorkload workload)
    {
        lock (_lock)
        {
            if (!_workloads.TryAdd(workload.Source, workload) && !ReferenceEquals(_workloads[workload.Source], workload))
            {
                if (_workloads[workload.Source].Describe() != workload.Describe())
                {
                    throw new RerunCheckException(
                        $"Two workloads have the name '{workload.Source}', so that reports and repro tokens cannot tell them apart. Give one of them another name: .Named(\"…\").");
                }

                _workloads[workload.Source] = workload;
            }
        }
    }

    /// <summary>Runs the pipeline, built anew, on the sinks as they are.</summary>
    /// <param name="input">What it gets.</param>
    /// <param name="rerun">0 for a first run; the clock shows that many days more.</param>
    /// <param name="plan">What is done to it; null for nothing.</param>
    /// <param name="cancellationToken">Ends the whole check.</param>
    public async Task<RunResult> RunAsync(RunInput input, int rerun = 0, RunPlan? plan = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        plan ??= Undisturbed;
        Interlocked.Increment(ref _runs);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Nobody has to wait for a dead process: a pipeline that tries again for ever would keep the check until its deadline.
        var gate = new RunGate(plan, onDeath: () =>
        {
            stopping.CancelAfter(GraceAfterDeath);
            abandoned.CancelAfter(2 * GraceAfterDeath);
        });
        using var connections = new GatedRun(gate);
        var run = new PipelineRun(this, input, gate, connections, new RunClock(startsAt.AddDays(rerun)), stopping.Token);
        Task? inner = null;
        var work = Task.Run(
            async () =>
            {
                plan.Turn?.Begin();
                inner = pipeline(run) ?? throw new RerunCheckException("The function given to RerunCheck.Pipeline returned null instead of a Task.");
                await inner.ConfigureAwait(false);
            },
            CancellationToken.None);
        try
        {
            await work.WaitAsync(deadline * plan.RunsAtOnce, abandoned.Token).ConfigureAwait(false);
            RequireProof(connections);
            return new RunResult(gate.IsDead ? RunEnd.Died : RunEnd.Completed, gate);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            RequireProof(connections);
            var waitsFor = connections.Describe is { } describe ? $"{Describe(inner, gate)}; {describe()}" : Describe(inner, gate);
            gate.End(completed: false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None)).ConfigureAwait(false);
            return new RunResult(RunEnd.Hung, gate, WaitsFor: waitsFor);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested && !work.IsCompleted)
        {
            return new RunResult(RunEnd.Died, gate);
        }
        catch (Exception e) when (IsAboutTheCheck(e))
        {
            throw;
        }
        catch (Exception e)
        {
            RequireProof(connections, e);
            return gate.IsDead ? new RunResult(RunEnd.Died, gate) : new RunResult(RunEnd.Threw, gate, e);
        }
        finally
        {
            gate.End(completed: work.IsCompletedSuccessfully);
            if (work.IsCompletedSuccessfully)
            {
                lock (_lock)
                    _completed.Add(gate);
            }

            // Nothing may stay locked when the next run gets its turn.
            connections.Dispose();
            plan.Turn?.End();
            _ = work.ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
        }
    }

    private static void RequireProof(GatedRun connections, Exception? thrown = null)
    {
        if (connections.Problem is { } problem)
            throw new RerunCheckException(problem, thrown);
    }

    /// <summary>Errors of the test's own set-up end the check; they say nothing about the pipeline.</summary>
    private static bool IsAboutTheCheck(Exception e) => e is RerunCheckException or WorkloadException or TestKit.Sinks.SinkException;

    private string Describe(Task? inner, RunGate gate)
    {
        var record = gate.Current is { } current ? $"delivery {current.Delivery.Position} of '{current.Delivery.Source}'" : "no delivery";
        var step = gate.LastStep is { } last ? $"its last step was {Texts.Shorten(last.Statement, 70)}" : "it had done nothing to a sink";
        var chain = inner is null or { IsCompleted: true } ? [] : AwaitChain.Of(inner);
        var stack = inner is null
            ? "it has not returned its task, so a thread of it is blocked or busy"
            : chain.Count == 0 ? "its task could not be read" : "it waits in\n    " + string.Join("\n    ", chain.Reverse());
        return $"The last delivery that it took was {record}; {step}; {stack}";
    }
}
