using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// The catalogue, asked by symbol. Nothing is resolved up front: a symbol whose simple name is in no entry costs one
/// look-up, and each other symbol is matched once per compilation.
/// </summary>
internal sealed class ApiCatalog
{
    private readonly Dictionary<string, List<ApiEntry>> _apisByName;
    private readonly Dictionary<string, List<RootEntry>> _rootsByName;
    private readonly Dictionary<string, DialectEntry> _dialects;
    private readonly Dictionary<string, List<ExceptionEntry>> _exceptions;
    private readonly Lazy<SketchNames> _sketchNames;
    private readonly ConcurrentDictionary<ISymbol, ApiMatch> _apis = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, RootEntry?> _rootMembers = new(SymbolEqualityComparer.Default);

    public ApiCatalog(params ApiCatalogData[] parts)
    {
        var count = parts.Sum(p => p.Apis.Length);
        _apisByName = new(count, StringComparer.Ordinal);
        _rootsByName = new(StringComparer.Ordinal);
        _dialects = new(StringComparer.Ordinal);
        _exceptions = new(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            foreach (var entry in part.Apis)
                AddApi(entry);
            foreach (var entry in part.Roots)
                Append(_rootsByName, DocumentationId.MemberName(entry.Id), entry);
            foreach (var entry in part.Dialects)
                _dialects[entry.Id] = entry;
            foreach (var entry in part.Exceptions)
            {
                Append(_exceptions, entry.Id, entry);

                // Oracle's "1" says nothing without its exception.
                if (entry.Meaning == ExceptionMeaning.UniqueViolation)
                    UniqueViolationCodes.UnionWith(entry.Values.Where(v => v.Length > 1));
            }
        }

        Names = new NameCatalog(parts.SelectMany(p => p.Names));
        _sketchNames = new Lazy<SketchNames>(() => new SketchNames(_apisByName, _rootsByName, Names));
    }

    private ApiCatalog(ApiCatalog shared)
    {
        _apisByName = shared._apisByName;
        _rootsByName = shared._rootsByName;
        _dialects = shared._dialects;
        _exceptions = shared._exceptions;
        _sketchNames = shared._sketchNames;
        UniqueViolationCodes = shared.UniqueViolationCodes;
        Names = shared.Names;
    }

    /// <summary>The same catalogue with no symbols remembered: a compilation's symbols must not outlive it in what all compilations share.</summary>
    public ApiCatalog ForCompilation() => new(this);

    /// <summary>The names in it, for looking at source text; the same instance for every compilation.</summary>
    public SketchNames SketchNames => _sketchNames.Value;

    public NameCatalog Names { get; }

    /// <summary>The values that tell a unique violation, of every provider: "23505", "2627", "DuplicateKeyEntry".</summary>
    public HashSet<string> UniqueViolationCodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether some entry has this simple name (a constructor is known by its type's name).</summary>
    public bool KnowsName(string name) => _apisByName.ContainsKey(name);

    /// <summary>The meanings of the APIs with this simple name, whatever their type: for the syntactic pre-filter.</summary>
    public IReadOnlyList<ApiEntry> WithName(string name) =>
        _apisByName.TryGetValue(name, out var entries) ? entries : [];

    public IReadOnlyList<RootEntry> RootsWithName(string name) =>
        _rootsByName.TryGetValue(name, out var entries) ? entries : [];

    /// <summary>What the catalogue says of every call of the member.</summary>
    public ImmutableArray<ApiEntry> Find(ISymbol symbol) => MatchOf(symbol).Always;

    /// <summary>What it says only of calls with a certain argument (<see cref="ApiEntry.When"/>).</summary>
    public ImmutableArray<ApiEntry> FindConditional(ISymbol symbol) => MatchOf(symbol).Sometimes;

    /// <summary>The simple names of the members that mean something.</summary>
    public IEnumerable<string> NamesOf(ApiMeaning meaning)
    {
        foreach (var pair in _apisByName)
        {
            if (pair.Value.Any(e => e.Meaning == meaning))
                yield return pair.Key;
        }
    }

    public ApiEntry? Find(ISymbol symbol, ApiMeaning meaning)
    {
        foreach (var entry in Find(symbol))
        {
            if (entry.Meaning == meaning)
                return entry;
        }

        return null;
    }

    public bool Means(ISymbol symbol, ApiMeaning meaning) => Find(symbol, meaning) is not null;

    /// <summary>The framework entry point that this member implements, overrides or is marked as; null for ordinary members.</summary>
    public RootEntry? FindRoot(IMethodSymbol method) => _rootMembers.GetOrAdd(method.OriginalDefinition, m => MatchRoot((IMethodSymbol)m));

    /// <summary>The root that an event subscription or another member reference of this symbol makes of its handler.</summary>
    public RootEntry? FindEventRoot(IEventSymbol symbol)
    {
        foreach (var entry in RootsWithName(symbol.Name))
        {
            if (entry.Kind == RootKind.Event && DocumentationId.Matches(entry.Id, symbol.OriginalDefinition))
                return entry;
        }

        return null;
    }

    /// <summary>The dialect that a type (or one of its bases) or a configuring method tells.</summary>
    public Sql.SqlDialect DialectOf(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (_dialects.TryGetValue("T:" + DocumentationId.TypeName(t), out var entry))
                return entry.Dialect;
        }

        return Sql.SqlDialect.Generic;
    }

    /// <summary>What the client that a type (or one of its bases) belongs to does with transactions.</summary>
    public ProviderFacts ProviderFactsOf(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (_dialects.TryGetValue("T:" + DocumentationId.TypeName(t), out var entry))
                return entry.Facts;
        }

        return ProviderFacts.None;
    }

    /// <summary>What every client of a dialect does with transactions.</summary>
    public ProviderFacts ProviderFactsOf(Sql.SqlDialect dialect)
    {
        var facts = (ProviderFacts)(-1);
        foreach (var entry in _dialects.Values)
        {
            if (entry.Dialect == dialect)
                facts &= entry.Facts;
        }

        return facts == (ProviderFacts)(-1) ? ProviderFacts.None : facts;
    }

    public IReadOnlyList<ExceptionEntry> ExceptionsOf(ITypeSymbol type) =>
        _exceptions.TryGetValue("T:" + DocumentationId.TypeName(type), out var entries) ? entries : [];

    private void AddApi(ApiEntry entry)
    {
        var name = DocumentationId.MemberName(entry.Id);
        if (entry.Meaning != ApiMeaning.Nothing)
        {
            Append(_apisByName, name, entry);
            return;
        }

        if (_apisByName.TryGetValue(name, out var known) && known.RemoveAll(k => k.Id == entry.Id) > 0 && known.Count == 0)
            _apisByName.Remove(name);
    }

    private static void Append<T>(Dictionary<string, List<T>> map, string key, T value)
    {
        if (!map.TryGetValue(key, out var list))
            map.Add(key, list = []);
        list.Add(value);
    }

    private ApiMatch MatchOf(ISymbol symbol)
    {
        if (symbol is IMethodSymbol { ReducedFrom: { } reduced })
            symbol = reduced;
        symbol = symbol.OriginalDefinition;
        return _apisByName.ContainsKey(DocumentationId.SimpleName(symbol)) ? _apis.GetOrAdd(symbol, Match) : ApiMatch.None;
    }

    private ApiMatch Match(ISymbol symbol)
    {
        var always = ImmutableArray.CreateBuilder<ApiEntry>();
        var sometimes = ImmutableArray.CreateBuilder<ApiEntry>();
        foreach (var entry in _apisByName[DocumentationId.SimpleName(symbol)])
        {
            if (DocumentationId.Covers(entry.Id, symbol))
                (entry.When.Length == 0 ? always : sometimes).Add(entry);
        }

        return new ApiMatch(always.ToImmutable(), sometimes.ToImmutable());
    }

    private sealed record ApiMatch(ImmutableArray<ApiEntry> Always, ImmutableArray<ApiEntry> Sometimes)
    {
        public static ApiMatch None { get; } = new(ImmutableArray<ApiEntry>.Empty, ImmutableArray<ApiEntry>.Empty);
    }

    private RootEntry? MatchRoot(IMethodSymbol method)
    {
        foreach (var entry in RootsWithName(method.Name))
        {
            if (entry.Kind == RootKind.Member && !method.IsAbstract && DocumentationId.Covers(entry.Id, method)
                && !DocumentationId.Matches(entry.Id, method))
                return entry;
            if (entry.Kind == RootKind.Name && DocumentationId.FitsConvention(entry.Id, method) && (entry.With.Length == 0 || IsMessageHandlerOf(entry.With, method)))
                return entry;
        }

        foreach (var implemented in method.ExplicitInterfaceImplementations)
        {
            foreach (var entry in RootsWithName(implemented.Name))
            {
                if (entry.Kind == RootKind.Member && DocumentationId.Matches(entry.Id, implemented.OriginalDefinition))
                    return entry;
            }
        }

        return MatchAttributes(method.GetAttributes(), RootKind.Attribute)
            ?? MatchAttributes(method.ContainingType.GetAttributes(), RootKind.Attribute)
            ?? MatchParameters(method);
    }

    // Handle(OrderPlaced message, …) in a class that the framework finds by its name. What has a base or an interface is called by whoever knows that: IRequestHandler<T>.
    private static bool IsMessageHandlerOf(string frameworkType, IMethodSymbol method) =>
        method is { IsAbstract: false, DeclaredAccessibility: Accessibility.Public, Parameters: [{ Type: { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface or TypeKind.Array } }, ..] }
        && DocumentationId.TypePart(frameworkType).Split('.')[0] is var space
        && !method.IsOverride && method.ContainingType is { AllInterfaces.IsEmpty: true, BaseType.SpecialType: SpecialType.System_Object }
        && (method.ContainingModule.ReferencedAssemblySymbols.Any(a => a.Name == space) || method.ContainingAssembly.GlobalNamespace.GetNamespaceMembers().Any(n => n.Name == space));

    private RootEntry? MatchAttributes(ImmutableArray<AttributeData> attributes, RootKind kind)
    {
        foreach (var attribute in attributes)
        {
            for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
            {
                if (MatchType(type, kind) is { } entry)
                    return entry;
            }
        }

        return null;
    }

    private RootEntry? MatchParameters(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (MatchType(parameter.Type, RootKind.Parameter) is { } byType)
                return byType;
            if (MatchAttributes(parameter.GetAttributes(), RootKind.Parameter) is { } byAttribute)
                return byAttribute;
        }

        return null;
    }

    private RootEntry? MatchType(ITypeSymbol type, RootKind kind)
    {
        if (!_rootsByName.TryGetValue(type.Name, out var entries))
            return null;
        foreach (var entry in entries)
        {
            if (entry.Kind == kind && DocumentationId.Matches(entry.Id, type.OriginalDefinition))
                return entry;
        }

        return null;
    }
}
