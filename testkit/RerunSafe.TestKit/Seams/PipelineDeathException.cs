namespace RerunSafe.TestKit.Seams;

/// <summary>
/// What a pipeline sees when the test kit ends its process: the call never returns. Death is sticky: a pipeline that catches this and
/// goes on gets it again from every wrapped object, as dead processes run no clean-up. Only Dispose and Close stay silent.
/// It is no <see cref="OperationCanceledException"/> and no DbException, so that no retry or cancellation path takes it for its own.
/// </summary>
public sealed class PipelineDeathException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Where the run ended.</param>
    public PipelineDeathException(string message)
        : base(message)
    {
    }
}
