using RerunSafe.TestKit.Reporting;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.Tests.Zoo;

/// <summary>The specimens that write files.</summary>
public class FileZooTests
{
    private DirectorySink _files = null!;

    private string Report => Path.Combine(_files.Folder, "sales.csv");

    [SetUp]
    public void Create() => _files = new DirectorySink();

    [TearDown]
    public async Task Remove() => await _files.DisposeAsync();

    [Test]
    public async Task Records_appended_to_a_file_are_there_twice()
    {
        var failure = await OnlyFailure(Check(async run =>
        {
            await foreach (var line in Lines(run))
            {
                await File.AppendAllLinesAsync(Report, [line]);
                run.CrashPoint("line appended");
            }
        }).Schedules(Schedule.Twice));
        Assert.That((failure.Oracle, failure.Verdict, failure.LikelyRule![..9]), Is.EqualTo((Oracle.Convergence, Verdict.Doubled, "RERUN1007")));
    }

    [Test]
    public async Task A_file_written_in_its_place_and_taken_for_whole_is_half_after_a_death()
    {
        Func<PipelineRun, Task> InPlace(string path) => async run =>
        {
            var lines = await Lines(run).ToListAsync();
            if (File.Exists(Report))
                return;
            await File.WriteAllLinesAsync(path, lines.Take(2));
            run.CrashPoint("half written");
            await File.AppendAllLinesAsync(path, lines.Skip(2));
            run.CrashPoint("written");
            if (path != Report)
                File.Move(path, Report, overwrite: true);
        };

        await Passes(Check(InPlace(Report)).Schedules(Schedule.Twice));
        var failure = await OnlyFailure(Check(InPlace(Report)).Schedules(Schedule.CrashAtEveryWrite));
        Assert.That((failure.Verdict, failure.Point!.Statement, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Lost, "half written", "RERUN1008")));
        await Passes(Check(InPlace(Report + ".new")));
    }

    [Test]
    public async Task A_name_by_the_day_of_the_run_makes_a_second_file()
    {
        Func<PipelineRun, Task> Named(bool byRun) => async run =>
        {
            var lines = await Lines(run).ToListAsync();
            var day = byRun ? run.Clock.GetUtcNow().ToString("yyyyMMdd") : "all";
            await File.WriteAllLinesAsync(Report + ".new", lines);
            run.CrashPoint("written beside");
            File.Move(Report + ".new", Path.Combine(_files.Folder, $"sales-{day}.csv"), overwrite: true);
        };

        RerunCheck Observing(bool byRun) => RerunCheck.Pipeline(Named(byRun)).Observe(_files.File("sales-20260102.csv"), _files.File("sales-20260103.csv"), _files.File("sales-all.csv"));
        var failure = await OnlyFailure(Observing(byRun: true).Schedules(Schedule.Twice));
        Assert.That((failure.Verdict, failure.Table, failure.LikelyRule![..9]), Is.EqualTo((Verdict.Unexpected, "sales-20260103.csv", "RERUN1006")));
        await Passes(Observing(byRun: false));
    }

    [Test]
    public async Task Files_without_named_places_are_told_as_not_proved()
    {
        var report = await Check(async run => await File.WriteAllLinesAsync(Report, await Lines(run).ToListAsync())).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Notes, Has.Some.Contains("between two writes to files"));
    }

    [Test]
    public async Task A_folder_is_saved_restored_and_reset_with_its_subfolders()
    {
        Directory.CreateDirectory(Path.Combine(_files.Folder, "a/b"));
        await File.WriteAllTextAsync(Path.Combine(_files.Folder, "a/b/c.txt"), "one\ntwo\n");
        using var image = await _files.SaveAsync();
        var saved = await _files.FingerprintAllAsync();
        await File.WriteAllTextAsync(Path.Combine(_files.Folder, "a/b/c.txt"), "one\ntwo");
        await File.WriteAllTextAsync(Path.Combine(_files.Folder, "d.txt"), "");
        Assert.That(await _files.FingerprintAllAsync(), Is.Not.EqualTo(saved), "a torn end is another state");
        Assert.That(_files.Tables().Select(t => t.Name), Is.EqualTo(new[] { "a/b/c.txt", "d.txt" }));
        await _files.RestoreAsync(image);
        Assert.That(await _files.FingerprintAllAsync(), Is.EqualTo(saved));
        Assert.That((await _files.ReadAsync(_files.File("a/b/c.txt"))).Rows.Select(r => r["line"]), Is.EqualTo(new[] { "one", "two" }));
        await _files.ResetAsync();
        Assert.That(_files.Tables(), Is.Empty);
        Assert.That(() => _files.File("../outside.txt"), Throws.TypeOf<SinkException>());
    }

    private static IAsyncEnumerable<string> Lines(PipelineRun run) => run.Deliveries(Sales.Good(5)).AsAsyncEnumerable().Select(Habitat.Read).Select(s => $"{s.Id};{s.Shop};{s.Amount}");

    private RerunCheck Check(Func<PipelineRun, Task> pipeline) => RerunCheck.Pipeline(pipeline).Observe(_files.File("sales.csv"));

    private static async Task Passes(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Sum(s => s.Explored), Is.GreaterThan(0));
    }

    private static async Task<RerunFailure> OnlyFailure(RerunCheck check)
    {
        var report = await check.RunAsync();
        Assert.That(report.Failures, Has.Count.EqualTo(1), report.ToString());
        return report.Failures[0];
    }
}
