namespace RerunSafe.TestKit.Reruns;

/// <summary>Which question a run answered wrongly.</summary>
public enum Oracle
{
    /// <summary>Every run must end, and on good input without an exception.</summary>
    Completion,

    /// <summary>Two runs of the same input on fresh sinks must leave the same state.</summary>
    Determinism,

    /// <summary>The faulty input must leave the state that its labels say: that of a run on the clean input.</summary>
    Truth,

    /// <summary>The state after a schedule must be that after one undisturbed run.</summary>
    Convergence,

    /// <summary>Every delivery must end in exactly one place; malformed ones in the dead letters, with their exact bytes.</summary>
    Conservation,

    /// <summary>The kit must have seen what it judges: every planned point reached, every write through a connection of the run.</summary>
    Coverage,
}
