namespace RerunSafe.Analyzers.Catalog;

/// <summary>The simple names of a catalogue, numbered, for looking at source text without binding it.</summary>
internal sealed class SketchNames
{
    private readonly Dictionary<int, int> _byHash = [];
    private readonly List<string> _names = [];
    private readonly List<ApiEntry[]> _apis = [];
    private readonly List<RootEntry[]> _roots = [];
    private readonly NameCatalog _meanings;
    private readonly bool[] _mayMakeRoots;
    private readonly bool[] _scheduleStarts = new bool[128];

    public SketchNames(Dictionary<string, List<ApiEntry>> apis, Dictionary<string, List<RootEntry>> roots, NameCatalog meanings)
    {
        _meanings = meanings;
        foreach (var pair in apis)
        {
            var entries = pair.Value.Where(e => TraitsOf(e.Meaning) != SketchTraits.None).ToArray();
            if (entries.Length > 0)
                Add(pair.Key, entries, []);
        }

        foreach (var pair in roots)
            Add(pair.Key, [], pair.Value.ToArray());
        _mayMakeRoots = new bool[_names.Count];
        for (var i = 0; i < _mayMakeRoots.Length; i++)
            _mayMakeRoots[i] = _apis[i].Any(a => a.Meaning == ApiMeaning.Schedule) || _roots[i].Any(r => r.Kind == RootKind.Event) || meanings.MayBe(_names[i], NameMeaning.ScheduleMember);

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

    /// <summary>Whether a call, creation or subscription by this name may make an entry point.</summary>
    public bool MayMakeRoots(int name) => name == OwnScheduler || _mayMakeRoots[name];

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

    /// <summary>
    /// What a member that mentions an API of this meaning may do. A meaning that no rule starts from has no trait: a
    /// member is not bound for its sake, though its facts are there once the member is bound for another's.
    /// </summary>
    public static SketchTraits TraitsOf(ApiMeaning meaning) => meaning switch
    {
        ApiMeaning.ExecuteSql => SketchTraits.Writes | SketchTraits.RunsSql,
        ApiMeaning.Append or ApiMeaning.Relative or ApiMeaning.SetProperty => SketchTraits.Writes,
        ApiMeaning.Clock => SketchTraits.ReadsClock,
        ApiMeaning.Schedule => SketchTraits.MakesRoots,
        ApiMeaning.RecordSource or ApiMeaning.ReadRecord => SketchTraits.ReadsRecords,
        ApiMeaning.ReadsFile or ApiMeaning.WritesFile => SketchTraits.UsesFiles,
        ApiMeaning.BuildsWebApp => SketchTraits.BuildsWebApp,
        _ => SketchTraits.None,
    };

    private void Add(string name, ApiEntry[] apis, RootEntry[] roots)
    {
        // Two names of one hash count as one: whoever mentions either is looked at.
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
