namespace RerunSafe.TestKit.Reruns;

/// <summary>What went wrong, by the field's names.</summary>
public enum Verdict
{
    /// <summary>Rows that must be in the sink are missing.</summary>
    Lost,

    /// <summary>Rows are in the sink more often than they should be.</summary>
    Doubled,

    /// <summary>Rows are there with other values.</summary>
    Changed,

    /// <summary>Rows are in the sink that should not be there at all.</summary>
    Unexpected,

    /// <summary>A malformed delivery left no dead letter.</summary>
    NotDeadLettered,

    /// <summary>A malformed delivery left more than one dead letter.</summary>
    DeadLetteredTwice,

    /// <summary>A good record was dead-lettered.</summary>
    WronglyDeadLettered,

    /// <summary>A dead letter does not hold the bytes of the delivery that it stands for.</summary>
    DeadLetterAltered,

    /// <summary>Two runs of the same input on fresh sinks left different states.</summary>
    NonDeterministic,

    /// <summary>A run was not over at its deadline.</summary>
    Hung,

    /// <summary>A run ended with an exception though nothing was done to it.</summary>
    Crashed,

    /// <summary>A planned point was not reached, so that nothing was proved about it.</summary>
    UnreachedPoint,

    /// <summary>A sink changed without a write that the kit saw, so that no crash could be planned around it.</summary>
    UnseenWrite,

    /// <summary>A run went on working after its task had ended: fire and forget. A process that exits then loses that work.</summary>
    LeftRunning,
}
