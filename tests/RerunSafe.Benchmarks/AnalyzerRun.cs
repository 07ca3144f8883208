using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using RerunSafe.Analyzers;

namespace RerunSafe.Benchmarks;

/// <summary>One run of the analyzer over a compilation.</summary>
/// <param name="Findings">How many diagnostics it reported.</param>
/// <param name="Own">The time the compiler counts for the analyzer's own actions.</param>
internal sealed record AnalyzerRun(int Findings, TimeSpan Own)
{
    /// <summary>Runs it on trees that no earlier run has seen: nothing that is kept per tree helps.</summary>
    public static async Task<AnalyzerRun> OnAsync(CSharpCompilation compilation)
    {
        var analyzer = new RerunSafeAnalyzer();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: static (exception, _, _) => throw exception, concurrentAnalysis: false, logAnalyzerExecutionTime: true);
        var with = compilation.WithAnalyzers([analyzer], options);
        var findings = await with.GetAnalyzerDiagnosticsAsync();
        var telemetry = await with.GetAnalyzerTelemetryInfoAsync(analyzer, CancellationToken.None);
        return new AnalyzerRun(findings.Length, telemetry.ExecutionTime);
    }
}
