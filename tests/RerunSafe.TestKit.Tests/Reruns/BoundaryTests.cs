using System.Data.Common;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>The states copied in one run are those that deaths really leave, point by point.</summary>
public class BoundaryTests
{
    private const string Sale = "INSERT INTO sales (id, shop, amount, version) VALUES (@Position, 'north', 1, 1) ON CONFLICT (id) DO UPDATE SET amount = amount + 1";
    private const string Day = "INSERT INTO days (day, amount) VALUES (@Position, 1) ON CONFLICT (day) DO UPDATE SET amount = amount + 1";

    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Sales.Schema + "CREATE TABLE numbered (row_id INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL)");

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public Task Writes_without_a_transaction() => Agree(12, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(6)))
            await db.ExecuteAsync(Sale, new { delivery.Position });
    });

    [Test]
    public Task Transactions_of_several_writes() => Agree(24, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(6)))
        {
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync(Sale, new { delivery.Position }, transaction);
            await db.ExecuteAsync(Day, new { delivery.Position }, transaction);
            await transaction.CommitAsync();
        }
    });

    [Test]
    public Task Transactions_as_text_with_savepoints_and_a_rollback() => Agree(20, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(5)))
        {
            await db.ExecuteAsync("SAVEPOINT outside");
            await db.ExecuteAsync(Sale, new { delivery.Position });
            await db.ExecuteAsync("SAVEPOINT inside");
            await db.ExecuteAsync(Day, new { delivery.Position });
            await db.ExecuteAsync("ROLLBACK TO inside");
            await db.ExecuteAsync("RELEASE outside");
        }
    });

    [Test]
    public Task Several_statements_in_one_text() => Agree(16, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
            await db.ExecuteAsync($"{Sale}; {Day}", new { delivery.Position });
    });

    [Test]
    public Task Writes_that_return_rows_while_another_result_is_open() => Agree(10, async (db, run) =>
    {
        await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES ('north', 1), ('south', 2) ON CONFLICT DO NOTHING");
        await using var open = await db.ExecuteReaderAsync("SELECT shop FROM totals");
        await open.ReadAsync();
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
            Assert.That(await db.QuerySingleAsync<string>(Day + " RETURNING day", new { delivery.Position }), Is.EqualTo(delivery.Position.ToString()));
    });

    [Test]
    public Task A_transaction_that_stays_open_on_another_connection_in_WAL() => Agree(14, async (db, run) =>
    {
        await db.ExecuteAsync("PRAGMA journal_mode = wal");
        await using var reading = run.Connect(_db);
        await reading.ExecuteAsync("BEGIN DEFERRED");
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
        {
            Assert.That(await reading.ExecuteScalarAsync<int>("SELECT count(*) FROM days"), Is.Zero, "the transaction sees the state that it began with");
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync(Day, new { delivery.Position }, transaction);
            await transaction.CommitAsync();
        }
    });

    [Test]
    public Task Tables_counters_and_settings_that_the_pipeline_makes_itself() => Agree(26, async (db, run) =>
    {
        await db.ExecuteAsync("CREATE TABLE IF NOT EXISTS own (id TEXT PRIMARY KEY)");
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
        {
            await db.ExecuteAsync("INSERT INTO numbered (id) VALUES (@Position); DELETE FROM numbered", new { delivery.Position });
            await db.ExecuteAsync($"PRAGMA user_version = {delivery.Position + 1}");
        }
    });

    /// <summary>Dies at each point of the pipeline, and compares what that leaves with the copy, by fingerprint and restored.</summary>
    private async Task Agree(int points, Func<DbConnection, PipelineRun, Task> pipeline)
    {
        using var sinks = new SinkSet();
        await sinks.AddAsync(_db.Tables(), default);
        var runner = new Runner(run => pipeline(run.Connect(_db), run), sinks, new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(30));
        var input = new RunInput(InputForm.Faulty, null);
        var once = await runner.RunAsync(input);
        Assert.That(once.End, Is.EqualTo(RunEnd.Completed), once.Error?.ToString());
        await sinks.RestoreAsync(default);
        using var boundaries = await Boundaries.RecordAsync(runner, input, 0, _ => true, default);
        Assert.That(boundaries, Is.Not.Null);
        var states = new HashSet<string>();
        foreach (var point in boundaries!.Points)
        {
            var copy = boundaries.At(point);
            Assert.That(copy, Is.Not.Null, $"no copy {point.Point}");
            await sinks.RestoreAsync(default);
            var death = await runner.RunAsync(input, 0, RunPlan.Stop(point.Point, StepVerdict.Die));
            Assert.That(death.Gate.Stopped, Is.Not.Null);
            var left = await sinks.WholeStateAsync(default);
            Assert.That(copy!.State, Is.EqualTo(left), $"{point.Point}");
            await SinkSet.RestoreAsync(copy.Images, default);
            Assert.That(await sinks.WholeStateAsync(default), Is.EqualTo(left), $"restored {point.Point}");
            states.Add(left);
        }

        Assert.That(boundaries.Points, Has.Count.EqualTo(points));
        Assert.That(states, Has.Count.AtLeast(4), "Copies of one state would agree with anything.");
    }
}
