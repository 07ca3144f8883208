using Dapper;
using Microsoft.Data.Sqlite;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

public class ErrorTests : SeamTest
{
    private static bool IsWrite(Step step) => step.Kind == StepKind.Write;

    private static bool IsCommit(Step step) => step.Kind == StepKind.Commit;

    [Test]
    public void An_error_before_a_write_is_the_providers_own_and_a_retry_succeeds()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Fail, IsWrite));
        var connection = Connect(run);
        Assert.That(() => Insert(connection, 1), Throws.TypeOf<SqliteException>().With.Property("SqliteErrorCode").EqualTo(5));
        Assert.That(Durable(), Is.Empty);
        Insert(connection, 1);
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void An_error_after_a_write_leaves_it_applied()
    {
        using var run = Run(FakeGate.After(StepVerdict.Fail, IsWrite));
        var connection = Connect(run);
        Assert.That(() => Insert(connection, 1), Throws.TypeOf<SqliteException>().With.Property("SqliteErrorCode").EqualTo(10));
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void A_write_that_fails_inside_a_transaction_leaves_the_transaction_usable()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Fail, step => IsWrite(step) && step.Table == "log"));
        var connection = Connect(run);
        using var transaction = connection.BeginTransaction();
        Insert(connection, 1, transaction);
        Assert.That(() => connection.Execute("INSERT INTO log VALUES ('x')", transaction: transaction), Throws.TypeOf<SqliteException>());
        Insert(connection, 2, transaction);
        transaction.Commit();
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_write_inside_a_transaction_cannot_be_applied_and_fail()
    {
        using var run = Run(FakeGate.After(StepVerdict.Fail, IsWrite));
        var connection = Connect(run);
        using var transaction = connection.BeginTransaction();
        Assert.That(() => Insert(connection, 1, transaction), Throws.InvalidOperationException.With.Message.Contains("inside a transaction"));
    }

    [Test]
    public void A_commit_that_fails_before_is_rolled_back_and_the_connection_goes_on()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Fail, IsCommit));
        var connection = Connect(run);
        using (var transaction = connection.BeginTransaction())
        {
            Insert(connection, 1, transaction);
            Assert.That(transaction.Commit, Throws.TypeOf<SqliteException>().With.Property("SqliteErrorCode").EqualTo(10));
            Assert.DoesNotThrow(transaction.Rollback, "SQLite's provider lets one roll back what the engine has rolled back");
        }

        Assert.That(Durable(), Is.Empty);
        using var again = connection.BeginTransaction();
        Insert(connection, 2, again);
        again.Commit();
        Assert.That(Durable(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void A_commit_that_fails_after_is_committed()
    {
        using var run = Run(FakeGate.After(StepVerdict.Fail, IsCommit));
        var connection = Connect(run);
        using (var transaction = connection.BeginTransaction())
        {
            Insert(connection, 1, transaction);
            Assert.That(transaction.Commit, Throws.TypeOf<SqliteException>());
        }

        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
        Insert(connection, 2);
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void A_commit_as_text_fails_like_one_by_the_API([Values] bool after)
    {
        using var run = Run(after ? FakeGate.After(StepVerdict.Fail, IsCommit) : FakeGate.Before(StepVerdict.Fail, IsCommit));
        var connection = Connect(run);
        connection.Execute("BEGIN;");
        Insert(connection, 1);
        Assert.That(() => connection.Execute("COMMIT;"), Throws.TypeOf<SqliteException>());
        Assert.That(Durable(), Has.Count.EqualTo(after ? 1 : 0));
        connection.Execute("BEGIN; INSERT INTO orders VALUES (9, 9); COMMIT");
        Assert.That(Durable(), Has.Count.EqualTo(after ? 2 : 1));
    }

    [Test]
    public void An_error_of_the_pipelines_own_passes_and_has_no_after()
    {
        var gate = new FakeGate();
        using var run = Run(gate);
        var connection = Connect(run);
        Insert(connection, 1);
        Assert.That(() => Insert(connection, 1), Throws.TypeOf<SqliteException>().With.Property("SqliteErrorCode").EqualTo(19));
        Assert.That(gate.Steps, Has.Count.EqualTo(2));
        Assert.That(gate.Applied, Has.Count.EqualTo(1));
        Insert(connection, 2);
        Assert.That(Durable(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Asynchronous_calls_fail_and_retry_alike()
    {
        using var run = Run(FakeGate.Before(StepVerdict.Fail, IsCommit));
        await using var connection = Connect(run);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("INSERT INTO orders VALUES (1, 1)", transaction: transaction);
            Assert.That(() => transaction.CommitAsync(), Throws.TypeOf<SqliteException>());
        }

        Assert.That(Durable(), Is.Empty);
    }

    [Test]
    public void A_begin_whose_answer_is_lost_leaves_no_transaction_behind()
    {
        using var run = Run(FakeGate.After(StepVerdict.Fail, step => step.Kind == StepKind.Begin));
        var connection = Connect(run);
        Assert.That(() => connection.BeginTransaction(), Throws.TypeOf<SqliteException>());
        using var transaction = connection.BeginTransaction();
        Insert(connection, 1, transaction);
        transaction.Commit();
        Assert.That(Durable(), Is.EqualTo(new[] { 1 }));
    }
}
