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

    private sealed class Result(RerunSafeConstraint constraint, RerunReport report) : ConstraintResult(constraint, report, report.Passed)
    {
        public override void WriteMessageTo(MessageWriter writer)
        {
            writer.WriteLine($"  Expected: {Description}");
            foreach (var line in report.ToString().ReplaceLineEndings("\n").Split('\n'))
                writer.WriteLine($"  {line}");
            if (Attach() is { } path)
                writer.WriteLine($"  The report is attached: {path}");
        }

        /// <summary>Keeps the report with the results of the test run. A report that cannot be written must not hide the failure that it tells.</summary>
        private string? Attach()
        {
            try
            {
                var context = TestContext.CurrentContext;
                var path = Path.Combine(context.WorkDirectory, $"{FileName(context.Test.FullName)}.rerun-report.txt");
                File.WriteAllText(path, report.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                TestContext.AddTestAttachment(path, "What the rerun check has found");
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
