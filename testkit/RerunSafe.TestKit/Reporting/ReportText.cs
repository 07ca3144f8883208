using System.Globalization;
using System.Text;
using RerunSafe.TestKit.Reruns;

namespace RerunSafe.TestKit.Reporting;

/// <summary>Writes a report as plain text.</summary>
internal static class ReportText
{
    public static string Of(RerunReport report)
    {
        var text = new StringBuilder();
        text.Append(report.Passed ? "Rerun-safe" : $"NOT rerun-safe: {Texts.Count(report.Failures.Count, "failure")}");
        text.AppendLine(CultureInfo.InvariantCulture, $" ({Texts.Count(report.Runs, "run")} in {Seconds(report.Duration)})");
        foreach (var input in report.Inputs)
            text.AppendLine(CultureInfo.InvariantCulture, $"  input: {input}");
        AppendSchedules(text, report);
        foreach (var note in report.Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"  not proved: {note}");
        for (var i = 0; i < report.Failures.Count; i++)
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{i + 1}. {report.Failures[i].Story}");
        return text.ToString().TrimEnd();
    }

    private static void AppendSchedules(StringBuilder text, RerunReport report)
    {
        if (report.Schedules.Count == 0)
        {
            text.AppendLine("  No schedule was run: the undisturbed runs failed already.");
            return;
        }

        var width = Math.Max(17, report.Schedules.Max(s => s.Schedule.Length));
        text.AppendLine($"  {"schedule".PadRight(width)}  points  explored  collapsed  infeasible  skipped  unreached  failed   runs      time    per s");
        foreach (var s in report.Schedules)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {s.Schedule.PadRight(width)}  {s.Planned,6}  {s.Explored,8}  {s.Collapsed,9}  {s.Infeasible,10}  {s.Skipped,7}  {s.Unreached,9}  {s.Failed,6}  {s.Runs,5}  {Seconds(s.Duration),8}  {s.PerSecond,7:0.#}");
            text.AppendLine(s.Note is null ? "" : $"  ({s.Note})");
        }

        text.AppendLine("  Outside of this proof: what the pipeline keeps in static fields, in files and in other systems; a death in one process leaves that as it is.");
    }

    private static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s");
}
