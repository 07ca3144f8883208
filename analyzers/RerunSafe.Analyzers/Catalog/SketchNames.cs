using System.Runtime.CompilerServices;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>The simple names of a catalogue, numbered, for looking at source text without binding it.</summary>
internal sealed class SketchNames
{
    // What a name can say by its words: that it schedules, that it runs SQL, both, that it is handed what handles messages, that it takes a record out of a queue, or that it checks one.
    private static readonly SketchTraits[] Named =
    [
        SketchTraits.MakesRoots,
        SketchTraits.Writes | SketchTraits.RunsSql,
        SketchTraits.MakesRoots | SketchTraits.Writes | SketchTraits.RunsSql,
        SketchTraits.MakesRoots | SketchTraits.Subscribes,
        SketchTraits.ReadsRecords,
        SketchTraits.Checks,
    ];

    // SQL is written in one of two ways; a word in another mix of cases is not worth looking at every word twice.
    private static readonly string[] SqlPicks = ["ROW_NUMBER", "row_number", "DISTINCT", "distinct", "LIMIT", "limit", "TOP", "top", "Top", "FETCH", "fetch"];

    private readonly Dictionary<int, int> _byHash = [];
    private readonly List<string> _names = [];
    private readonly List<ApiEntry[]> _apis = [];
    private readonly List<RootEntry[]> _roots = [];
    private readonly NameCatalog _meanings;
    private readonly bool[] _mayMakeRoots;
    private readonly bool[] _starts = new bool[128];
    private readonly SketchTraits[] _named;
    private readonly HashSet<string> _settling;

    public SketchNames(Dictionary<string, List<ApiEntry>> apis, Dictionary<string, List<RootEntry>> roots, NameCatalog meanings)
    {
        _meanings = meanings;
        _settling = new HashSet<string>(apis.Values.SelectMany(entries => entries).Where(e => e.Meaning == ApiMeaning.SettleAck).Select(e => e.Library), StringComparer.Ordinal);
        ProblemWords = meanings.FirstWordsOf(NameMeaning.ProblemLogMember).Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)).ToArray();
        foreach (var pair in apis)
        {
            var entries = pair.Value.Where(e => TraitsOf(e.Meaning) != SketchTraits.None).ToArray();
            if (entries.Length > 0)
                Add(pair.Key, entries, []);
        }

        foreach (var pair in roots)
            Add(pair.Key, [], pair.Value.ToArray());
        foreach (var word in SqlPicks)
            Add(word, [], []);
        _mayMakeRoots = new bool[_names.Count];
        for (var i = 0; i < _mayMakeRoots.Length; i++)
            _mayMakeRoots[i] = _apis[i].Any(a => a.Meaning == ApiMeaning.Schedule) || _roots[i].Any(r => r.Kind == RootKind.Event);

        _named = new SketchTraits[_names.Count + Named.Length];
        for (var i = 0; i < _names.Count; i++)
            _named[i] = TraitsByWords(_names[i]);
        for (var i = 0; i < Named.Length; i++)
            _named[_names.Count + i] = Named[i];
        foreach (var start in meanings.FirstWordsOf(NameMeaning.ScheduleMember).Concat(meanings.FirstWordsOf(NameMeaning.SqlMember))
            .Concat(meanings.FirstWordsOf(NameMeaning.SubscribeMember)).Concat(meanings.FirstWordsOf(NameMeaning.DequeueMember)).Concat(meanings.FirstWordsOf(NameMeaning.ParseMember)).Concat(meanings.FirstWordsOf(NameMeaning.ValidateMember)))
            _starts[start[0] & 127] = true;
    }

    /// <summary>How the names of methods that log a problem begin a word in the source: Warn, Error, Critical.</summary>
    public IReadOnlyList<string> ProblemWords { get; }

    /// <summary>How many numbers there are: the names, and one for each combination of traits that other names have by their words.</summary>
    public int Count => _named.Length;

    public ApiEntry[] ApisOf(int name) => name < _names.Count ? _apis[name] : [];

    public RootEntry[] RootsOf(int name) => name < _names.Count ? _roots[name] : [];

    /// <summary>Whether a method of this name may handle its first argument.</summary>
    public bool MayHandle(string name) => _meanings.Is(name, NameMeaning.HandlerMember);

    /// <summary>Whether a type of this name may be called with messages.</summary>
    public bool MayHandleMessages(string name) => _meanings.Is(name, NameMeaning.HandlerType);

    /// <summary>Whether a type of this name may be a message.</summary>
    public bool MayBeMessage(string name) => _meanings.Is(name, NameMeaning.MessageType);

    /// <summary>What a method of this name may do to a store that it is called on.</summary>
    public SketchTraits StoreTraitsOf(string name)
    {
        if (_meanings.Is(name, NameMeaning.ClearMember))
            return SketchTraits.Writes | SketchTraits.ClearsSets;
        return _meanings.IsAny(name, NameMeaning.AppendMember, NameMeaning.RelativeMember) && !_meanings.Is(name, NameMeaning.UpsertMember) ? SketchTraits.Writes : SketchTraits.None;
    }

    /// <summary>Whether a type, or a member named like its type, may reach the world outside.</summary>
    public bool MayBeClient(string name) => _meanings.Is(name, NameMeaning.EffectClient);

    /// <summary>Whether a method of this name may do something there.</summary>
    public bool MayAffect(string name) => _meanings.Is(name, NameMeaning.EffectMember);

    /// <summary>Whether a type, or a member named like its type, may be a store.</summary>
    public bool MayStore(string name) => _meanings.Is(name, NameMeaning.StoreType);

    /// <summary>Whether a call, creation or subscription by this name may make an entry point.</summary>
    public bool MayMakeRoots(int name) => (_named[name] & SketchTraits.MakesRoots) != 0 || (name < _names.Count && _mayMakeRoots[name]);

    /// <summary>Whether only the name's own words say that it schedules.</summary>
    public bool IsOwnScheduler(int name) => name >= _names.Count && !Subscribes(name);

    /// <summary>Whether the name's own words say that it is handed what handles messages.</summary>
    public bool Subscribes(int name) => (_named[name] & SketchTraits.Subscribes) != 0;

    /// <summary>Whether an API takes records from a source to which they are settled: a broker, as opposed to a file.</summary>
    public bool TakesFromBroker(ApiEntry entry) => entry.Meaning is ApiMeaning.ReadRecord or ApiMeaning.RecordSource && _settling.Contains(entry.Library);

    /// <summary>What the name's own words say of a member that mentions it, whatever the type.</summary>
    public SketchTraits TraitsByWords(int name) => _named[name];

    /// <summary>The number of the name that stands there, or -1.</summary>
    [MethodImpl(HotPath.CompileOnce)]
    public int IndexOf(string text, int start, int end, int hash)
    {
        if (_byHash.TryGetValue(hash, out var name))
            return name;
        var first = char.ToLowerInvariant(text[start]);
        if (first >= 128 || !_starts[first])
            return -1;
        var traits = TraitsByWords(text.Substring(start, end - start));
        return traits == SketchTraits.None ? -1 : _names.Count + Array.IndexOf(Named, traits);
    }

    [MethodImpl(HotPath.CompileOnce)]
    private SketchTraits TraitsByWords(string name)
    {
        var traits = (Array.IndexOf(SqlPicks, name) >= 0 ? SketchTraits.PicksInSql : 0)
            | (_meanings.MayBe(name, NameMeaning.ScheduleMember) ? SketchTraits.MakesRoots : 0)
            | (_meanings.MayBe(name, NameMeaning.SqlMember) && _meanings.Is(name, NameMeaning.SqlMember) ? SketchTraits.Writes | SketchTraits.RunsSql : 0);
        if (traits != SketchTraits.None)
            return traits;
        if (Is(NameMeaning.SubscribeMember))
            return SketchTraits.MakesRoots | SketchTraits.Subscribes;
        if (Is(NameMeaning.DequeueMember))
            return SketchTraits.ReadsRecords;
        return Is(NameMeaning.ParseMember) || Is(NameMeaning.ValidateMember) ? SketchTraits.Checks : SketchTraits.None;

        bool Is(NameMeaning meaning) => _meanings.MayBe(name, meaning) && _meanings.Is(name, meaning);
    }

    public int IndexOf(string name) => _byHash.TryGetValue(Words.Hash(name), out var index) ? index : -1;

    /// <summary>
    /// What a member that mentions an API of this meaning may do. A meaning that no rule starts from has no trait: a
    /// member is not bound for its sake, though its facts are there once the member is bound for another's.
    /// </summary>
    public static SketchTraits TraitsOf(ApiMeaning meaning) => meaning switch
    {
        ApiMeaning.ExecuteSql => SketchTraits.Writes | SketchTraits.RunsSql,
        ApiMeaning.Append or ApiMeaning.Upsert or ApiMeaning.Effect or ApiMeaning.Relative or ApiMeaning.SetProperty or ApiMeaning.BulkAppend or ApiMeaning.AppendsFile
            or ApiMeaning.OverwritesFile => SketchTraits.Writes,
        ApiMeaning.Overwrite or ApiMeaning.MarksRemoval => SketchTraits.Writes | SketchTraits.ClearsSets,
        ApiMeaning.Clock => SketchTraits.ReadsClock,
        ApiMeaning.Schedule => SketchTraits.MakesRoots,
        ApiMeaning.RecordSource => SketchTraits.ReadsRecords | SketchTraits.LooksUp,
        ApiMeaning.ReadRecord => SketchTraits.ReadsRecords,
        ApiMeaning.ReadsFile or ApiMeaning.WritesFile => SketchTraits.UsesFiles,
        ApiMeaning.HandlesFault => SketchTraits.Catches,
        ApiMeaning.Parse or ApiMeaning.TryParse or ApiMeaning.Validates => SketchTraits.Checks,
        ApiMeaning.ConfiguresOutbox => SketchTraits.ConfiguresOutbox,
        ApiMeaning.BuildsWebApp => SketchTraits.BuildsWebApp,
        ApiMeaning.PicksSurvivor => SketchTraits.PicksSurvivor,
        ApiMeaning.Groups => SketchTraits.Groups,
        ApiMeaning.TakesOne => SketchTraits.TakesOne,
        ApiMeaning.Retry => SketchTraits.Retries,
        ApiMeaning.SaveChanges => SketchTraits.Writes,
        ApiMeaning.LookUp => SketchTraits.LooksUp,
        ApiMeaning.SettleAck or ApiMeaning.SettleNack or ApiMeaning.AutoSettles or ApiMeaning.ConfiguresConsumer => SketchTraits.Settles,
        ApiMeaning.DeclaresQueue or ApiMeaning.ConfiguresQueue or ApiMeaning.LimitsDelivery => SketchTraits.ConfiguresQueues,
        ApiMeaning.DeadLetter => SketchTraits.DeadLetters,
        ApiMeaning.WeakensDelivery or ApiMeaning.ConfiguresProducer => SketchTraits.ConfiguresProducer,
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
