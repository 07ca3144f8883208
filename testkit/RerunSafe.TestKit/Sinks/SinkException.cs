namespace RerunSafe.TestKit.Sinks;

/// <summary>A sink could not do what a test asked. The message names the place (file, line, statement, table) and the cure.</summary>
public sealed class SinkException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, where, and what to do about it.</param>
    /// <param name="innerException">What the engine or the file system threw, or null.</param>
    public SinkException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
