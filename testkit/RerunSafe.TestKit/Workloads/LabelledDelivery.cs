namespace RerunSafe.TestKit.Workloads;

/// <summary>A delivery together with the truth about it, for oracles only.</summary>
/// <param name="Delivery">What the pipeline sees.</param>
/// <param name="Truth">What it is and what must become of it.</param>
public sealed record LabelledDelivery(Delivery Delivery, GroundTruth Truth);
