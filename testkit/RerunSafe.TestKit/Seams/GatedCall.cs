namespace RerunSafe.TestKit.Seams;

/// <summary>One call on its way through the gate. Every call ends with one of <see cref="Applied"/>, <see cref="Finished"/> and <see cref="Failed"/>.</summary>
internal readonly struct GatedCall(GatedConnection connection, Step step, StepText text)
{
    /// <summary>The sink has applied it.</summary>
    /// <exception cref="PipelineDeathException">The run ends here, or ended meanwhile.</exception>
    public void Applied()
    {
        Returned();
        Finished();
    }

    /// <summary>The provider has returned, but its result is still to be read.</summary>
    /// <exception cref="PipelineDeathException">The run ended meanwhile.</exception>
    public void Returned() => connection.Returned(step, text);

    /// <summary>The result is read: the second half of <see cref="Applied"/>.</summary>
    /// <exception cref="PipelineDeathException">The run ends here.</exception>
    public void Finished() => connection.AskAfter(step);

    /// <summary>The provider threw.</summary>
    /// <param name="error">What it threw.</param>
    /// <exception cref="PipelineDeathException">The run ended meanwhile.</exception>
    public void Failed(Exception error) => connection.Failed(step, error);
}
