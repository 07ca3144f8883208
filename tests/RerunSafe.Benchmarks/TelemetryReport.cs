using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace RerunSafe.Benchmarks;

/// <summary>The analyzer's own time per compilation, as a table: the time is to grow in line with the source.</summary>
internal static class TelemetryReport
{
    private const int Runs = 9;

    public static async Task WriteAsync(TextWriter output)
    {
        // Start-up (the JIT, the catalogue) is paid once per compiler process and is shown by itself.
        var first = await AnalyzerRun.OnAsync(SyntheticProject.WithLeaks(10));
        await output.WriteLineAsync(FormattableString.Invariant($"first compilation of the process: {first.Own.TotalMilliseconds:0.0} ms"));
        for (var i = 0; i < Runs * 3; i++)
            await AnalyzerRun.OnAsync(SyntheticProject.WithLeaks(20));

        await output.WriteLineAsync("| compilation | findings | min ms | median ms |");
        await output.WriteLineAsync("|---|---|---|---|");
        await RowAsync(output, "empty", SyntheticProject.Empty);
        await RowAsync(output, "1,000 classes, nothing to find", () => SyntheticProject.WithNothingToFind(1_000));
        foreach (var classes in new[] { 10, 100, 1_000 })
            await RowAsync(output, Told(classes) + " leaks", () => SyntheticProject.WithLeaks(classes));

        // What must not grow faster than the source, whatever its shape.
        foreach (var lines in new[] { 5_000, 10_000, 20_000 })
            await RowAsync(output, $"one method of {Told(lines)} lines", () => SyntheticProject.WithLongMethod(lines));
        foreach (var count in new[] { 750, 1_500, 3_000 })
            await RowAsync(output, $"an interface with {Told(count)} implementations", () => SyntheticProject.WithImplementations(count));
    }

    private static string Told(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static async Task RowAsync(TextWriter output, string name, Func<CSharpCompilation> create)
    {
        var times = new List<double>();
        var findings = 0;
        for (var i = 0; i < Runs; i++)
        {
            var run = await AnalyzerRun.OnAsync(create());
            times.Add(run.Own.TotalMilliseconds);
            findings = run.Findings;
        }

        times.Sort();
        await output.WriteLineAsync(FormattableString.Invariant($"| {name} | {findings} | {times[0]:0.00} | {times[Runs / 2]:0.00} |"));
    }
}
