using System.Text;
using NUnit.Framework;
using NUnit.Framework.Constraints;
using RerunSafe.TestKit.Reporting;

namespace RerunSafe.TestKit.NUnit;

/// <summary>Holds for a <see cref="RerunReport"/> without failures.</summary>
public sealed class RerunSafeConstraint : Constraint
{
    /// <inheritdoc/>
    public override string Description => "a pipeline that is rerun-safe";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The value is not a <see cref="RerunReport"/>; a task of one must be awaited first.</exception>
    public override ConstraintResult ApplyTo<TActual>(TActual actual)
    {
        if (actual is not RerunReport report)
        {
            var hint = actual is Task ? " Await the check: var report = await RerunCheck…RunAsync();" : "";
            throw new ArgumentException($"Is.RerunSafe judges the report of a RerunCheck, not {actual?.GetType().ToString() ?? "null"}.{hint}", nameof(actual));
        }

        return new Result(this, report);
    }

    /// <summary>So many failures are saved; nobody replays more of them.</summary>
    private const int MostRepros = 10;

    private sealed class Result(RerunSafeConstraint constraint, RerunReport report) : ConstraintResult(constraint, report, report.Passed)
    {
        public override void WriteMessageTo(MessageWriter writer)
        {
            writer.WriteLine($"  Expected: {Description}");
            foreach (var line in report.ToString().ReplaceLineEndings("\n").Split('\n'))
                writer.WriteLine($"  {line}");
            foreach (var (failure, number) in report.Failures.Take(MostRepros).Select((failure, i) => (failure, i + 1)))
            {
                if (Attach($"{number}.rerun.json", $"Replays failure {number}", failure.SaveRepro) is { } repro)
                    writer.WriteLine($"  Failure {number} replays on any machine: RerunCheck.Pipeline(…).Replay(\"{repro}\")");
            }

            if (Attach("rerun-report.txt", "What the rerun check has found", path => File.WriteAllText(path, report.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))) is { } text)
                writer.WriteLine($"  The report is attached: {text}");
        }

        /// <summary>Keeps a file with the results of the test run. What cannot be written must not hide the failure that it tells.</summary>
        private static string? Attach(string ending, string description, Action<string> write)
        {
            try
            {
                var context = TestContext.CurrentContext;
                var path = Path.Combine(context.WorkDirectory, $"{FileName(context.Test.FullName)}.{ending}");
                write(path);
                TestContext.AddTestAttachment(path, description);
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return null;
            }
        }

        private static string FileName(string test)
        {
            var name = string.Concat(test.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '"' or '\\' or ':' ? '_' : c));
            return name.Length <= 120 ? name : $"{name[..100]}-{(uint)name.Aggregate(17, (hash, c) => (hash * 31) + c):x8}";
        }
    }
}
