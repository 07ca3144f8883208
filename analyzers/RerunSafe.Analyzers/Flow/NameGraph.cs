using System.Collections.Immutable;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Who may call whom, going by names alone: a member may call every member whose name it mentions. An
/// over-approximation that binds nothing and is linear in the words of the source.
/// </summary>
internal sealed class NameGraph
{
    // Constructors that are called without a name: target-typed new, base(…), this(…). No word has a dot.
    private static readonly int Unnamed = Words.Hash(".ctor");

    private readonly ImmutableArray<MemberSketch> _members;
    private readonly Dictionary<int, int> _names = [];

    /// <summary>For each name the members that have it.</summary>
    private readonly List<int>[] _named;

    /// <summary>For each name the members that mention it.</summary>
    private readonly List<int>[] _mentioning;

    public NameGraph(ImmutableArray<MemberSketch> members)
    {
        _members = members;
        var named = new List<List<int>>();
        for (var i = 0; i < members.Length; i++)
        {
            foreach (var name in NamesOf(members[i]))
            {
                if (!_names.TryGetValue(name, out var index))
                {
                    _names.Add(name, index = named.Count);
                    named.Add([]);
                }

                named[index].Add(i);
            }
        }

        _named = named.ToArray();
        _mentioning = new List<int>[_named.Length];
        for (var i = 0; i < _mentioning.Length; i++)
            _mentioning[i] = [];
        for (var i = 0; i < members.Length; i++)
        {
            foreach (var mention in MentionsOf(members[i]))
            {
                if (_names.TryGetValue(mention, out var index))
                    _mentioning[index].Add(i);
            }
        }
    }

    /// <summary>The members that may call one of these, directly or not, and these themselves.</summary>
    /// <param name="seeds">For each member whether it is one of them.</param>
    /// <param name="makers">The members that hand whole types to a scheduler: mentioning a type there calls all of it.</param>
    /// <param name="through">Which callers to go on from; null for all.</param>
    public bool[] Callers(bool[] seeds, IReadOnlyList<int> makers, Func<MemberSketch, bool>? through = null)
    {
        var found = (bool[])seeds.Clone();
        var seen = new bool[_named.Length];
        var types = new HashSet<int>();
        var work = new Stack<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i])
                work.Push(i);
        }

        while (work.Count > 0)
        {
            Spread();
            foreach (var maker in makers)
            {
                if (found[maker] || !_members[maker].Mentions.Any(types.Contains))
                    continue;
                found[maker] = true;
                work.Push(maker);
            }
        }

        return found;

        void Spread()
        {
            while (work.Count > 0)
            {
                var member = _members[work.Pop()];
                if (makers.Count > 0)
                    types.Add(member.TypeHash);
                foreach (var name in NamesOf(member))
                {
                    var index = _names[name];
                    if (seen[index])
                        continue;
                    seen[index] = true;
                    foreach (var caller in _mentioning[index])
                    {
                        if (found[caller] || through?.Invoke(_members[caller]) == false)
                            continue;
                        found[caller] = true;
                        work.Push(caller);
                    }
                }
            }
        }
    }

    /// <summary>The members that these may call, directly or not, and these themselves.</summary>
    public bool[] Callees(bool[] seeds)
    {
        var found = (bool[])seeds.Clone();
        var seen = new bool[_named.Length];
        var work = new Stack<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i])
                work.Push(i);
        }

        while (work.Count > 0)
        {
            foreach (var mention in MentionsOf(_members[work.Pop()]))
            {
                if (!_names.TryGetValue(mention, out var index) || seen[index])
                    continue;
                seen[index] = true;
                foreach (var callee in _named[index])
                {
                    if (found[callee])
                        continue;
                    found[callee] = true;
                    work.Push(callee);
                }
            }
        }

        return found;
    }

    // Nobody calls an accessor by a name that leads anywhere: property accesses are not followed.
    private static int[] NamesOf(MemberSketch member) => member.Kind switch
    {
        MemberKind.Accessor => [],
        MemberKind.Constructor => [member.NameHash, Unnamed],
        _ when member.HandlesHash != 0 => [member.NameHash, member.HandlesHash],
        _ => [member.NameHash],
    };

    private static int[] MentionsOf(MemberSketch member) =>
        member.ConstructsUnnamed ? [.. member.Mentions, Unnamed] : member.Mentions;
}
