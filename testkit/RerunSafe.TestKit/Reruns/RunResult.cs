namespace RerunSafe.TestKit.Reruns;

/// <summary>How a run ended.</summary>
internal enum RunEnd
{
    Completed,
    Threw,
    Died,
    Hung,
}

/// <summary>What became of one run.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Gate">What it did on the way.</param>
/// <param name="Error">What the pipeline threw, or null.</param>
/// <param name="WaitsFor">For a run that hung: what its task was waiting for, as far as it can be told.</param>
internal sealed record RunResult(RunEnd End, RunGate Gate, Exception? Error = null, string? WaitsFor = null);
