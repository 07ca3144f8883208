using System.Data;
using System.Data.Common;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Tests.Seams;

public class BatchTests
{
    private static DbBatch Batch(DbConnection connection)
    {
        connection.Open();
        var batch = connection.CreateBatch();
        foreach (var text in new[] { "SELECT 1", "INSERT INTO a VALUES (1)", "UPDATE b SET x = 1" })
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = text;
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    [Test]
    public async Task A_batch_is_one_step_that_tells_how_many_statements_it_has()
    {
        var gate = new FakeGate();
        using var run = new GatedRun(gate);
        var raw = new BatchConnection();
        await using var batch = Batch(run.Wrap(raw));
        Assert.That(batch.ExecuteNonQuery(), Is.EqualTo(3));
        Assert.That(await batch.ExecuteScalarAsync(), Is.EqualTo(3));
        await (await batch.ExecuteReaderAsync()).DisposeAsync();
        Assert.That(gate.Applied, Has.Count.EqualTo(3));
        Assert.That(gate.Steps, Is.All.EqualTo(
            new Step("Batch", StepKind.Write, "SELECT 1; INSERT INTO a VALUES (1); UPDATE b SET x = 1", "a", false, 1) { Statements = 3 }));
        Assert.That(raw.Executed, Has.Count.EqualTo(9));
    }

    [TestCase(false, 0)]
    [TestCase(true, 3)]
    public void A_batch_dies_before_or_after_as_a_whole(bool after, int executed)
    {
        using var run = new GatedRun(after ? FakeGate.After(StepVerdict.Die, _ => true) : FakeGate.Before(StepVerdict.Die, _ => true));
        var raw = new BatchConnection();
        using var batch = Batch(run.Wrap(raw));
        Assert.That(() => batch.ExecuteNonQuery(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(raw.Executed, Has.Count.EqualTo(executed));
        Assert.That(raw.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(() => batch.ExecuteNonQueryAsync(), Throws.TypeOf<PipelineDeathException>());
        Assert.That(() => batch.Prepare(), Throws.TypeOf<PipelineDeathException>());
    }

    [Test]
    public void A_provider_without_a_dialect_fails_with_a_transient_error()
    {
        using var run = new GatedRun(FakeGate.Before(StepVerdict.Fail, _ => true));
        using var batch = Batch(run.Wrap(new BatchConnection()));
        Assert.That(() => batch.ExecuteNonQuery(), Throws.InstanceOf<DbException>().With.Property("IsTransient").True);
        Assert.That(batch.ExecuteNonQuery(), Is.EqualTo(3));
    }
}
