using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What the names of the catalogue can mean in one compilation: an entry whose type neither the compilation nor its
/// references have can match nothing. Only names that stand in the source are asked for, each once.
/// </summary>
internal sealed class CatalogView
{
    private const int Unasked = -1;

    private readonly Compilation _compilation;
    private readonly SketchNames _names;
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly bool _seesAll;
    private readonly int[] _traits;
    private readonly int[] _roots;

    public CatalogView(Compilation compilation, SketchNames names)
    {
        _compilation = compilation;
        _names = names;

        // What is behind an extern alias is not in the global namespace; then every library counts as referenced.
        _seesAll = compilation.ExternalReferences.Any(r => !r.Properties.Aliases.IsEmpty);
        _traits = new int[names.Count];
        _roots = new int[names.Count];
        for (var i = 0; i < names.Count; i++)
            _traits[i] = _roots[i] = Unasked;
    }

    /// <summary>What a member that mentions the name may do.</summary>
    public SketchTraits TraitsOf(int name)
    {
        if (_traits[name] == Unasked)
            _traits[name] = (int)FindTraits(name);
        return (SketchTraits)_traits[name];
    }

    /// <summary>Whether a member that shows the name may be an entry point, and one that is called per record.</summary>
    public (bool MayBe, bool PerRecord) RootOf(int name)
    {
        if (_roots[name] == Unasked)
        {
            var roots = _names.RootsOf(name).Where(r => r.Kind == RootKind.Name ? r.With.Length == 0 || Exists(r.With) : Exists(r.Id)).ToList();
            var isPerRecord = _names.Subscribes(name) || roots.Any(r => r.PerRecord) || _names.ApisOf(name).Any(a => a is { Meaning: ApiMeaning.Schedule, Result: "settled" } && Exists(a.Id));
            _roots[name] = (roots.Count > 0 ? 1 : 0) | (isPerRecord ? 2 : 0);
        }

        return ((_roots[name] & 1) != 0, (_roots[name] & 2) != 0);
    }

    private SketchTraits FindTraits(int name)
    {
        var traits = _names.TraitsByWords(name);
        foreach (var entry in _names.ApisOf(name))
        {
            var may = SketchNames.TraitsOf(entry.Meaning);
            if (_names.TakesFromBroker(entry))
                may |= SketchTraits.Consumes;
            if ((traits & may) != may && Exists(entry.Id))
                traits |= may;
        }

        foreach (var entry in _names.RootsOf(name))
        {
            if (entry.Kind == RootKind.Event && Exists(entry.Id))
                traits |= SketchTraits.MakesRoots;
        }

        return traits;
    }

    private bool Exists(string id)
    {
        if (_seesAll)
            return true;
        var type = DocumentationId.TypePart(id);
        lock (_known)
        {
            if (!_known.TryGetValue(type, out var exists))
                _known.Add(type, exists = Find(type));
            return exists;
        }
    }

    // An ID does not tell where the namespace ends and the types begin: what is no namespace must be a type.
    private bool Find(string type)
    {
        var space = _compilation.GlobalNamespace;
        for (var start = 0; start < type.Length;)
        {
            var end = type.IndexOf('.', start);
            var name = type.Substring(start, (end < 0 ? type.Length : end) - start);
            INamespaceSymbol? next = null;
            foreach (var member in space.GetMembers(DocumentationId.WithoutArity(name)))
            {
                if (member is INamespaceSymbol inner)
                    next = inner;
                else
                    return true;
            }

            if (next is null || end < 0)
                return false;
            space = next;
            start = end + 1;
        }

        return false;
    }
}
