using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Wire;

/// <summary>What a connection through the proxy knows of its run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Server">The server behind the proxy.</param>
/// <param name="Ordinal">The number of the connection inside its run.</param>
internal sealed record WireLink(GatedRun Run, WireServer Server, long Ordinal)
{
    public IStepGate Gate => Run.Gate;
}
