namespace RerunSafe.TestKit.Reruns;

/// <summary>A check could not be carried out because of how it was set up. The message names the place and the cure.</summary>
public sealed class RerunCheckException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong with the check and what to do about it.</param>
    /// <param name="innerException">The cause, or null.</param>
    public RerunCheckException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
