using System.Data.Common;
using Dapper;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Seams;
using RerunSafe.TestKit.Tests.Reruns;

namespace RerunSafe.TestKit.PostgreSql.Tests;

/// <summary>The states copied in one run are those that deaths really leave, point by point.</summary>
public class PostgreSqlBoundaryTests
{
    private const string Sale = "INSERT INTO sales (id, amount) VALUES (@Id, 1) ON CONFLICT (id) DO UPDATE SET amount = sales.amount + 1";
    private const string Line = "INSERT INTO lines (id) VALUES (@Id)";

    private PostgreSqlSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await PostgreSqlSink.CreateAsync("CREATE TABLE sales (id TEXT PRIMARY KEY, amount INT NOT NULL); CREATE TABLE lines (nr BIGSERIAL PRIMARY KEY, id TEXT NOT NULL REFERENCES sales (id))");

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public Task Writes_without_a_transaction_and_texts_of_several() => Agree(16, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
        {
            await db.ExecuteAsync(Sale, Id(delivery));
            await db.ExecuteAsync($"{Sale}; {Line}", Id(delivery));
        }
    });

    [Test]
    public Task Transactions_with_savepoints() => Agree(16, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
        {
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync(Sale, Id(delivery), transaction);
            await transaction.SaveAsync("inside");
            await db.ExecuteAsync(Line, Id(delivery), transaction);
            await transaction.RollbackAsync("inside");
            await transaction.CommitAsync();
        }
    });

    [Test]
    public Task Transactions_as_text_while_another_connection_holds_one_open() => Agree(28, async (db, run) =>
    {
        await using var other = run.Connect(_db);
        foreach (var delivery in run.Deliveries(Sales.Good(4)).AsEnumerable())
        {
            await using var open = await other.BeginTransactionAsync();
            await other.ExecuteAsync(Sale, new { Id = "other " + delivery.Position }, open);
            await db.ExecuteAsync("BEGIN TRANSACTION");
            await db.ExecuteAsync(Sale, Id(delivery));
            await db.ExecuteAsync(Line, Id(delivery));
            await db.ExecuteAsync("COMMIT WORK");
            await open.CommitAsync();
        }
    });

    [Test]
    public Task Writes_that_return_rows() => Agree(8, async (db, run) =>
    {
        await foreach (var delivery in run.Deliveries(Sales.Good(4)))
            Assert.That(await db.QuerySingleAsync<string>(Sale + " RETURNING id", Id(delivery)), Is.EqualTo(delivery.Position.ToString()));
    });

    private static object Id(Workloads.Delivery delivery) => new { Id = delivery.Position.ToString() };

    private async Task Agree(int points, Func<DbConnection, PipelineRun, Task> pipeline)
    {
        using var sinks = new SinkSet();
        await sinks.AddAsync(_db.Tables(), default);
        var runner = new Runner(run => pipeline(run.Connect(_db), run), sinks, new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(30));
        var input = new RunInput(InputForm.Faulty, null);
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
