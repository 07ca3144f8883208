using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using RerunSafe.TestKit.NUnit;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace Earthquakes.Tests;

/// <summary>Whether the import may be run again, on quakes of the real feed.</summary>
public class RerunTests
{
    private static readonly DuplicateFault<JsonElement> Revised = Duplicates.NewerVersion(
        (JsonElement f) => f.GetProperty("id").GetString(),
        f => f.GetProperty("properties").GetProperty("updated").GetInt64(),
        f => f.GetProperty("properties").GetProperty("mag").GetDouble());

    private static readonly DuplicateFault<JsonElement> Outdated = Duplicates.OlderVersion(
        (JsonElement f) => f.GetProperty("id").GetString(),
        f => f.GetProperty("properties").GetProperty("updated").GetInt64());

    private static readonly MalformedFault[] Damages =
        [Malformed.Truncated, Malformed.WrongTypeNamed("properties.time"), Malformed.MissingFieldNamed("id"), Malformed.NotUtf8];

    private SqliteSink _db = null!;

    [SetUp]
    public async Task CreateDatabase() => _db = await SqliteSink.CreateAsync(Path.Combine(AppContext.BaseDirectory, "schema.sql"));

    [TearDown]
    public async Task DropDatabase() => await _db.DisposeAsync();

    [Test]
    public async Task Importing_a_file_again_changes_nothing() =>
        Assert.That(await Check(QuakeFeed.Quakes(20)).Schedules(Schedule.Twice).RunAsync(), Is.RerunSafe);

    [Test]
    public async Task A_crash_at_any_write_loses_and_doubles_nothing() =>
        Assert.That(await Check(QuakeFeed.Quakes(8)).Schedules(Schedule.CrashAtEveryWrite).RunAsync(), Is.RerunSafe);

    [Test]
    public async Task A_database_error_at_any_write_loses_nothing() =>
        Assert.That(await Check(QuakeFeed.Quakes(8)).Schedules(Schedule.ErrorAtEveryWrite).RunAsync(), Is.RerunSafe);

    [Test]
    public async Task Of_copies_and_revisions_the_newest_is_kept_and_counted_once()
    {
        var quakes = Late(QuakeFeed.Quakes(20).WithDuplicates(0.4, Duplicates.Exact, Revised, Outdated));
        Assert.That(await Check(quakes).Schedules(Schedule.Twice).RunAsync(), Is.RerunSafe);
    }

    [Test]
    public async Task Malformed_records_are_dead_letters_until_they_are_repaired()
    {
        var quakes = QuakeFeed.Quakes(40).WithMalformed(0.4, Damages);
        Assert.That(await Check(quakes).Schedules(Schedule.Twice, Schedule.DeadLetterReplay).RunAsync(), Is.RerunSafe);
    }

    /// <summary>Some quakes reach the feed after others that happened later.</summary>
    private static Workload<JsonElement> Late(Workload<JsonElement> quakes) => quakes.WithLate(
        0.2, f => DateTimeOffset.FromUnixTimeMilliseconds(f.GetProperty("properties").GetProperty("time").GetInt64()), past: TimeSpan.FromMinutes(10));

    private RerunCheck Check(IWorkload quakes) => RerunCheck
        .Pipeline(run => new EarthquakeImport(run.Connect(_db), run.Clock, NullLogger<EarthquakeImport>.Instance)
            .RunAsync(QuakeFeed.Records(run.Deliveries(quakes)), run.Stopping))
        .Observe(_db.Table("quakes").Key("id").Ignoring("row_id", "loaded_at"), _db.Table("daily_magnitudes").Key("day", "mag_type"))
        .DeadLetters(_db.Table("dead_letters"), d => d.Payload("payload").Reason("error").Position("position"));
}
