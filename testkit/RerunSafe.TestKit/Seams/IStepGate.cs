namespace RerunSafe.TestKit.Seams;

/// <summary>
/// Decides, step by step, whether a run goes on. The decorators call it on the thread of the pipeline; it may block (that
/// is how runs are interleaved). It must not throw.
/// <para>
/// A <see cref="StepKind.Write"/> with <see cref="Step.InTransaction"/> has one durable outcome whether the run dies before
/// or after it: plan only <see cref="Before"/> there. <see cref="StepVerdict.Fail"/> from <see cref="After"/> of such a write is refused
/// with an <see cref="InvalidOperationException"/>, for an engine undoes a statement that fails.
/// </para>
/// <para>
/// A write that is read by a data reader (INSERT … RETURNING, or INSERT; SELECT) is durable when its result is exhausted or its
/// reader closed: only then comes <see cref="After"/>.
/// </para>
/// </summary>
internal interface IStepGate
{
    /// <summary>Asked before anything has reached the sink.</summary>
    StepVerdict Before(Step step);

    /// <summary>
    /// Asked when the sink has applied the step and the caller has not heard of it. It gets the same instance that
    /// <see cref="Before"/> got. A step that failed by itself (constraint, lock, syntax) has no after.
    /// </summary>
    StepVerdict After(Step step);

    /// <summary>True from the moment of death on. The decorators read it before every call.</summary>
    bool IsDead { get; }

    /// <summary>Told of every call that is refused because the run has died or is over.</summary>
    /// <returns>Why it is refused, for the exception.</returns>
    string Refuse() => IsDead
        ? "The run has ended: a process that has died makes no more calls."
        : "The run is over and the pipeline still works: await everything that it starts.";

    /// <summary>Told when a call to the provider begins.</summary>
    void EnteredCall()
    {
    }

    /// <summary>Told when a call to the provider is over.</summary>
    void LeftCall()
    {
    }

    /// <summary>Told when the engine refused a call because somebody else held a lock.</summary>
    void LockedOut()
    {
    }

    /// <summary>Told once, when every connection of the run that is not inside a call has been rolled back and closed.</summary>
    void Died();
}
