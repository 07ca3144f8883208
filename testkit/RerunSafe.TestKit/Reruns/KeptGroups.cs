using System.Collections.Frozen;

namespace RerunSafe.TestKit.Reruns;

/// <summary>Which groups of each workload are in the input.</summary>
internal sealed class KeptGroups
{
    private readonly Dictionary<string, FrozenSet<int>> _groups;

    public KeptGroups(IEnumerable<GroupId> groups)
    {
        All = [.. groups.Distinct().OrderBy(g => g.Source, StringComparer.Ordinal).ThenBy(g => g.Group)];
        _groups = All.GroupBy(g => g.Source).ToDictionary(g => g.Key, g => g.Select(one => one.Group).ToFrozenSet());
    }

    public IReadOnlyList<GroupId> All { get; }

    public IReadOnlySet<int> Of(string source) => _groups.GetValueOrDefault(source, FrozenSet<int>.Empty);

    /// <summary>"4,17", or "customers 2; orders 4,17" when there is more than one source.</summary>
    public override string ToString()
    {
        var parts = All.GroupBy(g => g.Source).Select(g => (g.Key, Numbers: string.Join(",", g.Select(one => one.Group)))).ToList();
        return string.Join("; ", parts.Select(p => $"{p.Key} {p.Numbers}"));
    }
}

/// <summary>A group (an original record with its copies) of a workload.</summary>
internal readonly record struct GroupId(string Source, int Group);
