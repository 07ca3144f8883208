namespace RerunSafe.TestKit.Workloads;

/// <summary>A way to damage a payload, so that it must be dead-lettered. Made by <see cref="Malformed"/>.</summary>
public sealed class MalformedFault
{
    internal MalformedFault(string name, Func<DamageRequest, Damaged> damage)
    {
        Name = name;
        Damage = damage;
    }

    /// <summary>The fault in words, as in <see cref="GroundTruth.Fault"/>.</summary>
    public string Name { get; }

    internal Func<DamageRequest, Damaged> Damage { get; }
}
