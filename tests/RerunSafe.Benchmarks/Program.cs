using BenchmarkDotNet.Running;
using RerunSafe.Benchmarks;

// "telemetry" prints what the compiler itself counts for the analyzer, the number that -p:ReportAnalyzer=true shows.
if (args is ["telemetry", ..])
    await TelemetryReport.WriteAsync(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(AnalyzerBenchmarks).Assembly).Run(args);
