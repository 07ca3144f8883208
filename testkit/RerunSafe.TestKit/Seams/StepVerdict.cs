namespace RerunSafe.TestKit.Seams;

/// <summary>What the gate decides about a step.</summary>
internal enum StepVerdict
{
    /// <summary>Let it pass.</summary>
    Go,

    /// <summary>The process ends here: every connection of the run is rolled back and closed, for good.</summary>
    Die,

    /// <summary>The process lives and the step answers with the provider's own exception.</summary>
    Fail,
}
