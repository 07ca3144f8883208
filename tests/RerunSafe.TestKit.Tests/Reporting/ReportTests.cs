using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.Tests.Reporting;

// The client of Redis brings a namespace of this name.
using Pipelines = RerunSafe.TestKit.Tests.Reruns.Pipelines;

public class ReportTests
{
    [Test]
    public async Task A_story_names_schedule_records_write_call_site_rows_rule_and_repro()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var report = await RerunCheck.Pipeline(run => Pipelines.PlainInsert(run.Connect(db), run.Deliveries(Sales.Good())))
            .Observe(db.Table("ledger")).Schedules(Schedule.CrashAtEveryWrite).RunAsync();
        var story = report.Failures.Single().Story.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).ToList();
        Assert.That(story[0], Is.EqualTo("Doubled: 1 row of ledger is doubled."));
        Assert.That(story[1], Is.EqualTo("Oracle: convergence: the state after the schedule must be that of one undisturbed run (CrashAtEveryWrite, and 11 more points)"));
        Assert.That(story[2], Is.EqualTo("Smallest input found: 1 record of 12 (1 input tried)"));
        Assert.That(story[3], Does.Match("^delivery 0 \\(key S0\\): \\{\"id\":\"S0\",.*\\}$"));
        Assert.That(story[4], Does.Match("^The run died after INSERT INTO ledger .* of delivery 0 \\(applied, the answer was lost\\) \\(key S0\\) \\[Pipelines\\.cs:\\d+(-\\d+)?; .*Id='S0'.*\\], before anything else was written; then the pipeline ran again$"));
        Assert.That(story, Has.Some.EqualTo("ledger: 1 row expected, 2 found"));
        Assert.That(story, Has.Some.Match("^Written by: INSERT INTO ledger \\(id, shop, amount\\) VALUES .* \\[Pipelines\\.cs:\\d+(-\\d+)?\\]$"));
        Assert.That(story, Has.Some.StartsWith("Likely RERUN1001: "));
        Assert.That(story[^1], Does.Match("^Repro: RerunCheck\\.Pipeline\\(…\\)\\.Only\\(\"CrashAtEveryWrite/[0-9a-f]{12}/groups sales 0\"\\)$"));
    }

    [Test]
    public async Task A_report_names_the_input_and_counts_what_was_explored()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var report = await RerunCheck.Pipeline(run => Pipelines.GuardedInsert(run.Connect(db), run.Deliveries(Sales.Good(3)))).Observe(db.Table("ledger")).RunAsync();
        var lines = report.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.That(lines[0], Does.Match("^Rerun-safe \\(\\d+ runs in .* s\\)$"));
        Assert.That(lines[1], Does.Contain("3 × Sale (SaleFaker, Bogus").And.Contain("seed 3"));
        Assert.That(lines.Skip(3).SkipLast(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]), Is.EqualTo(Schedule.All.Select(s => s.Name)));
        Assert.That(report.Schedules.Select(s => (s.Schedule, s.Planned, s.Explored, s.Collapsed, s.Skipped)), Is.EqualTo(new[]
        {
            ("Twice", 1, 1, 0, 0), ("CrashAtEveryWrite", 6, 4, 2, 0), ("CrashTwice", 16, 0, 16, 0), ("ErrorAtEveryWrite", 6, 4, 2, 0), ("ErrorAtEveryRead", 0, 0, 0, 0), ("DeadLetterReplay", 0, 0, 0, 0),
        }));
        Assert.That(report.Schedules[^1].Note, Is.EqualTo("no DeadLetters are declared"));
    }

    [Test]
    public async Task Progress_is_told_by_tenths()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        await using var progress = new StringWriter();
        await RerunCheck.Pipeline(run => Pipelines.PlainInsert(run.Connect(db), run.Deliveries(Sales.Good(20))))
            .Observe(db.Table("ledger")).Schedules(Schedule.CrashAtEveryWrite).ReportProgressTo(progress).RunAsync();
        var lines = progress.ToString().Split(progress.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(10));
        Assert.That((lines[0], lines[^1]), Is.EqualTo(("CrashAtEveryWrite: 3 of 21 points, 2 failed", "CrashAtEveryWrite: 21 of 21 points, 20 failed")));
    }

    [Test]
    public async Task A_report_without_schedules_says_why()
    {
        await using var db = await SqliteSink.CreateAsync(Sales.Schema);
        var report = await RerunCheck.Pipeline(_ => throw new InvalidOperationException("broken")).Observe(db.Table("ledger")).RunAsync();
        Assert.That(report.ToString(), Does.StartWith("NOT rerun-safe: 1 failure").And.Contain("No schedule was run: the undisturbed runs failed already."));
    }

    [Test]
    public void Points_per_second_of_no_time_are_none() =>
        Assert.That(new ScheduleResult("Twice", 1, 1, 0, 0, 0, 0, 0, 1, TimeSpan.Zero, null).PerSecond, Is.Zero);
}
