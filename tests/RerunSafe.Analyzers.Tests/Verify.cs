using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using RerunSafe.Analyzers.Rules;

namespace RerunSafe.Analyzers.Tests;

/// <summary>Runs the analyzer on source with markup: <c>{|RERUN1001:INSERT INTO orders|}</c>.</summary>
internal static class Verify
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Data;
        global using System.Data.Common;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Dapper;
        global using Microsoft.Data.Sqlite;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    // Nearly every test's job parses its input in a loop, which this rule speaks of as well: it is asked where a source names it.
    private const string AskedByName = "RERUN2002";

    // The assemblies beside the tests are those that the tests' packages bring; nothing is downloaded.
    private static readonly Lazy<MetadataReference[]> References = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("RerunSafe.Analyzers", StringComparison.Ordinal))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray());

    /// <summary>One or more files of a library.</summary>
    public static Task LibraryAsync(params string[] sources) => RunAsync(OutputKind.DynamicallyLinkedLibrary, sources, [], null);

    /// <summary>A program: batch Main and top-level statements are roots only here.</summary>
    public static Task ProgramAsync(params string[] sources) => RunAsync(OutputKind.ConsoleApplication, sources, [], null);

    /// <summary>A library with additional files (SQL, catalogues) and options.</summary>
    public static Task WithFilesAsync(string source, (string Name, string Content)[] files, string? globalConfig = null) =>
        RunAsync(OutputKind.DynamicallyLinkedLibrary, [source], files, globalConfig);

    /// <summary>A library with lines of a global analyzer config.</summary>
    public static Task WithOptionsAsync(string source, string globalConfig) =>
        RunAsync(OutputKind.DynamicallyLinkedLibrary, [source], [], globalConfig);

    /// <summary>A library that uses another project's assembly, of which it sees no body.</summary>
    public static async Task WithProjectAsync(string project, string source)
    {
        var other = CSharpCompilation.Create(
            "Other.Project",
            [CSharpSyntaxTree.ParseText(project), CSharpSyntaxTree.ParseText(Usings)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var emitted = other.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException("The other project does not compile: " + string.Join("; ", emitted.Diagnostics));
        var test = Create(OutputKind.DynamicallyLinkedLibrary, [source]);
        test.TestState.AdditionalReferences.Add(MetadataReference.CreateFromImage(image.ToArray()));
        test.DisabledDiagnostics.AddRange(AllRules.Infos.Where(i => !i.Live.IsEnabledByDefault).Select(i => i.Id));
        await test.RunAsync();
    }

    /// <summary>Source that does not compile: only the analyzer's own diagnostics are compared.</summary>
    public static async Task BrokenAsync(string source)
    {
        var test = Create(OutputKind.DynamicallyLinkedLibrary, [source]);
        test.CompilerDiagnostics = CompilerDiagnostics.None;
        await test.RunAsync();
    }

    /// <summary>What the analyzer says of a library that compiles; a crash of it is AD0001 among them.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(string source)
    {
        var compilation = CSharpCompilation.Create(
            "job",
            [CSharpSyntaxTree.ParseText(source, path: "/Job.cs"), CSharpSyntaxTree.ParseText(Usings, path: "/Usings.cs")],
            References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var errors = compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new InvalidOperationException("The source does not compile: " + string.Join("; ", errors));
        var said = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new RerunSafeAnalyzer())).GetAnalyzerDiagnosticsAsync();
        return said.Where(d => d.Id != AskedByName || IsAsked(source)).ToList();
    }

    private static bool IsAsked(string source) => source.Contains(AskedByName, StringComparison.Ordinal);

    /// <summary>The analyzer says one thing, with this severity.</summary>
    public static async Task SeverityAsync(string id, DiagnosticSeverity severity, string source)
    {
        var said = (await DiagnosticsAsync(source)).Where(d => d.Id.StartsWith("RERUN", StringComparison.Ordinal)).Select(d => (d.Id, d.Severity));
        Assert.That(said, Is.EqualTo(new[] { (id, severity) }));
    }

    /// <summary>The analyzer says nothing, with every rule as it is when nobody sets it.</summary>
    public static async Task SaysNothingAsync(string source) => Assert.That(await DiagnosticsAsync(source), Is.Empty);

    public static MetadataReference[] AllReferences => References.Value;

    public static string GlobalUsings => Usings;

    private static async Task RunAsync(OutputKind kind, string[] sources, (string Name, string Content)[] files, string? globalConfig)
    {
        var test = Create(kind, sources);
        foreach (var (name, content) in files)
            test.TestState.AdditionalFiles.Add((name, content));
        // The test library turns on what is off by default.
        test.DisabledDiagnostics.AddRange(AllRules.Infos.Where(i => !i.Live.IsEnabledByDefault && globalConfig?.Contains(i.Id, StringComparison.Ordinal) != true).Select(i => i.Id));
        if (globalConfig is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + globalConfig));
        await test.RunAsync();
    }

    private static CSharpAnalyzerTest<RerunSafeAnalyzer, DefaultVerifier> Create(OutputKind kind, string[] sources)
    {
        var test = new CSharpAnalyzerTest<RerunSafeAnalyzer, DefaultVerifier>
        {
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
            MarkupOptions = MarkupOptions.UseFirstDescriptor,
            TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck | TestBehaviors.SkipSuppressionCheck,
        };
        test.TestState.OutputKind = kind;
        if (!sources.Any(IsAsked))
            test.DisabledDiagnostics.Add(AskedByName);
        test.TestState.AdditionalReferences.AddRange(References.Value);
        test.TestState.Sources.Add(("/Usings.cs", Usings));
        for (var i = 0; i < sources.Length; i++)
            test.TestState.Sources.Add(($"/File{i}.cs", sources[i]));
        test.SolutionTransforms.Add((solution, id) =>
            solution.WithProjectParseOptions(id, new CSharpParseOptions(LanguageVersion.Latest))
                .WithProjectCompilationOptions(id, ((CSharpCompilationOptions)solution.GetProject(id)!.CompilationOptions!)
                    .WithNullableContextOptions(NullableContextOptions.Enable)
                    .WithOutputKind(kind)));
        return test;
    }
}
