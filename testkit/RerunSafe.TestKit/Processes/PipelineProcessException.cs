namespace RerunSafe.TestKit.Processes;

/// <summary>The program that is the pipeline could not be started, or ended with an exit code that says that it failed.</summary>
internal sealed class PipelineProcessException(string message, Exception? innerException = null) : Exception(message, innerException);
