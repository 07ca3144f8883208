using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers;

/// <summary>One compilation's analysis: file by file, then over the call graph.</summary>
internal sealed class CompilationAnalysis
{
    private readonly Engine _engine;
    private readonly bool _isTestProject;
    private readonly ImmutableArray<CatalogFileProblem> _problems;
    private readonly ConcurrentDictionary<object, bool> _claimed = new(ReferenceComparer.Instance);
    private readonly ImmutableArray<AdditionalText> _files;
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _reportedLive = new(SymbolEqualityComparer.Default);
    private readonly Rule[] _rules;

    public CompilationAnalysis(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        var loaded = CatalogProvider.Load(options.AdditionalFiles, cancellation);
        var catalog = loaded.Catalog;
        _problems = loaded.Problems;
        _files = options.AdditionalFiles;
        var settings = OptionsReader.Read(options.AnalyzerConfigOptionsProvider.GlobalOptions);
        _isTestProject = IsTestProject(compilation.AssemblyName ?? "");
        _engine = new Engine(compilation, catalog, settings, options.AdditionalFiles, cancellation);
        _rules = SwitchedOn(AllRules.InOrder, compilation, cancellation);
    }

    // The compiler drops what a rule that is off says; asking it all the same costs time.
    private static Rule[] SwitchedOn(IReadOnlyList<Rule> rules, Compilation compilation, CancellationToken cancellation)
    {
        var on = new List<Rule>(rules.Count);
        foreach (var rule in rules)
        {
            if (rule.Info.Live.IsEnabledByDefault || IsNamed(rule.Info.Id, compilation, cancellation))
                on.Add(rule);
        }

        return on.ToArray();
    }

    private static bool IsNamed(string id, Compilation compilation, CancellationToken cancellation)
    {
        if (compilation.Options.SpecificDiagnosticOptions.ContainsKey(id))
            return true;
        if (compilation.Options.SyntaxTreeOptionsProvider is not { } provider)
            return false;
        if (provider.TryGetGlobalDiagnosticValue(id, cancellation, out var severity))
            return severity != ReportDiagnostic.Suppress;
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (provider.TryGetDiagnosticValue(tree, id, cancellation, out _))
                return true;
        }

        return false;
    }

    /// <summary>Entry points of this file and what they reach within their own type and file; and what is wrong wherever it is called from.</summary>
    public void AnalyzeFile(SemanticModelAnalysisContext context)
    {
        var tree = context.SemanticModel.SyntaxTree;
        var paths = _engine.Take(context.SemanticModel, context.CancellationToken) && _engine.Relevance.HasInterestIn(tree)
            ? FindPaths(tree, context.CancellationToken)
            : [];
        AnalyzeBodies(tree, paths, context);
        if (paths.Count == 0)
            return;
        var reported = new HashSet<(string Id, Location Place)>();
        foreach (var found in paths)
            Report(found, isLive: true, context.ReportDiagnostic, reported);
    }

    // Before the paths: which write a rule speaks about everywhere has to be known to those that speak on paths.
    private void AnalyzeBodies(SyntaxTree tree, IReadOnlyList<RerunPaths> paths, SemanticModelAnalysisContext context)
    {
        if (_isTestProject)
            return;
        HashSet<IMethodSymbol>? onPaths = null;
        foreach (var sketch in _engine.SpeakingIn(tree, context.CancellationToken))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (_engine.MethodOf(sketch) is not { } method || _engine.FactsOf(method) is not { } facts)
                continue;
            onPaths ??= new HashSet<IMethodSymbol>(paths.SelectMany(p => p.Nodes).Select(n => n.Method), SymbolEqualityComparer.Default);
            foreach (var body in facts.WithRootLambdas())
            {
                var claimed = new HashSet<object>(ReferenceComparer.Instance);
                var asked = new RuleContext(_engine, new ReachNode(body.Method, body), isLive: true, context.ReportDiagnostic, [], claimed) { IsOnPath = onPaths.Contains(body.Method) };
                foreach (var rule in AllRules.Everywhere)
                    rule.Check(asked);
                foreach (var write in claimed)
                    _claimed.TryAdd(write, true);
            }
        }
    }

    private List<RerunPaths> FindPaths(SyntaxTree tree, CancellationToken cancellation)
    {
        var found = new List<RerunPaths>();
        var starts = _engine.Relevance.StartsIn(tree).ToList();
        if (starts.Count == 0)
            return found;
        found.Add(FindRoots(starts, method => Follow(method, tree), cancellation));
        if (starts.FirstOrDefault(Relevance.IsMain) is { } main && FindMain(main, method => Follow(method, tree), cancellation) is { } batch)
            found.Add(batch);
        return found;
    }

    /// <summary>What entry points reach in other types and files.</summary>
    public void AnalyzeCallGraph(CompilationAnalysisContext context)
    {
        foreach (var problem in _problems.Select(p => p.ToDiagnostic()).Concat(SqlIgnoreProblems.In(_files, context.CancellationToken)))
            context.ReportDiagnostic(problem);
        var starts = _engine.Relevance.Starts().ToList();
        if (starts.Count == 0)
            return;
        var reported = new HashSet<(string Id, Location Place)>();
        var paths = FindRoots(starts, _engine.Relevance.Leads, context.CancellationToken);
        Report(paths, isLive: false, context.ReportDiagnostic, reported);
        foreach (var main in starts.Where(Relevance.IsMain))
        {
            if (FindMain(main, _engine.Relevance.Leads, context.CancellationToken) is { } batch)
                Report(batch, isLive: false, context.ReportDiagnostic, reported);
        }
    }

    // What a test reads or writes is thrown away with it.
    private static bool IsTestProject(string name) =>
        name.Split('.').Any(part => part.EndsWith("Tests", StringComparison.OrdinalIgnoreCase) || part.EndsWith("Test", StringComparison.Ordinal));

    private bool Follow(IMethodSymbol method, SyntaxTree tree) =>
        method.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == tree) && _engine.Relevance.Leads(method);

    private RerunPaths FindRoots(IEnumerable<MemberSketch> sketches, Func<IMethodSymbol, bool> follow, CancellationToken cancellation)
    {
        var paths = new RerunPaths(_engine, follow);
        foreach (var sketch in sketches)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_engine.Relevance.MayBeRoot(sketch) && _engine.MethodOf(sketch) is { } method && RootOf(method) is { } entry)
            {
                if (!entry.Batch || FindBatch(method, entry, follow, cancellation) is not null)
                    paths.AddRoot(method, entry, cancellation);
            }
            else if ((_engine.Relevance.TraitsOf(sketch) & SketchTraits.MakesRoots) != 0 && _engine.MethodOf(sketch) is { } maker && _engine.FactsOf(maker) is { } facts)
                paths.AddInnerRoots(facts, cancellation);
            else if (_engine.Options.AllMethodsAreRoots && !Relevance.IsMain(sketch) && _engine.MethodOf(sketch) is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public } open)
                paths.AddRoot(open, LibraryRoot.Entry, cancellation);
        }

        return paths;
    }

    private RootEntry? RootOf(IMethodSymbol method) => _engine.Catalog.FindRoot(method) ?? HandlerConvention.Find(method, _engine.Catalog.Names);

    private RerunPaths? FindMain(MemberSketch main, Func<IMethodSymbol, bool> follow, CancellationToken cancellation) =>
        (_engine.Relevance.TraitsOf(main) & SketchTraits.BuildsWebApp) == 0 && _engine.Compilation.Options.OutputKind != OutputKind.DynamicallyLinkedLibrary && _engine.MethodOf(main) is { } method
            ? FindBatch(method, BatchMain.Entry, follow, cancellation)
            : null;

    private RerunPaths? FindBatch(IMethodSymbol start, RootEntry entry, Func<IMethodSymbol, bool> follow, CancellationToken cancellation)
    {
        var paths = new RerunPaths(_engine, follow);
        paths.AddRoot(start, entry, cancellation);
        if (!BatchMain.WorksThroughRecords(paths, _engine))
            return null;

        // Of several commands, those that work through records are batches; the others do one thing that an operator asks for.
        var idle = BatchMain.CommandsWithoutRecords(paths, start, method =>
        {
            var command = new RerunPaths(_engine, follow);
            command.AddRoot(method, entry, cancellation);
            return BatchMain.WorksThroughRecords(command, _engine);
        });
        if (idle.Count == 0)
            return paths;
        var batches = new RerunPaths(_engine, method => !idle.Contains(method) && follow(method));
        batches.AddRoot(start, entry, cancellation);
        return batches;
    }

    private void Report(RerunPaths paths, bool isLive, Action<Diagnostic> report, HashSet<(string Id, Location Place)> reported)
    {
        foreach (var node in paths.Nodes)
        {
            if (isLive ? !_reportedLive.TryAdd(node.Method, true) : _reportedLive.ContainsKey(node.Method))
                continue;
            var context = new RuleContext(_engine, node, isLive, report, reported, new HashSet<object>(ReferenceComparer.Instance)) { ClaimedEverywhere = _claimed };
            foreach (var rule in _rules)
                rule.Check(context);
        }
    }
}
