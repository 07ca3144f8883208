using System.Data;
using Dapper;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

public class DeathTests : SeamTest
{
    private static bool IsWrite(Step step) => step.Kind == StepKind.Write;

    private static bool IsCommit(Step step) => step.Kind == StepKind.Commit;

    [Test]
    public void A_death_before_an_autocommit_write_leaves_nothing()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Die, IsWrite));
        Assert.That(() => Insert(Connect(run), 1), Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Is.Empty);
    }

    [Test]
    public void A_death_after_an_autocommit_write_leaves_it_applied_and_unanswered()
    {
        using var run = Run(FakeGate.After(StepVerdict.Die, IsWrite));
        Assert.That(() => Insert(Connect(run), 1), Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_death_at_each_point_of_two_writes_leaves_what_was_committed([Values] bool after, [Values(1, 2)] int write)
    {
        var seen = 0;
        bool Where(Step step) => IsWrite(step) && ++seen == write;
        using var run = Run(after ? FakeGate.After(StepVerdict.Die, Where) : FakeGate.Before(StepVerdict.Die, Where));
        var connection = Connect(run);
        Assert.That(() => connection.Execute("INSERT INTO orders VALUES (@id, 1)", new[] { new { id = 1 }, new { id = 2 } }), Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Has.Count.EqualTo(after ? write : write - 1));
    }

    [Test]
    public void Inside_a_transaction_a_death_after_a_write_leaves_nothing()
    {
        var gate = FakeGate.After(StepVerdict.Die, IsWrite);
        using var run = Run(gate);
        var connection = Connect(run);
        var transaction = connection.BeginTransaction();
        Assert.That(() => Insert(connection, 1, transaction), Throws.TypeOf<PipelineDeathException>());
        Assert.That(gate.Steps.Single(IsWrite).InTransaction, Is.True);
        Assert.That(Durable(), Is.Empty);
    }

    [TestCase(false, 0)]
    [TestCase(true, 1)]
    public void A_commit_has_two_outcomes(bool after, int rows)
    {
        using var run = Run(after ? FakeGate.After(StepVerdict.Die, IsCommit) : FakeGate.Before(StepVerdict.Die, IsCommit));
        var connection = Connect(run);
        var transaction = connection.BeginTransaction();
        Insert(connection, 1, transaction);
        Assert.That(transaction.Commit, Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Has.Count.EqualTo(rows));
    }

    [TestCase(false, 0)]
    [TestCase(true, 1)]
    public void A_commit_as_text_has_two_outcomes(bool after, int rows)
    {
        var gate = after ? FakeGate.After(StepVerdict.Die, IsCommit) : FakeGate.Before(StepVerdict.Die, IsCommit);
        using var run = Run(gate);
        var connection = Connect(run);
        connection.Execute("BEGIN IMMEDIATE");
        Insert(connection, 1);
        Assert.That(() => connection.Execute("commit;"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(gate.Story, Is.EqualTo(new[]
        {
            "Begin: BEGIN IMMEDIATE", "Write in transaction: INSERT INTO orders (id, amount) VALUES ($id, 1)", "Commit in transaction: commit",
        }));
        Assert.That(Durable(), Has.Count.EqualTo(rows));
    }

    [Test]
    public void Death_is_sticky_for_every_object_of_the_run()
    {
        var gate = FakeGate.Before(StepVerdict.Die, step => step.Table == "log");
        using var run = Run(gate);
        var connection = Connect(run);
        var other = Connect(run);
        var transaction = connection.BeginTransaction();
        var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM orders";
        command.Transaction = transaction;
        Assert.That(() => connection.Execute("INSERT INTO log VALUES ('x')", transaction: transaction), Throws.TypeOf<PipelineDeathException>());

        Assert.That(transaction.Commit, Throws.TypeOf<PipelineDeathException>());
        Assert.That(transaction.Rollback, Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => transaction.Save("s"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<PipelineDeathException>());
        Assert.That(command.ExecuteScalar, Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => command.ExecuteReader(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => command.ExecuteReaderAsync(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(command.Prepare, Throws.TypeOf<PipelineDeathException>());
        Assert.That(connection.Open, Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => connection.OpenAsync(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => connection.BeginTransaction(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(connection.CreateCommand, Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => Insert(other, 5), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => Connect(run), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => run.CrashPoint("later"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(gate.Deaths, Is.EqualTo(1));
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(other.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(run.OpenConnections, Is.Zero);
    }

    [Test]
    public async Task Disposal_after_death_is_silent()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Die, IsWrite));
        var connection = Connect(run);
        var transaction = await connection.BeginTransactionAsync();
        var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 UNION SELECT 2";
        command.Transaction = transaction;
        var reader = await command.ExecuteReaderAsync();
        Assert.That(() => Insert(connection, 1, transaction), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => reader.Read(), Throws.TypeOf<PipelineDeathException>());
        Assert.DoesNotThrowAsync(async () =>
        {
            await reader.DisposeAsync();
            reader.Close();
            await command.DisposeAsync();
            await transaction.DisposeAsync();
            transaction.Dispose();
            connection.Close();
            await connection.DisposeAsync();
            connection.Dispose();
        });
        Assert.That(Durable(), Is.Empty);
    }

    [Test]
    public void A_raw_begin_does_not_outlive_the_run()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Die, step => step.Statement.Contains("log")));
        var connection = Connect(run);
        connection.Execute("BEGIN EXCLUSIVE");
        Insert(connection, 1);
        Assert.That(() => connection.Execute("DELETE FROM log"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(Durable(), Is.Empty);
    }

    [Test]
    public void A_write_whose_reader_is_still_open_dies_with_the_run()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Die, step => step.Kind == StepKind.Custom));
        var connection = Connect(run);
        var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO orders VALUES (1, 1), (2, 2) RETURNING id";
        var reader = command.ExecuteReader();
        Assert.That(reader.Read(), Is.True);
        Assert.That(() => run.CrashPoint("between rows"), Throws.TypeOf<PipelineDeathException>());
        Assert.DoesNotThrow(reader.Dispose);
        Assert.That(Durable(), Is.Empty, "a process that dies while it reads has not ended the statement");
    }

    [Test]
    public void What_a_pipeline_forgot_open_is_closed_with_its_run()
    {
        var run = Run(new FakeGate());
        var connection = Connect(run);
        connection.BeginTransaction();
        Assert.That(run.OpenConnections, Is.EqualTo(1));
        run.Dispose();
        Assert.That(run.OpenConnections, Is.Zero);
        Assert.That(Durable(), Is.Empty);
        Assert.That(() => Insert(connection, 1), Throws.TypeOf<PipelineDeathException>().With.Message.Contains("is over"));
    }

    [Test]
    public void A_crash_point_by_name_is_a_step()
    {
        var gate = FakeGate.Before(StepVerdict.Die, step => step.Kind == StepKind.Custom);
        using var run = Run(gate);
        Insert(Connect(run), 1);
        Assert.That(() => run.CrashPoint("after the file"), Throws.TypeOf<PipelineDeathException>().With.Message.Contains("after the file"));
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_run_that_dies_while_another_thread_is_in_a_call_closes_that_connection_when_the_call_returns()
    {
        var gate = FakeGate.Before(StepVerdict.Die, step => step.Kind == StepKind.Custom);
        using var run = Run(gate);
        var raw = Sink.CreateConnection();
        var connection = run.Wrap(raw);
        connection.Open();
        ((Microsoft.Data.Sqlite.SqliteConnection)raw).CreateFunction("meet", () =>
        {
            Assert.That(() => run.CrashPoint("meanwhile"), Throws.TypeOf<PipelineDeathException>());
            Assert.That(raw.State, Is.EqualTo(ConnectionState.Open), "a provider's connection cannot be closed under a running call");
            return 7;
        });
        Assert.That(() => connection.Execute("INSERT INTO orders VALUES (meet(), 1)"), Throws.TypeOf<PipelineDeathException>());
        Assert.That(raw.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(Durable(), Is.EqualTo(new[] { 7 }));
    }
}
