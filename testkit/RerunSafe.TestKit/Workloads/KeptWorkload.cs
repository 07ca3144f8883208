namespace RerunSafe.TestKit.Workloads;

/// <summary>A workload whose deliveries were kept, in all forms that a check asks for. It needs no generator.</summary>
/// <param name="source">The name of the stream.</param>
/// <param name="described">What it was made from.</param>
/// <param name="forms">The deliveries: as they are, clean, repaired, and both.</param>
/// <param name="form">Which of them this is.</param>
internal sealed class KeptWorkload(string source, string described, IReadOnlyDictionary<KeptForm, IReadOnlyList<LabelledDelivery>> forms, KeptForm form = KeptForm.Faulty) : IWorkload
{
    private readonly HashSet<int> _groups = [.. forms[KeptForm.Faulty].Select(d => d.Truth.Group)];

    public string Source => source;

    public int GroupCount => _groups.Count;

    public IEnumerable<LabelledDelivery> Deliver() => forms[form];

    public IWorkload Only(IReadOnlySet<int> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (var group in groups)
        {
            if (!_groups.Contains(group))
                throw new ArgumentOutOfRangeException(nameof(groups), group, $"There is no group {group}: the kept deliveries are of the groups {string.Join(", ", _groups.Order())}.");
        }

        var kept = forms.ToDictionary(f => f.Key, IReadOnlyList<LabelledDelivery> (f) => [.. f.Value.Where(d => groups.Contains(d.Truth.Group))]);
        return new KeptWorkload(source, described, kept, form);
    }

    public IWorkload Clean() => new KeptWorkload(source, described, forms, form | KeptForm.Clean);

    public IWorkload Repaired() => new KeptWorkload(source, described, forms, form | KeptForm.Repaired);

    public string Describe() => $"{described}; {forms[form].Count:N0} of its deliveries, kept in a file";

    /// <summary>All forms of a workload.</summary>
    public static IReadOnlyDictionary<KeptForm, IReadOnlyList<LabelledDelivery>> FormsOf(IWorkload workload) => new Dictionary<KeptForm, IReadOnlyList<LabelledDelivery>>
    {
        [KeptForm.Faulty] = [.. workload.Deliver()],
        [KeptForm.Clean] = [.. workload.Clean().Deliver()],
        [KeptForm.Repaired] = [.. workload.Repaired().Deliver()],
        [KeptForm.Clean | KeptForm.Repaired] = [.. workload.Repaired().Clean().Deliver()],
    };
}

/// <summary>What was done to a workload.</summary>
[Flags]
internal enum KeptForm
{
    Faulty = 0,
    Clean = 1,
    Repaired = 2,
}
