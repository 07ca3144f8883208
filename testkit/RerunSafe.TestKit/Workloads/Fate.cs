namespace RerunSafe.TestKit.Workloads;

/// <summary>What must become of a delivery. Conservation: every delivery ends in exactly one of these.</summary>
public enum Fate
{
    /// <summary>Its content must be visible in the sink.</summary>
    Sink,

    /// <summary>It must be set aside with its evidence.</summary>
    DeadLetter,

    /// <summary>It repeats a delivery that is already accounted for and must leave no further trace.</summary>
    DeclaredDuplicate,

    /// <summary>A newer version of the same business key is in the input, so this version must not be the survivor.</summary>
    Superseded,

    /// <summary>It arrived after its window closed, and the pipeline's contract is to drop such records.</summary>
    LateDropped,

    /// <summary>The pipeline's contract is to leave it out.</summary>
    Filtered,
}
