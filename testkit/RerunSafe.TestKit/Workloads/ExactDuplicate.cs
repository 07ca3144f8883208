namespace RerunSafe.TestKit.Workloads;

/// <summary>The same bytes again. Fits records of any type: it turns into a <see cref="DuplicateFault{T}"/> where one is asked for.</summary>
public sealed class ExactDuplicate
{
    internal ExactDuplicate()
    {
    }
}
