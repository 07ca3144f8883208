using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// What is known of one compilation. Everything is computed when it is first asked for and kept: members are sketched
/// by their tokens, and only members that matter are bound.
/// </summary>
internal sealed class Engine : IBodies
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly CatalogView _view;
    private readonly TreeSketches _sketches;
    private readonly Lazy<Relevance> _relevance;
    private readonly ConcurrentDictionary<IMethodSymbol, Lazy<BodyFacts?>> _facts = new(SymbolEqualityComparer.Default);
    private readonly SqlWrappers _wrappers;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<IOperation>> _returned = new(SymbolEqualityComparer.Default);
    private readonly Lazy<SqlSchema> _schema;
    private readonly Lazy<SqlFiles> _sqlFiles;
    private readonly CancellationToken _cancellation;

    public Engine(Compilation compilation, ApiCatalog catalog, EngineOptions options, ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        Compilation = compilation;
        Catalog = catalog.ForCompilation();
        Options = options;
        Texts = new TextResolver(this);
        Effects = new EffectSummaries(this);
        Implementations = new Implementations(this);
        Slices = new SliceWrites(this);
        Forwarders = new AppendForwarders(this);
        Keys = new EntityKeys(this, cancellation);
        Handlers = new RequestHandlers(this);
        Queues = new QueueSettings(this);
        _wrappers = new SqlWrappers(this);
        _cancellation = cancellation;
        _view = new CatalogView(compilation, catalog.SketchNames);
        _sketches = new TreeSketches(compilation, catalog.SketchNames, cancellation);
        _relevance = new Lazy<Relevance>(() => new Relevance(_sketches.All(), _view, options));
        _sqlFiles = new Lazy<SqlFiles>(() => new SqlFiles(files, Catalog.Names, cancellation));
        Settings = new SettingValues(Catalog, new Lazy<SettingsFiles>(() => new SettingsFiles(files, cancellation)));
        _schema = new Lazy<SqlSchema>(() => SchemaReader.Read(compilation, files, options.Dialect, cancellation));
    }

    public Compilation Compilation { get; }

    public ApiCatalog Catalog { get; }

    public EngineOptions Options { get; }

    public TextResolver Texts { get; }

    public EffectSummaries Effects { get; }

    public Implementations Implementations { get; }

    public SliceWrites Slices { get; }
    public AppendForwarders Forwarders { get; }

    /// <summary>The unique keys of stored types.</summary>
    public EntityKeys Keys { get; }
    public RequestHandlers Handlers { get; }

    /// <summary>How this compilation sets up the queues that records are taken from.</summary>
    public QueueSettings Queues { get; }

    /// <summary>What code reads from the settings files of its program.</summary>
    public SettingValues Settings { get; }

    /// <summary>For members that were asked about: the number that they change by what is already there, or null.</summary>
    public ConcurrentDictionary<IMethodSymbol, IPropertySymbol?> RelativeMembers { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The error codes and names that mean "the row is already there", of every provider.</summary>
    public HashSet<string> UniqueViolationCodes => Catalog.UniqueViolationCodes;

    /// <summary>The tables that SQL text and .sql files of this compilation define.</summary>
    public SqlSchema Schema => _schema.Value;

    public SqlFiles SqlFiles => _sqlFiles.Value;

    /// <summary>Which members can matter, before anything is bound.</summary>
    public Relevance Relevance
    {
        get
        {
            if (!_relevance.IsValueCreated)
                _sketches.Help();
            return _relevance.Value;
        }
    }

    /// <summary>Takes a tree in: keeps its model, which the compiler shares among analyzers. False where the tree's own words show no entry point.</summary>
    public bool Take(SemanticModel model, CancellationToken cancellation)
    {
        _models[model.SyntaxTree] = model;
        return Relevance.MayStart(Sketcher.SketchOf(model.SyntaxTree, Catalog.SketchNames, cancellation), _view, Options);
    }

    /// <summary>The members of a tree that a rule may speak about wherever they are called from.</summary>
    public IEnumerable<MemberSketch> SpeakingIn(SyntaxTree tree, CancellationToken cancellation)
    {
        var sketch = Sketcher.SketchOf(tree, Catalog.SketchNames, cancellation);
        foreach (var member in sketch.Members)
        {
            if (Relevance.MaySpeak(member, sketch, _view))
                yield return member;
        }
    }

    public SemanticModel ModelFor(SyntaxTree tree)
    {
        if (_models.TryGetValue(tree, out var model))
            return model;
#pragma warning disable RS1030 // The compiler's own model was not handed to us (yet); made once per tree and kept.
        return _models.GetOrAdd(tree, t => Compilation.GetSemanticModel(t));
#pragma warning restore RS1030
    }

    public IMethodSymbol? MethodOf(MemberSketch sketch)
    {
        var model = ModelFor(sketch.Declaration.SyntaxTree);
        return sketch.Declaration is CompilationUnitSyntax unit
            ? Compilation.GetEntryPoint(_cancellation) is { } main && main.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == unit.SyntaxTree) ? main : null
            : model.GetDeclaredSymbol(sketch.Declaration, _cancellation) as IMethodSymbol;
    }

    /// <summary>The facts of a member's body; null where it has none here.</summary>
    public BodyFacts? FactsOf(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (method.PartialImplementationPart is { } part)
            method = part;
        return _facts.GetOrAdd(method, m => new Lazy<BodyFacts?>(() => Collect((IMethodSymbol)m))).Value;
    }

    /// <summary>
    /// The symbol has source in this compilation. An editor hands over projects that reference each other's source:
    /// what is declared in another one is as far away as a package.
    /// </summary>
    public bool IsDeclaredHere(ISymbol symbol) =>
        Operations.SameSymbol(symbol.ContainingAssembly, Compilation.Assembly) && HasReferenceHere(symbol);

    private bool HasReferenceHere(ISymbol symbol)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            if (Compilation.ContainsSyntaxTree(reference.SyntaxTree))
                return true;
        }

        return false;
    }

    private IEnumerable<SyntaxReference> ReferencesOf(ISymbol symbol)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            if (Compilation.ContainsSyntaxTree(reference.SyntaxTree))
                yield return reference;
        }
    }

    public IOperation? InitializerOf(ISymbol symbol)
    {
        foreach (var reference in ReferencesOf(symbol))
        {
            var value = reference.GetSyntax(_cancellation) switch
            {
                VariableDeclaratorSyntax declarator => declarator.Initializer?.Value,
                PropertyDeclarationSyntax property => property.ExpressionBody?.Expression ?? property.Initializer?.Value
                    ?? property.AccessorList?.Accessors.FirstOrDefault(a => a.ExpressionBody is not null)?.ExpressionBody?.Expression,
                _ => null,
            };
            if (value is not null)
                return ModelFor(reference.SyntaxTree).GetOperation(value, _cancellation);
        }

        return null;
    }

    public ImmutableArray<IOperation> ReturnedBy(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        return _returned.GetOrAdd(method, m => FindReturned((IMethodSymbol)m));
    }

    /// <summary>Whether a source method runs this parameter as SQL, itself or through another helper; with what the catalogue says of the call inside.</summary>
    public (ApiEntry Api, SqlDialect Dialect)? SqlRunBy(IMethodSymbol method, int ordinal) => _wrappers.Find(method, ordinal);

    /// <summary>The dialect ladder: connection or command type, then the option; the text's own hints are the reader's.</summary>
    public SqlDialect DialectOf(IOperation site)
    {
        if (site is IInvocationOperation invocation)
        {
            var receiver = ClientOf(invocation);
            var dialect = Catalog.DialectOf(receiver?.Type);
            if (dialect != SqlDialect.Generic)
                return dialect;
            if (receiver is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } value
                && Catalog.DialectOf(Operations.Unwrap(value).Type) is var declared && declared != SqlDialect.Generic)
                return declared;
        }

        return Options.Dialect;
    }

    /// <summary>What the client behind a call does with transactions, as far as the types tell.</summary>
    public ProviderFacts ProviderFactsOf(IOperation site) =>
        site is IInvocationOperation invocation && ClientOf(invocation) is { } receiver ? Catalog.ProviderFactsOf(receiver.Type) : ProviderFacts.None;

    // An extension method may take the connection as an interface; its own type tells more.
    private static IOperation? ClientOf(IInvocationOperation call) =>
        call.Instance ?? (Operations.ReceiverOf(call) is { } extended ? Operations.Unwrap(extended) : null);

    private BodyFacts? Collect(IMethodSymbol method) =>
        OperationOf(method) is { } root
            ? new FactCollector(this).Collect(method, root, ModelFor(root.Syntax.SyntaxTree), _cancellation)
            : null;

    private ImmutableArray<IOperation> FindReturned(IMethodSymbol method)
    {
        if (OperationOf(method) is not { } root)
            return ImmutableArray<IOperation>.Empty;
        return root.Descendants().OfType<IReturnOperation>()
            .Where(r => r.ReturnedValue is not null && Operations.Enclosing<IAnonymousFunctionOperation>(r) is null)
            .Select(r => r.ReturnedValue!)
            .ToImmutableArray();
    }

    public IOperation? OperationOf(IMethodSymbol method)
    {
        foreach (var reference in ReferencesOf(method))
        {
            var syntax = reference.GetSyntax(_cancellation);
            if (ModelFor(reference.SyntaxTree).GetOperation(syntax, _cancellation) is { } operation)
                return Operations.RootOf(operation);
        }

        return null;
    }
}
