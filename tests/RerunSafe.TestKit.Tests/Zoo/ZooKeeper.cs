using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Zoo;

/// <summary>Every specimen on one engine: the bad one is caught by the right schedule and oracle, and its twin passes everything.</summary>
public abstract class ZooKeeper
{
    private IDbSink _db = null!;

    public static IEnumerable<TestCaseData> Specimens => Zoo.Specimens.All.Select(s => new TestCaseData(s).SetArgDisplayNames(s.Mistake));

    // One for all: a check leaves a sink as it found it.
    [OneTimeSetUp]
    public async Task Create() => _db = await CreateAsync();

    [OneTimeTearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [TestCaseSource(nameof(Specimens))]
    public async Task Is_caught(Specimen specimen)
    {
        var all = specimen.Schedules;
        var by = specimen.CaughtBy is { } name ? all.Single(s => s.Name == name) : Schedule.Twice;
        var report = await Check(specimen, specimen.Bad).Schedules(by).RunAsync();
        var failure = report.Failures.FirstOrDefault(f => f.Schedule == specimen.CaughtBy && f.Oracle == specimen.Oracle && specimen.Verdicts.Contains(f.Verdict));
        Assert.That(failure, Is.Not.Null, report.ToString());
        Assert.That(failure!.LikelyRule?.Split(':')[0], Is.EqualTo(specimen.Rule), failure.Story);
    }

    [TestCaseSource(nameof(Specimens))]
    public async Task Passes_without_the_mistake(Specimen specimen)
    {
        var report = await Check(specimen, specimen.Twin).Schedules(specimen.Schedules).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Where(s => s.Schedule is "Twice" or "CrashAtEveryWrite" or "ErrorAtEveryWrite").Select(s => s.Explored), Is.All.GreaterThan(0), "A check that explores nothing passes too.");
    }

    protected abstract Task<IDbSink> CreateAsync();

    /// <summary>The SQL of a specimen as this engine spells it.</summary>
    protected virtual string Spell(string sql) => sql;

    private RerunCheck Check(Specimen specimen, Func<Habitat, Task> pipeline) => specimen.Check(_db, pipeline, Spell);
}
