using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// Keeps the deliveries of small workloads, for a check runs the same input very often and generating it is the larger part of a run.
/// Larger workloads are streamed each time, in constant memory.
/// </summary>
internal sealed class DeliveryCache
{
    private const int LargestGroupCount = 50_000;
    private const int MostInputs = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<(IWorkload, RunInput), LabelledDelivery[]> _held = [];

    public IEnumerable<LabelledDelivery> Of(IWorkload workload, RunInput input)
    {
        if (input.Order is { } order)
        {
            var usual = Of(workload, input with { Order = null });
            return order.Arrange(usual as IReadOnlyList<LabelledDelivery> ?? [.. usual]);
        }

        if (workload.GroupCount > LargestGroupCount)
            return input.Of(workload);
        lock (_lock)
        {
            if (_held.TryGetValue((workload, input), out var deliveries))
                return deliveries;
            if (_held.Count >= MostInputs)
                _held.Clear();
            return _held[(workload, input)] = [.. input.Of(workload)];
        }
    }
}
