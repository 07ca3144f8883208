using System.Data.Common;
using Dapper;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

public class StepTests : SeamTest
{
    [Test]
    public async Task Dapper_works_through_the_decorator()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        await using var connection = Connect(run);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(await connection.ExecuteAsync("INSERT INTO orders VALUES (@Id, @Amount)", new[] { new { Id = 1, Amount = 2.5 }, new { Id = 2, Amount = 3.5 } }, transaction), Is.EqualTo(2));
        Assert.That(await connection.ExecuteScalarAsync<long>("INSERT INTO orders VALUES (3, 1) RETURNING id", transaction: transaction), Is.EqualTo(3));
        Assert.That(connection.QuerySingle<long>("INSERT INTO log VALUES ('x'); SELECT last_insert_rowid();", transaction: transaction), Is.EqualTo(1));
        Assert.That(await connection.QueryAsync<double>("SELECT amount FROM orders WHERE id < 3", transaction: transaction), Is.EqualTo(new[] { 2.5, 3.5 }));
        using (var grid = await connection.QueryMultipleAsync("SELECT count(*) FROM orders; SELECT line FROM log", transaction: transaction))
        {
            Assert.That(grid.ReadSingle<long>(), Is.EqualTo(3));
            Assert.That(grid.ReadSingle<string>(), Is.EqualTo("x"));
        }

        await transaction.CommitAsync();
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(gate.Steps.Select(step => step.Kind), Is.EqualTo(new[]
        {
            StepKind.Begin, StepKind.Write, StepKind.Write, StepKind.Write, StepKind.Write, StepKind.Query, StepKind.Query, StepKind.Commit,
        }));
        Assert.That(gate.Applied, Is.EqualTo(gate.Steps));
        Assert.That(gate.Steps.Select(step => step.Seam), Is.All.EqualTo("SQLite"));
        Assert.That(gate.Steps.Skip(1).Select(step => step.InTransaction), Is.All.True);
    }

    [Test]
    public void A_step_tells_its_call_site_and_parameters_while_it_runs_only()
    {
        string? site = null;
        string? parameters = null;
        var gate = new FakeGate { Look = step => (site, parameters) = (step.CallSite, step.Parameters) };
        using var run = Run(gate);
        Connect(run).Execute("INSERT INTO orders VALUES (@id, @amount)", new { id = 7, amount = "12" });
        Assert.That(site, Does.Match(@"^StepTests\.cs:\d+(-\d+)?$"));
        Assert.That(parameters, Is.EqualTo("id=7, amount='12'").Or.EqualTo("@id=7, @amount='12'"));
        Assert.That(gate.Steps.Single().CallSite, Is.EqualTo(site), "what was found stays");

        gate.Look = null;
        Connect(run).Execute("DELETE FROM orders");
        Assert.That(gate.Steps[^1].CallSite, Is.Null, "it is too late to ask");
    }

    [Test]
    public async Task The_call_site_of_an_asynchronous_call_is_found()
    {
        string? site = null;
        using var run = Run(new FakeGate { Look = step => site = step.CallSite });
        await using var connection = Connect(run);
        await Task.Yield();
        await connection.ExecuteAsync("DELETE FROM orders");
        Assert.That(site, Does.Match(@"^StepTests\.cs:\d+(-\d+)?$"));
    }

    [Test]
    public void Connections_are_numbered_within_the_run()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        Insert(Connect(run), 1);
        Insert(Connect(run), 2);
        Assert.That(gate.Steps.Select(step => step.Connection), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Equal_steps_are_equal_wherever_they_were_called()
    {
        var step = new Step("SQLite", StepKind.Write, "DELETE FROM t", "t", false, 1, "a.cs:1", "@id=1");
        Assert.That(step, Is.EqualTo(step with { CallSite = "b.cs:2", Parameters = null }));
        Assert.That(step, Is.Not.EqualTo(step with { Connection = 2 }));
    }

    [Test]
    public void A_savepoint_that_opened_the_transaction_commits_when_it_is_released()
    {
        var gate = FakeGate.After(StepVerdict.Die, step => step.Kind == StepKind.Commit);
        using var run = Run(gate);
        var connection = Connect(run);
        connection.Execute("SAVEPOINT a");
        connection.Execute("SAVEPOINT b");
        Insert(connection, 1);
        connection.Execute("RELEASE b");
        Assert.That(() => connection.Execute("RELEASE SAVEPOINT \"a\""), Throws.TypeOf<PipelineDeathException>());
        Assert.That(gate.Steps.Select(step => step.Kind), Is.EqualTo(new[] { StepKind.Savepoint, StepKind.Savepoint, StepKind.Write, StepKind.Savepoint, StepKind.Commit }));
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Savepoints_of_the_API_are_steps_inside_the_transaction()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        var connection = Connect(run);
        using var transaction = connection.BeginTransaction();
        Insert(connection, 1, transaction);
        transaction.Save("s");
        Insert(connection, 2, transaction);
        transaction.Rollback("s");
        transaction.Release("s");
        transaction.Commit();
        Assert.That(gate.Story.Where(line => line.StartsWith("Savepoint", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "Savepoint in transaction: SAVEPOINT s", "Savepoint in transaction: ROLLBACK TO s", "Savepoint in transaction: RELEASE s",
        }));
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_write_by_reader_is_over_when_its_result_is([Values] bool toTheEnd)
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        var command = Connect(run).CreateCommand();
        command.CommandText = "INSERT INTO orders VALUES (1, 1), (2, 2) RETURNING id";
        using (var reader = command.ExecuteReader())
        {
            Assert.That(reader.Read(), Is.True);
            Assert.That(gate.Applied, Is.Empty);
            if (toTheEnd)
            {
                while (reader.Read()) { }
                Assert.That(reader.NextResult(), Is.False);
                Assert.That(gate.Applied, Has.Count.EqualTo(1));
            }
        }

        Assert.That(gate.Applied, Has.Count.EqualTo(1));
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_death_after_a_write_by_reader_leaves_it_applied()
    {
        using var run = Run(FakeGate.After(StepVerdict.Die, step => step.Kind == StepKind.Write));
        var connection = Connect(run);
        Assert.That(() => connection.QuerySingle<long>("INSERT INTO orders VALUES (1, 1) RETURNING id"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_cancelled_call_is_no_step()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        var command = Connect(run).CreateCommand();
        command.CommandText = "INSERT INTO orders VALUES (1, 1)";
        Assert.That(() => command.ExecuteNonQueryAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(gate.Steps, Is.Empty);
        Assert.That(Durable(), Is.Empty);
    }

    [Test]
    public async Task A_data_source_gives_gated_connections()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        await using DbDataSource source = run.Source(Sink.CreateConnection);
        Assert.That(source.ConnectionString, Is.EqualTo(Sink.ConnectionString));
        await using (var connection = await source.OpenConnectionAsync())
            Insert(connection, 1);

        await using (var command = source.CreateCommand("INSERT INTO orders VALUES (2, 2)"))
            await command.ExecuteNonQueryAsync();

        Assert.That(gate.Steps, Has.Count.EqualTo(2));
        Assert.That(run.OpenConnections, Is.Zero);
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_raw_connection_is_refused_by_a_gated_command()
    {
        using var run = Run(new FakeGate());
        using var raw = Sink.CreateConnection();
        using var command = Connect(run).CreateCommand();
        Assert.That(() => command.Connection = raw, Throws.InvalidOperationException.With.Message.Contains("would not see"));
    }

    [Test]
    public void A_connection_that_is_opened_again_is_still_of_the_run()
    {
        var gate = FakeGate.Before(StepVerdict.Die, step => step.Table == "log");
        using var run = Run(gate);
        var connection = Connect(run);
        connection.Close();
        connection.Open();
        Insert(connection, 1);
        connection.Dispose();
        Assert.That(run.OpenConnections, Is.Zero);
        connection.Open();
        Assert.That(run.OpenConnections, Is.EqualTo(1));
        Assert.That(() => connection.Execute("DELETE FROM log"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(run.OpenConnections, Is.Zero);
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_reader_that_closes_its_connection_ends_the_transaction_for_the_gate_too()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        var connection = Connect(run);
        connection.Execute("SAVEPOINT a");
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT 1";
            command.ExecuteReader(System.Data.CommandBehavior.CloseConnection).Dispose();
        }

        Assert.That(connection.State, Is.EqualTo(System.Data.ConnectionState.Closed));
        connection.Open();
        Insert(connection, 1);
        Assert.That(gate.Steps[^1].InTransaction, Is.False);
    }
}
