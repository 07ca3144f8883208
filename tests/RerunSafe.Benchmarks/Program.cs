using BenchmarkDotNet.Running;
using RerunSafe.Benchmarks;

// "schedules" sets the test kit beside a hand-written crash loop, by turns in one process.
// "telemetry" prints what the compiler itself counts for the analyzer, the number that -p:ReportAnalyzer=true shows.
if (args is ["telemetry", ..])
    await TelemetryReport.WriteAsync(Console.Out);
else if (args is ["schedules", ..])
    await ScheduleReport.WriteAsync(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(AnalyzerBenchmarks).Assembly).Run(args);
