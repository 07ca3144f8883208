using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using RerunSafe.Analyzers.CodeFixes.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Tests;

/// <summary>Runs the analyzer and the fix on source with markup.</summary>
internal static class VerifyFix
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Dapper;
        global using Microsoft.Data.Sqlite;
        global using Microsoft.Extensions.Hosting;
        """;

    // The assemblies beside the tests are those that the tests' packages bring; nothing is downloaded.
    private static readonly Lazy<MetadataReference[]> References = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("RerunSafe.Analyzers", StringComparison.Ordinal))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray());

    /// <summary>The fix turns the one source into the other, one by one and all at once.</summary>
    public static Task ChangesAsync(string source, string fixedSource, params (string Name, string Content)[] files) =>
        RunAsync<AddUpsertClause>([source], [fixedSource], files);

    /// <summary>The diagnostics of the source stay as they are: no fix is offered.</summary>
    public static Task OffersNothingAsync(params string[] sources) => RunAsync<AddUpsertClause>(sources, sources, []);

    /// <summary>The same with another fix than the upsert's.</summary>
    public static Task ChangesAsync<TFix>(string source, string fixedSource) where TFix : CodeFixProvider, new() =>
        RunAsync<TFix>([source], [fixedSource], []);

    public static Task OffersNothingAsync<TFix>(params string[] sources) where TFix : CodeFixProvider, new() => RunAsync<TFix>(sources, sources, []);

    /// <summary>The same for the fix of RERUN1008.</summary>
    public static Task MovesAsync(string source, string fixedSource) => RunAsync<WriteBesideAndMove>([source], [fixedSource], []);

    /// <summary>No fix of RERUN1008 is offered.</summary>
    public static Task MovesNothingAsync(string source)
    {
        string[] sources = [source];
        return RunAsync<WriteBesideAndMove>(sources, sources, []);
    }

    /// <summary>The source after all fixes of RERUN1008.</summary>
    public static Task<string> MovedAsync(string source) => FixedAsync(source, new WriteBesideAndMove());

    /// <summary>The compiled source, loaded.</summary>
    public static System.Reflection.Assembly Load(string source)
    {
        var trees = new[] { Usings, source }.Select((s, i) => CSharpSyntaxTree.ParseText(s, path: $"/File{i}.cs"));
        using var image = new MemoryStream();
        var result = CSharpCompilation.Create("fixed", trees, References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(image);
        Assert.That(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty);
        return System.Reflection.Assembly.Load(image.ToArray());
    }

    /// <summary>The analyzer's diagnostics of several files.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(params string[] sources)
    {
        var trees = sources.Prepend(Usings).Select((s, i) => CSharpSyntaxTree.ParseText(s, path: $"/File{i}.cs"));
        var compilation = CSharpCompilation.Create("job", trees, References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.That(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error), Is.Empty);
        return await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
    }

    /// <summary>The source after all fixes.</summary>
    public static Task<string> FixedAsync(string source) => FixedAsync(source, new AddUpsertClause());

    public static async Task<string> FixedAsync(string source, CodeFixProvider fix)
    {
        using var workspace = new AdhocWorkspace();
        var project = workspace.AddProject("job", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .WithMetadataReferences(References.Value);
        project = project.AddDocument("Usings.cs", Usings).Project;
        var document = project.AddDocument("Job.cs", source);
        for (var round = 0; round < 10; round++)
        {
            var compilation = (await document.Project.GetCompilationAsync())!;
            var tree = await document.GetSyntaxTreeAsync();
            var found = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
            var actions = new List<CodeAction>();
            foreach (var diagnostic in found.Where(d => fix.FixableDiagnosticIds.Contains(d.Id) && d.Location.SourceTree == tree))
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
            if (actions.Count == 0)
                return (await document.GetTextAsync()).ToString();
            var change = (await actions[0].GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single();
            document = change.ChangedSolution.GetDocument(document.Id)!;
        }

        throw new InvalidOperationException("The fix does not come to an end.");
    }

    private static async Task RunAsync<TFix>(string[] sources, string[] fixedSources, (string Name, string Content)[] files)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<RerunSafeAnalyzer, TFix, DefaultVerifier>
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
            MarkupOptions = MarkupOptions.UseFirstDescriptor,
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck,
        };
        // The test library turns on what is off by default; and nearly every test's job parses its input in a loop.
        test.DisabledDiagnostics.AddRange(["RERUN0003", "RERUN0004", "RERUN2002", "RERUN3003"]);
        Fill(test.TestState, sources, files);
        Fill(test.FixedState, fixedSources, files);

        // Without a fixed state nothing about fixes is tested; what stays must be found there again.
        if (ReferenceEquals(sources, fixedSources))
            test.FixedState.MarkupHandling = MarkupMode.Allow;
        test.SolutionTransforms.Add((solution, id) =>
            solution.WithProjectParseOptions(id, new CSharpParseOptions(LanguageVersion.Latest))
                .WithProjectCompilationOptions(id, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)));
        await test.RunAsync();
    }

    private static void Fill(SolutionState state, string[] sources, (string Name, string Content)[] files)
    {
        state.AdditionalReferences.AddRange(References.Value);
        state.Sources.Add(("/Usings.cs", Usings));
        for (var i = 0; i < sources.Length; i++)
            state.Sources.Add(($"/File{i}.cs", sources[i]));
        foreach (var (name, content) in files)
            state.AdditionalFiles.Add((name, content));
    }
}
