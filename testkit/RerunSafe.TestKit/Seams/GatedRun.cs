using System.Data.Common;
using System.Net;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Wire;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// One run of a pipeline: all its connections under one gate, so that they die together. Thread-safe. Disposing closes what the pipeline
/// left open, as the end of its process would; do it before the sink is saved or restored.
/// </summary>
internal sealed class GatedRun(IStepGate gate) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<GatedConnection> _connections = [];
    private readonly List<IDisposable> _others = [];
    private readonly Dictionary<WireServer, WireListener> _proxies = [];
    private string? _problem;
    private long _wrapped;
    private bool _died;
    private bool _over;

    public IStepGate Gate { get; } = gate;

    /// <summary>Whether the run has died or is over: nothing reaches its connections any more.</summary>
    public bool IsDead => _over || Gate.IsDead;

    /// <summary>Why the run proves nothing, such as a client that does not get along with its proxy; null when there is no such thing.</summary>
    public string? Problem => _problem;

    /// <summary>Tells what a run that does not end is waiting for outside of this process; null without such a thing.</summary>
    public Func<string>? Describe { get; set; }

    /// <summary>How many connections are open now: after the pipeline has returned, those that it forgot.</summary>
    public int OpenConnections => Snapshot().Count(connection => connection.IsOpen);

    /// <summary>Puts a closed or open connection under the gate. The run owns it from now on.</summary>
    /// <param name="connection">The provider's own.</param>
    /// <param name="faults">How its engine fails; null for what the kit knows of the provider.</param>
    public GatedConnection Wrap(DbConnection connection, IFaultDialect? faults = null)
    {
        lock (_lock)
        {
            var gated = new GatedConnection(this, connection, faults ?? FaultDialects.For(connection), NextOrdinal());
            _connections.Add(gated);
            if (IsDead)
                gated.Sever();

            return gated;
        }
    }

    /// <summary>The number of the next connection.</summary>
    public long NextOrdinal() => Interlocked.Increment(ref _wrapped);

    /// <summary>Tells that the run proves nothing.</summary>
    public void Report(string problem) => Interlocked.CompareExchange(ref _problem, problem, null);

    /// <summary>The address of this run's proxy in front of a server.</summary>
    public IPEndPoint Through(WireServer server)
    {
        lock (_lock)
        {
            if (_proxies.TryGetValue(server, out var known))
                return known.Address;
            var proxy = _proxies[server] = new WireListener(this, server);
            _others.Add(proxy);
            if (IsDead)
                proxy.Dispose();
            return proxy.Address;
        }
    }

    /// <summary>Has something else end with the run; what came last ends first.</summary>
    public void Own(IDisposable other)
    {
        lock (_lock)
            _others.Add(other);
        if (IsDead)
            other.Dispose();
    }

    /// <summary>Has a connection of this run die with it from now on: it is opened again after its disposal.</summary>
    public void Own(GatedConnection connection)
    {
        lock (_lock)
            _connections.Add(connection);
    }

    /// <summary>Lets a connection that was disposed of go: a run may open one for each record.</summary>
    public void Release(GatedConnection connection)
    {
        lock (_lock)
            _connections.Remove(connection);
    }

    /// <summary>A data source whose connections are all under the gate.</summary>
    public GatedDataSource Source(Func<DbConnection> connect, IFaultDialect? faults = null) => new(this, connect, faults);

    /// <summary>Passes a crash point that the pipeline's author named. Before and after are one: only Before is asked.</summary>
    /// <exception cref="PipelineDeathException">The run ends here, or has ended already.</exception>
    public void CrashPoint(string name)
    {
        ThrowIfDead();
        var step = new Step("crash point", StepKind.Custom, name, null, false, 0);
        step.Origin = new StepOrigin(null);
        var verdict = Gate.Before(step);
        step.Origin = null;
        switch (verdict)
        {
            case StepVerdict.Die:
                throw Die(step, "at");
            case StepVerdict.Fail:
                throw new InvalidOperationException($"The crash point '{name}' can only die: it has no provider whose error it could raise.");
            default:
                ThrowIfDead();
                break;
        }
    }

    /// <summary>Passes a place outside of this process, where nothing can be thrown.</summary>
    /// <returns>False when the run ends there, or has ended already.</returns>
    public bool Passes(string place)
    {
        if (IsDead)
            return false;
        if (Gate.Before(new Step(PipelineRun.CrashPointSeam, StepKind.Custom, place, null, false, 0)) != StepVerdict.Die)
            return true;
        Kill();
        return false;
    }

    /// <exception cref="PipelineDeathException">The run has ended.</exception>
    public void ThrowIfDead()
    {
        if (!IsDead)
            return;
        if (Gate.IsDead)
            Kill();
        throw new PipelineDeathException(Gate.Refuse());
    }

    /// <summary>Ends the run: rolls back and closes every connection; one that is inside a call on another thread closes when the call returns.</summary>
    /// <returns>What the pipeline is to see.</returns>
    public PipelineDeathException Die(Step step, string phase)
    {
        Kill();
        return new PipelineDeathException($"The run ends {phase} {step.Seam} {step.Kind}: {step.Statement}");
    }

    /// <summary>Closes everything. Never throws.</summary>
    public void Dispose()
    {
        _over = true;
        IDisposable[] others;
        lock (_lock)
            others = [.. _others.AsEnumerable().Reverse()];
        foreach (var other in others)
            other.Dispose();
        foreach (var connection in Snapshot())
            connection.Sever();
    }

    private void Kill()
    {
        lock (_lock)
        {
            if (_died)
                return;

            _died = true;
        }

        Dispose();
        Gate.Died();
    }

    private GatedConnection[] Snapshot()
    {
        lock (_lock)
            return [.. _connections];
    }
}
