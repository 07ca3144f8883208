using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Sinks;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Reruns;

/// <summary>Pipelines that are right, each in its own way. All schedules must pass them.</summary>
public class GoodTwinTests
{
    private const string Schema = Sales.Schema + """

        CREATE TABLE checkpoints (source TEXT PRIMARY KEY, position INTEGER NOT NULL);
        CREATE TABLE outbox (message_key TEXT PRIMARY KEY, body TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE numbered (row_id INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL);
        CREATE TABLE lines (row_id INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (row_id, line));
        """;

    private const string Upsert = "INSERT INTO sales (id, shop, amount, version) VALUES (@Id, 'north', @Amount, 1) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";

    private SqliteSink _db = null!;

    [SetUp]
    public async Task Create() => _db = await SqliteSink.CreateAsync(Schema);

    [TearDown]
    public async Task Remove() => await _db.DisposeAsync();

    [Test]
    public Task A_batch_with_its_checkpoint_in_one_transaction_passes() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            var done = await db.ExecuteScalarAsync<long?>("SELECT position FROM checkpoints") ?? -1;
            foreach (var batch in run.Deliveries(Sales.Good()).AsEnumerable().Where(d => d.Position > done).Chunk(5))
            {
                await using var transaction = await db.BeginTransactionAsync();
                foreach (var delivery in batch)
                    await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Id, 'north', 1)", new { Id = Id(delivery) }, transaction);
                await db.ExecuteAsync("INSERT INTO checkpoints VALUES ('sales', @Position) ON CONFLICT (source) DO UPDATE SET position = excluded.position", new { batch[^1].Position }, transaction);
                await transaction.CommitAsync();
            }
        },
        "ledger", "checkpoints");

    [Test]
    public Task An_outbox_in_the_transaction_of_the_change_passes() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good()))
            {
                await using var transaction = await db.BeginTransactionAsync();
                await db.ExecuteAsync(Upsert, new { Id = Id(delivery), Amount = delivery.Position }, transaction);
                await db.ExecuteAsync("INSERT INTO outbox (message_key, body) VALUES (@Id, 'sold') ON CONFLICT DO NOTHING", new { Id = Id(delivery) }, transaction);
                await transaction.CommitAsync();
            }

            foreach (var key in (await db.QueryAsync<string>("SELECT message_key FROM outbox WHERE sent = 0 ORDER BY message_key")).ToList())
                await db.ExecuteAsync("UPDATE outbox SET sent = 1 WHERE message_key = @key", new { key });
        },
        "sales", "outbox");

    [Test]
    public Task A_slice_that_is_deleted_and_inserted_in_one_transaction_passes() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync("DELETE FROM ledger WHERE shop = 'north'", transaction: transaction);
            await foreach (var delivery in run.Deliveries(Sales.Good()))
                await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Id, 'north', 1)", new { Id = Id(delivery) }, transaction);
            await transaction.CommitAsync();
        },
        "ledger");

    [Test]
    public Task The_same_slice_as_one_text_with_its_own_transaction_passes() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(5)))
                await db.ExecuteAsync("BEGIN; DELETE FROM ledger WHERE id = @Id; INSERT INTO ledger (id, shop, amount) VALUES (@Id, 'north', 1); COMMIT;", new { Id = Id(delivery) });
        },
        "ledger");

    [Test]
    public async Task Numbers_that_the_engine_gives_pass_when_they_are_ignored()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good()))
            {
                await using var transaction = await db.BeginTransactionAsync();
                // The delete makes each rerun number its rows anew.
                await db.ExecuteAsync("DELETE FROM lines WHERE row_id IN (SELECT row_id FROM numbered WHERE id = @Id); DELETE FROM numbered WHERE id = @Id", new { Id = Id(delivery) }, transaction);
                var row = await db.ExecuteScalarAsync<long>("INSERT INTO numbered (id, amount) VALUES (@Id, 3); SELECT last_insert_rowid()", new { Id = Id(delivery) }, transaction);
                await db.ExecuteAsync("INSERT INTO lines (row_id, line) VALUES (@row, 1), (@row, 2)", new { row }, transaction);
                await transaction.CommitAsync();
            }
        }).Observe(_db.Table("numbered").Key("id").Ignoring("row_id"), _db.Table("lines").Ignoring("row_id")).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Notes, Is.Empty);
    }

    [Test]
    public Task A_prepared_command_from_a_data_source_passes() => Passes(
        async run =>
        {
            await using var db = await run.DataSource(_db).OpenConnectionAsync();
            await using var command = db.CreateCommand();
            command.CommandText = "INSERT INTO days (day, amount) VALUES ($day, 1) ON CONFLICT (day) DO NOTHING RETURNING day";
            var day = command.CreateParameter();
            (day.ParameterName, day.DbType) = ("$day", System.Data.DbType.String);
            command.Parameters.Add(day);
            await command.PrepareAsync();
            foreach (var delivery in run.Deliveries(Sales.Good()))
            {
                day.Value = Id(delivery);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    Assert.That(reader.GetString(0), Is.EqualTo(day.Value));
            }
        },
        "days");

    [Test]
    public Task Savepoints_that_are_rolled_back_inside_a_transaction_pass() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(6)))
            {
                await using var transaction = await db.BeginTransactionAsync();
                await db.ExecuteAsync(Upsert, new { Id = Id(delivery), Amount = 1 }, transaction);
                await transaction.SaveAsync("risky");
                try
                {
                    await db.ExecuteAsync("INSERT INTO ledger (id, shop, amount) VALUES (@Id, NULL, 1)", new { Id = Id(delivery) }, transaction);
                }
                catch (SqliteException e) when (e.SqliteErrorCode == 19)
                {
                    await transaction.RollbackAsync("risky");
                }

                await transaction.ReleaseAsync("risky");
                await transaction.CommitAsync();
            }
        },
        "sales");

    [Test]
    public Task A_transaction_of_text_commands_with_a_nested_savepoint_passes() => Passes(
        async run =>
        {
            var db = run.Connect(_db);
            await foreach (var delivery in run.Deliveries(Sales.Good(6)))
            {
                await db.ExecuteAsync("BEGIN IMMEDIATE");
                await db.ExecuteAsync(Upsert, new { Id = Id(delivery), Amount = 1 });
                await db.ExecuteAsync("SAVEPOINT inner_one");
                await db.ExecuteAsync("INSERT INTO totals (shop, amount) VALUES (@Id, 1) ON CONFLICT (shop) DO UPDATE SET amount = 1", new { Id = Id(delivery) });
                await db.ExecuteAsync("RELEASE inner_one");
                await db.ExecuteAsync("COMMIT");
            }
        },
        "sales", "totals");

    [Test]
    public async Task Parallel_readers_with_one_writer_pass()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            var keys = new System.Collections.Concurrent.ConcurrentBag<string>();
            await Parallel.ForEachAsync(run.Deliveries(Sales.Good()).AsEnumerable(), (delivery, _) =>
            {
                keys.Add(Id(delivery));
                return ValueTask.CompletedTask;
            });
            foreach (var key in keys.Order(StringComparer.Ordinal))
                await db.ExecuteAsync(Upsert, new { Id = key, Amount = 1 });
        }).Observe(_db.Table("sales")).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    [Test]
    public async Task Parallel_writers_are_never_taken_for_unseen_ones()
    {
        var report = await RerunCheck.Pipeline(run => Parallel.ForEachAsync(
            run.Deliveries(Sales.Good()).AsEnumerable(),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (delivery, _) =>
            {
                await using var db = await run.DataSource(_db).OpenConnectionAsync(CancellationToken.None);
                await db.ExecuteAsync(Upsert, new { Id = Id(delivery), Amount = 1 });
            })).Observe(_db.Table("sales")).RunAsync();
        // Their order differs from run to run, so that points may be missed; that is said, and nothing else.
        Assert.That(report.Failures.Select(f => f.Verdict), Is.All.EqualTo(Verdict.UnreachedPoint), report.ToString());
        Assert.That(report.Failures.Select(f => f.Story), Is.All.Contains("degree of parallelism of 1"));
    }

    [Test]
    public async Task Linq_is_unambiguous_in_both_kinds()
    {
        var report = await RerunCheck.Pipeline(async run =>
        {
            var db = run.Connect(_db);
            var deliveries = run.Deliveries(Sales.Good(4));
            var sync = deliveries.AsEnumerable().Select(Id).ToList();
            var async = await deliveries.AsAsyncEnumerable().Select(Id).ToListAsync();
            Assert.That(sync, Is.EqualTo(async));
            foreach (var id in sync)
                await db.ExecuteAsync(Upsert, new { Id = id, Amount = 1 });
        }).Observe(_db.Table("sales")).Schedules(Schedule.Twice).RunAsync();
        Assert.That(report.Passed, report.ToString());
    }

    private static string Id(Delivery delivery) => System.Text.Json.JsonDocument.Parse(delivery.Payload).RootElement.GetProperty("id").GetString()!;

    private async Task Passes(Func<PipelineRun, Task> pipeline, params string[] tables)
    {
        var report = await RerunCheck.Pipeline(pipeline).Observe([.. tables.Select(_db.Table)]).RunAsync();
        Assert.That(report.Passed, report.ToString());
        Assert.That(report.Schedules.Sum(s => s.Explored), Is.GreaterThan(3), "A check that explores nothing passes too.");
        Assert.That(report.Notes, Is.Empty);
    }
}
