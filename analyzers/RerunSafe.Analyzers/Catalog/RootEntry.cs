namespace RerunSafe.Analyzers.Catalog;

internal enum RootKind
{
    /// <summary>"member": a member that user code implements or overrides (M:Quartz.IJob.Execute).</summary>
    Member,

    /// <summary>"attribute": a method that carries this attribute (T:…FunctionAttribute).</summary>
    Attribute,

    /// <summary>"parameter": a method that takes a parameter of this type, or one whose parameter carries this attribute (T:Hangfire.Server.PerformContext).</summary>
    Parameter,

    /// <summary>"event": a handler added to this event (E:System.Timers.Timer.Elapsed).</summary>
    Event,

    /// <summary>"name": a method of this name in a type of this name pattern, by convention ("*Consumer.Consume").</summary>
    Name,
}

/// <summary>What becomes of a record (or a run) when the entry point returns or throws.</summary>
internal enum Outcome
{
    /// <summary>"unknown"</summary>
    Unknown,

    /// <summary>"settled": the record is taken as done and does not come back.</summary>
    Settled,

    /// <summary>"redelivered": it comes back, without a limit that dead-letters.</summary>
    Redelivered,

    /// <summary>"dead-lettered": it comes back a few times and is then dead-lettered by the framework.</summary>
    DeadLettered,

    /// <summary>"retried-then-failed": the run is retried a few times and is then kept as failed, with its arguments.</summary>
    RetriedThenFailed,

    /// <summary>"next-trigger": nothing comes back by itself; the next trigger starts from what the source then holds.</summary>
    NextTrigger,

    /// <summary>"stops": the process or the service stops.</summary>
    Stops,

    /// <summary>"dropped": it comes back a few times and is then thrown away, unless a dead-letter target is set.</summary>
    Dropped,
}

/// <summary>One entry point of a framework: code that it calls can be executed again for the same input.</summary>
internal sealed record RootEntry
{
    /// <summary>A documentation-comment ID; for <see cref="RootKind.Name"/> a pattern "TypePattern.Method".</summary>
    public string Id { get; init; } = "";

    public RootKind Kind { get; init; }

    /// <summary>When it runs again, to be put behind the root's name: "is redelivered", "fires again".</summary>
    public string RunsAgain { get; init; } = "";

    /// <summary>Each call carries one record (a message), as opposed to a run that finds its own records.</summary>
    public bool PerRecord { get; init; }

    /// <summary>A program that an operator starts, for whatever purpose: it is a rerun path only where it works through records, as Main is.</summary>
    public bool Batch { get; init; }

    public Outcome OnReturn { get; init; }

    public Outcome OnThrow { get; init; }

    /// <summary>Where the framework puts a record that failed too often when nobody configures anything; "none" where there is no such place.</summary>
    public string DeadLetters { get; init; } = "";

    /// <summary>What gives a failed record another place or another number of attempts.</summary>
    public string ConfiguredBy { get; init; } = "";

    public string Library { get; init; } = "";

    public string Source { get; init; } = "";
}
