namespace RerunSafe.TestKit.Reruns;

/// <summary>On which side of a step a run is stopped.</summary>
public enum CrashPhase
{
    /// <summary>Nothing of the step has reached the sink.</summary>
    Before,

    /// <summary>The sink has applied the step, and the pipeline has not heard of it. For a commit this is the ambiguous commit.</summary>
    After,
}
