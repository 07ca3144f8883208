using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Which members of a compilation can matter to any rule, decided before anything is bound: entry points by their
/// names, members that do something a rule asks for, and what may lie between the two.
/// </summary>
internal sealed class Relevance
{
    private const SketchTraits Interesting = SketchTraits.Writes | SketchTraits.ReadsClock | SketchTraits.Catches;

    private readonly Dictionary<SyntaxTree, (TreeSketch Sketch, int Offset)> _trees = [];
    private readonly ImmutableArray<MemberSketch> _members;
    private readonly SketchTraits[] _traits;
    private readonly bool[] _mayBeRoot;
    private readonly List<int> _makers = [];
    private readonly bool[] _leads = [];
    private readonly NameGraph? _graph;
    private readonly Lazy<bool[]> _leadsToSql;
    private readonly Lazy<bool[]> _leadsToRecords;

    public Relevance(Compilation compilation, CatalogView view, EngineOptions options, Func<SyntaxTree, TreeSketch> sketchOf)
    {
        var members = ImmutableArray.CreateBuilder<MemberSketch>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var sketch = sketchOf(tree);
            _trees[tree] = (sketch, members.Count);
            members.AddRange(sketch.Members);
        }

        _members = members.ToImmutable();
        _traits = new SketchTraits[_members.Length];
        _mayBeRoot = new bool[_members.Length];
        var (hasRoot, hasInterest) = (false, false);
        for (var i = 0; i < _members.Length; i++)
        {
            _traits[i] = TraitsOf(_members[i], view);
            _mayBeRoot[i] = MayBeRoot(_members[i], view, options);
            if ((_traits[i] & SketchTraits.MakesRoots) != 0)
                _makers.Add(i);
            hasRoot |= _mayBeRoot[i] || IsMain(_members[i]);
            hasInterest |= (_traits[i] & Interesting) != 0;
        }

        _leadsToSql = new Lazy<bool[]>(() => CallersOf(SketchTraits.RunsSql));
        _leadsToRecords = new Lazy<bool[]>(() => CallersOf(SketchTraits.ReadsRecords));
        if (!hasInterest || (!hasRoot && _makers.Count == 0))
            return;
        _graph = new NameGraph(_members);
        _leads = _graph.Callers(_traits.Select(t => (t & Interesting) != 0).ToArray(), _makers);
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
        var (sketch, offset) = _trees[tree];
        for (var i = 0; i < sketch.Members.Length; i++)
        {
            if ((_traits[offset + i] & Interesting) != 0)
                return true;
        }

        return false;
    }

    public SketchTraits TraitsOf(MemberSketch sketch) => _traits[IndexOf(sketch)];

    public bool MayBeRoot(MemberSketch sketch) => _mayBeRoot[IndexOf(sketch)];

    public bool LeadsToRecords(MemberSketch sketch) => _leadsToRecords.Value[IndexOf(sketch)];

    /// <summary>Whether a call to the method may lead to something that a rule asks for.</summary>
    public bool Leads(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leads);

    /// <summary>Whether a call to the method may lead to an API that runs SQL.</summary>
    public bool LeadsToSql(IMethodSymbol method) => IsEmpty ? false : Marked(method, _leadsToSql.Value);

    public static bool IsMain(MemberSketch sketch) =>
        sketch.Kind == MemberKind.TopLevel || (sketch.Name == "Main" && sketch.Declaration is MethodDeclarationSyntax method && method.Modifiers.Any(m => m.ValueText == "static"));

    // What has no sketch (a primary constructor, an operator) is not known to lead nowhere.
    private bool Marked(IMethodSymbol method, bool[] marks)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!_trees.TryGetValue(reference.SyntaxTree, out var place))
                continue;
            if (place.Sketch.At(reference) is not { } sketch || marks[place.Offset + sketch.Ordinal])
                return true;
        }

        return false;
    }

    private bool[] CallersOf(SketchTraits trait) => _graph!.Callers(_traits.Select(t => (t & trait) != 0).ToArray(), []);

    private int IndexOf(MemberSketch sketch) => _trees[sketch.Declaration.SyntaxTree].Offset + sketch.Ordinal;

    private static SketchTraits TraitsOf(MemberSketch sketch, CatalogView view)
    {
        var traits = sketch.OwnTraits;
        foreach (var name in sketch.CatalogNames)
            traits |= view.TraitsOf(name);
        return traits;
    }

    private static bool MayBeRoot(MemberSketch sketch, CatalogView view, EngineOptions options)
    {
        foreach (var name in sketch.RootNames)
        {
            if (view.RootOf(name).MayBe)
                return true;
        }

        return options.AllMethodsAreRoots && sketch.Kind == MemberKind.Method;
    }
}
