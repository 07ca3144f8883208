namespace RerunSafe.Analyzers.Catalog;

/// <summary>The simple names of a catalogue, numbered, for looking at source text without binding it.</summary>
internal sealed class SketchNames
{
    private readonly Dictionary<int, int> _byHash = [];
    private readonly List<string> _names = [];
    private readonly List<ApiEntry[]> _apis = [];
    private readonly List<RootEntry[]> _roots = [];
    private readonly NameCatalog _meanings;
    private readonly bool[] _scheduleStarts = new bool[128];

    public SketchNames(Dictionary<string, List<ApiEntry>> apis, Dictionary<string, List<RootEntry>> roots, NameCatalog meanings)
    {
        _meanings = meanings;
        foreach (var pair in apis)
            Add(pair.Key, pair.Value.ToArray(), roots.TryGetValue(pair.Key, out var entries) ? entries.ToArray() : []);
        foreach (var pair in roots)
        {
            if (!apis.ContainsKey(pair.Key))
                Add(pair.Key, [], pair.Value.ToArray());
        }

        // A name that makes its arguments roots by its own words, whatever its type.
        OwnScheduler = _names.Count;
        foreach (var start in meanings.FirstWordsOf(NameMeaning.ScheduleMember))
            _scheduleStarts[start[0] & 127] = true;
    }

    /// <summary>How many names there are, with <see cref="OwnScheduler"/>.</summary>
    public int Count => OwnScheduler + 1;

    /// <summary>Stands for every name that begins like a scheduling member's and is not in the catalogue otherwise.</summary>
    public int OwnScheduler { get; }

    public ApiEntry[] ApisOf(int name) => name == OwnScheduler ? [] : _apis[name];

    public RootEntry[] RootsOf(int name) => name == OwnScheduler ? [] : _roots[name];

    /// <summary>Whether the name itself begins like a scheduling member's.</summary>
    public bool MaySchedule(int name) => name == OwnScheduler || _meanings.MayBe(_names[name], NameMeaning.ScheduleMember);

    /// <summary>The number of the name that stands there, or -1.</summary>
    public int IndexOf(string text, int start, int end, int hash)
    {
        if (_byHash.TryGetValue(hash, out var name))
            return name;
        var first = char.ToLowerInvariant(text[start]);
        return first < 128 && _scheduleStarts[first] && _meanings.MayBe(text.Substring(start, end - start), NameMeaning.ScheduleMember) ? OwnScheduler : -1;
    }

    public int IndexOf(string name) => _byHash.TryGetValue(Words.Hash(name), out var index) ? index : -1;

    private void Add(string name, ApiEntry[] apis, RootEntry[] roots)
    {
        // Two names of one hash are one name here: whoever mentions either is looked at.
        var hash = Words.Hash(name);
        if (_byHash.TryGetValue(hash, out var known))
        {
            _apis[known] = [.. _apis[known], .. apis];
            _roots[known] = [.. _roots[known], .. roots];
            return;
        }

        _byHash.Add(hash, _names.Count);
        _names.Add(name);
        _apis.Add(apis);
        _roots.Add(roots);
    }
}
