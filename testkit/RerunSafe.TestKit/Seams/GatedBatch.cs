using System.Data.Common;
using System.Text;

namespace RerunSafe.TestKit.Seams;

/// <summary>A batch passes the gate as one step: providers send it in one round trip, most of them in one implicit transaction.</summary>
internal sealed class GatedBatch(DbBatch inner) : DbBatch
{
    private GatedConnection? _connection;
    private DbTransaction? _transaction;

    public override int Timeout
    {
        get => inner.Timeout;
        set => inner.Timeout = value;
    }

    protected override DbBatchCommandCollection DbBatchCommands => inner.BatchCommands;

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set
        {
            _connection = value switch
            {
                null => null,
                GatedConnection gated => gated,
                _ => throw new InvalidOperationException($"A batch of a run under test cannot use the raw {value.GetType().Name}. Use the connection that the run gave."),
            };
            inner.Connection = _connection?.Inner;
        }
    }

    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set
        {
            _transaction = value;
            inner.Transaction = value is GatedTransaction gated ? gated.Inner : value;
        }
    }

    public override void Cancel()
    {
        if (_connection?.IsOpen == true)
            inner.Cancel();
    }

    public override int ExecuteNonQuery() => Pass(static batch => batch.ExecuteNonQuery());

    public override object? ExecuteScalar() => Pass(static batch => batch.ExecuteScalar());

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) =>
        PassAsync(static (batch, token) => batch.ExecuteNonQueryAsync(token), cancellationToken);

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        PassAsync(static (batch, token) => batch.ExecuteScalarAsync(token), cancellationToken);

    public override void Prepare()
    {
        Alive();
        inner.Prepare();
    }

    public override Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        Alive();
        return inner.PrepareAsync(cancellationToken);
    }

    public override void Dispose()
    {
        inner.Dispose();
        base.Dispose();
    }

    protected override DbBatchCommand CreateDbBatchCommand() => inner.CreateBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(System.Data.CommandBehavior behavior)
    {
        var text = Text();
        var call = Alive().Enter(text, null);
        DbDataReader reader;
        try
        {
            reader = inner.ExecuteReader(behavior);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        return GatedDataReader.Opened(_connection!, reader, call, text.Kind);
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(System.Data.CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var connection = Alive();
        cancellationToken.ThrowIfCancellationRequested();
        var text = Text();
        var call = connection.Enter(text, null);
        DbDataReader reader;
        try
        {
            reader = await inner.ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        return GatedDataReader.Opened(connection, reader, call, text.Kind);
    }

    private T Pass<T>(Func<DbBatch, T> execute)
    {
        var call = Alive().Enter(Text(), null);
        T result;
        try
        {
            result = execute(inner);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return result;
    }

    private async Task<T> PassAsync<T>(Func<DbBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        var connection = Alive();
        cancellationToken.ThrowIfCancellationRequested();
        var call = connection.Enter(Text(), null);
        T result;
        try
        {
            result = await execute(inner, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return result;
    }

    private GatedConnection Alive()
    {
        var connection = _connection ?? throw new InvalidOperationException("The batch has no connection. Set its Connection to the one that the run gave.");
        connection.ThrowIfDead();
        return connection;
    }

    private StepText Text()
    {
        var text = new StringBuilder();
        foreach (var command in inner.BatchCommands)
            text.Append(command.CommandText).Append(";\n");

        return StepText.Of(text.ToString());
    }
}
