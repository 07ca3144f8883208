using RerunSafe.TestKit.Reruns.Oracles;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reruns.Shrinking;

/// <summary>A failure with the smallest input found that shows it.</summary>
/// <param name="Finding">As the small input shows it.</param>
/// <param name="Groups">The kept groups; null when the input was not made smaller.</param>
/// <param name="Deliveries">The small input.</param>
/// <param name="Tries">How many inputs were tried.</param>
/// <param name="GaveUp">Whether the budget ended before nothing more could be taken away.</param>
internal sealed record ShrunkFailure(Finding Finding, KeptGroups? Groups, IReadOnlyList<LabelledDelivery> Deliveries, int Tries, bool GaveUp);
