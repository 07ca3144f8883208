using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Which members of a compilation can matter to any rule, decided before anything is bound: entry points by their
/// names, members that do something a rule asks for, and what may lie between the two.
/// </summary>
internal sealed class Relevance
{
    // What a rule may start from. A clock by itself is none: it matters where a statement or a file's name takes it.
    private const SketchTraits Interesting = SketchTraits.Writes | SketchTraits.Catches | SketchTraits.UsesFiles | SketchTraits.Settles | SketchTraits.Checks;

    // groups.Select(g => g.First()): either alone picks nothing.
    private const SketchTraits Picking = SketchTraits.Groups | SketchTraits.TakesOne;

    private readonly Dictionary<SyntaxTree, (TreeSketch Sketch, int Offset)> _trees = [];
    private readonly ImmutableArray<MemberSketch> _members;
    private readonly SketchTraits[] _traits;
    private readonly bool[] _mayBeRoot;
    private readonly List<int> _makers = [];
    private readonly bool[] _interests = [];
    private readonly bool[] _leads = [];
    private readonly NameGraph? _graph;
    private readonly Lazy<bool[]> _leadsToSql;
    private readonly Lazy<bool[]> _leadsToWrites;
    private readonly Lazy<bool[]> _leadsToLookUp;
    private readonly Lazy<bool[]> _leadsToClearing;
    private readonly Lazy<bool[]> _leadsToSettling;
    private readonly Lazy<HashSet<int>> _sqlWrappers;

    public Relevance(IEnumerable<(SyntaxTree Tree, TreeSketch Sketch)> trees, CatalogView view, EngineOptions options)
    {
        var members = ImmutableArray.CreateBuilder<MemberSketch>();
        foreach (var (tree, sketch) in trees)
        {
            _trees[tree] = (sketch, members.Count);
            members.AddRange(sketch.Members);
        }

        _members = members.ToImmutable();
        _traits = new SketchTraits[_members.Length];
        _mayBeRoot = new bool[_members.Length];
        var (hasRoot, hasInterest, seen) = (false, false, SketchTraits.None);
        for (var i = 0; i < _members.Length; i++)
        {
            _traits[i] = TraitsOf(_members[i], view);
            _mayBeRoot[i] = MayBeRoot(_members[i], view, options);
            if ((_traits[i] & SketchTraits.MakesRoots) != 0)
                _makers.Add(i);
            hasRoot |= _mayBeRoot[i] || IsMain(_members[i]);
            hasInterest |= (_traits[i] & Interesting) != 0;
            seen |= _traits[i];
        }

        _leadsToSql = new Lazy<bool[]>(() => CallersOf(SketchTraits.RunsSql));
        _leadsToWrites = new Lazy<bool[]>(() => CallersOf(SketchTraits.Writes));
        _leadsToLookUp = new Lazy<bool[]>(() => CallersOf(SketchTraits.LooksUp));
        _leadsToClearing = new Lazy<bool[]>(() => CallersOf(SketchTraits.ClearsSets));
        _leadsToSettling = new Lazy<bool[]>(() => CallersOf(SketchTraits.Settles));
        _sqlWrappers = new Lazy<HashSet<int>>(FindSqlWrappers);
        if (!hasInterest || (!hasRoot && _makers.Count == 0))
            return;
        _graph = new NameGraph(_members);
        _interests = FindInterests(view, seen);
        _leads = _graph.Callers(_interests, _makers);
    }

    /// <summary>Whether a tree's own words show something that may be an entry point or make one.</summary>
    public static bool MayStart(TreeSketch tree, CatalogView view, EngineOptions options)
    {
        foreach (var member in tree.Members)
        {
            if (MayBeRoot(member, view, options) || IsMain(member) || (TraitsOf(member, view) & SketchTraits.MakesRoots) != 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether a rule that asks for no entry point may speak about a member, going by its words and its tree's.</summary>
    public static bool MaySpeak(MemberSketch member, TreeSketch tree, CatalogView view)
    {
        var traits = TraitsOf(member, view);
        if ((traits & (SketchTraits.PicksSurvivor | SketchTraits.Retries | SketchTraits.ConfiguresProducer | SketchTraits.Settles | SketchTraits.ConfiguresQueues | SketchTraits.DeadLetters)) != 0 || (traits & Picking) == Picking)
            return true;
        if ((traits & SketchTraits.RunsSql) == 0)
            return false;
        return (traits & SketchTraits.PicksInSql) != 0 || (tree.PickingTexts is { } texts && member.Mentions.Any(texts.Contains));
    }

    /// <summary>Nothing in this compilation can be reported.</summary>
    public bool IsEmpty => _graph is null;

    /// <summary>Every member that has a body, in the order of the source.</summary>
    public ImmutableArray<MemberSketch> Members => _members;

    /// <summary>The members from which something interesting may be reached and that may be entry points, or make some.</summary>
    public IEnumerable<MemberSketch> Starts()
    {
        for (var i = 0; i < _leads.Length; i++)
        {
            if (_leads[i] && (_mayBeRoot[i] || (_traits[i] & SketchTraits.MakesRoots) != 0 || IsMain(_members[i])))
                yield return _members[i];
        }
    }

    public IEnumerable<MemberSketch> StartsIn(SyntaxTree tree)
    {
        if (IsEmpty)
            yield break;
        var (sketch, offset) = _trees[tree];
        for (var i = 0; i < sketch.Members.Length; i++)
        {
            if (_leads[offset + i] && (_mayBeRoot[offset + i] || (_traits[offset + i] & SketchTraits.MakesRoots) != 0 || IsMain(_members[offset + i])))
                yield return sketch.Members[i];
        }
    }

    public bool HasInterestIn(SyntaxTree tree)
    {
        if (IsEmpty)
            return false;
        var (sketch, offset) = _trees[tree];
        for (var i = 0; i < sketch.Members.Length; i++)
        {
            if (_interests[offset + i])
                return true;
        }

        return false;
    }

    public SketchTraits TraitsOf(MemberSketch sketch) => _traits[IndexOf(sketch)];

    /// <summary>Whether a body may hold a loop over records; true for what has no sketch.</summary>
    public bool MayReadRecords(IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!_trees.TryGetValue(reference.SyntaxTree, out var place) || place.Sketch.At(reference) is not { } sketch
                || (_traits[place.Offset + sketch.Ordinal] & (SketchTraits.ReadsRecords | SketchTraits.CatchesInLoop)) != 0)
                return true;
        }

        return false;
    }

    /// <summary>Some member of the compilation mentions the trait.</summary>
    public bool HasAny(SketchTraits trait) => _traits.Any(t => (t & trait) != 0);

    public bool MayBeRoot(MemberSketch sketch) => _mayBeRoot[IndexOf(sketch)];

    /// <summary>Whether a call to the method may lead to something that a rule asks for.</summary>
    public bool Leads(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leads);

    /// <summary>Whether a call to the method may lead to an API that runs SQL.</summary>
    public bool LeadsToSql(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToSql.Value);

    /// <summary>Whether a call to the method may lead to a write.</summary>
    public bool LeadsToWrite(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToWrites.Value);

    /// <summary>Whether a call to the method may lead to a question to a typed set.</summary>
    public bool LeadsToLookUp(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToLookUp.Value);

    /// <summary>Whether a call to the method may lead to the removal of things from a typed set.</summary>
    public bool LeadsToClearing(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToClearing.Value);

    /// <summary>Whether a call to the method may lead to an API that settles a record.</summary>
    public bool LeadsToSettling(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToSettling.Value);

    /// <summary>Whether a member of this name may run one of its string parameters as SQL, itself or through another one.</summary>
    public bool MayRunText(string name) => !IsEmpty && _sqlWrappers.Value.Contains(Words.Hash(name));

    public static bool IsMain(MemberSketch sketch) =>
        sketch.Kind == MemberKind.TopLevel || (sketch.Name == "Main" && sketch.Declaration is MethodDeclarationSyntax method && method.Modifiers.Any(m => m.ValueText == "static"));

    // What has no sketch (a primary constructor, an operator) is not known to lead nowhere.
    private bool Marked(IMethodSymbol method, bool[] marks)
    {
        if (marks.Length == 0)
            return false;

        // The words of a local function stand in the member that holds it.
        while (method is { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction, ContainingSymbol: IMethodSymbol holder })
            method = holder;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!_trees.TryGetValue(reference.SyntaxTree, out var place))
                continue;
            if (place.Sketch.At(reference) is not { } sketch || marks[place.Offset + sketch.Ordinal])
                return true;
        }

        return false;
    }

    // Empty where no member shows the trait: then nothing leads there.
    private bool[] CallersOf(SketchTraits trait)
    {
        var seeds = new bool[_traits.Length];
        var hasAny = false;
        for (var i = 0; i < seeds.Length; i++)
            hasAny |= seeds[i] = (_traits[i] & trait) != 0;
        return hasAny ? _graph!.Callers(seeds, []) : [];
    }

    // A catch or a check matters where records are worked on: in any loop, below a loop that is known to go over records, or below an entry point that is called per record.
    // A loop over records by itself matters where something here lets a source settle them.
    private bool[] FindInterests(CatalogView view, SketchTraits seen)
    {
        var hasClock = (seen & SketchTraits.ReadsClock) != 0;
        var settling = (seen & SketchTraits.Settles) != 0 ? SketchTraits.Settles | SketchTraits.ReadsRecords : SketchTraits.None;
        var interests = new bool[_members.Length];
        var worksOnRecords = new bool[_members.Length];
        for (var i = 0; i < _members.Length; i++)
        {
            // What a handler leaves undone when it returns shows in none of its words.
            interests[i] = _members[i].KeepsHandlerConvention || _members[i].RootNames.Any(name => view.RootOf(name).PerRecord) || _members[i].MakerNames.Any(name => view.RootOf(name).PerRecord);
            worksOnRecords[i] = interests[i] || (_traits[i] & SketchTraits.ReadsRecords) != 0;
        }

        worksOnRecords = _graph!.Callees(worksOnRecords);
        for (var i = 0; i < _members.Length; i++)
        {
            interests[i] |= (_traits[i] & (SketchTraits.Writes | settling)) != 0
                || (_traits[i] & SketchTraits.CatchesInLoop) != 0 || ((_traits[i] & (SketchTraits.Catches | SketchTraits.Checks)) != 0 && worksOnRecords[i])
                || ((_traits[i] & SketchTraits.UsesFiles) != 0 && hasClock);
        }

        return interests;
    }

    private HashSet<int> FindSqlWrappers()
    {
        var seeds = new bool[_members.Length];
        for (var i = 0; i < seeds.Length; i++)
            seeds[i] = _members[i].TakesText && (_traits[i] & SketchTraits.RunsSql) != 0;
        var marks = _graph!.Callers(seeds, [], static member => member.TakesText);
        var names = new HashSet<int>();
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i])
                names.Add(_members[i].NameHash);
        }

        return names;
    }

    private int IndexOf(MemberSketch sketch) => _trees[sketch.Declaration.SyntaxTree].Offset + sketch.Ordinal;

    private static SketchTraits TraitsOf(MemberSketch sketch, CatalogView view)
    {
        var traits = sketch.OwnTraits;
        foreach (var name in sketch.CatalogNames)
            traits |= view.TraitsOf(name) & ~SketchTraits.MakesRoots;
        foreach (var name in sketch.MakerNames)
            traits |= view.TraitsOf(name) & SketchTraits.MakesRoots;
        return traits;
    }

    private static bool MayBeRoot(MemberSketch sketch, CatalogView view, EngineOptions options)
    {
        foreach (var name in sketch.RootNames)
        {
            if (view.RootOf(name).MayBe)
                return true;
        }

        return sketch.KeepsHandlerConvention || options.AllMethodsAreRoots && sketch.Kind == MemberKind.Method;
    }
}
