using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis.CSharp;

namespace RerunSafe.Benchmarks;

/// <summary>Analyses with the analyzer, the compiler's own binding included; compare with <see cref="Compile"/> for the difference.</summary>
[MemoryDiagnoser]
public class AnalyzerBenchmarks
{
    private CSharpCompilation _compilation = SyntheticProject.Empty();

    /// <summary>How many classes, each with one leak.</summary>
    [Params(10, 100, 1_000)]
    public int Classes { get; set; }

    /// <summary>A compilation that no earlier iteration has bound.</summary>
    [IterationSetup]
    public void Create() => _compilation = SyntheticProject.WithLeaks(Classes);

    /// <summary>What the compiler does anyway.</summary>
    [Benchmark(Baseline = true)]
    public int Compile() => _compilation.GetDiagnostics().Length;

    /// <summary>The compiler with the analyzer; returns the number of findings.</summary>
    [Benchmark]
    public async Task<int> AnalyzeAsync() => (await AnalyzerRun.OnAsync(_compilation)).Findings;
}
