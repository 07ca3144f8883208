using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace RerunSafe.TestKit.Seams;

/// <summary>A command that passes the gate of its connection's run before and after it executes.</summary>
internal sealed class GatedCommand(DbCommand inner) : DbCommand
{
    private GatedConnection? _connection;
    private DbTransaction? _transaction;
    private StepText? _text;

    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        set
        {
            inner.CommandText = value;
            _text = null;
        }
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible
    {
        get => inner.DesignTimeVisible;
        set => inner.DesignTimeVisible = value;
    }

    public override UpdateRowSource UpdatedRowSource
    {
        get => inner.UpdatedRowSource;
        set => inner.UpdatedRowSource = value;
    }

    protected override DbConnection? DbConnection
    {
        get => _connection;
        set
        {
            _connection = value switch
            {
                null => null,
                GatedConnection gated => gated,
                _ => throw new InvalidOperationException(
                    $"A command of a run under test cannot use the raw {value.GetType().Name}: the kit would not see what it does. Use the connection that the run gave."),
            };
            inner.Connection = _connection?.Inner;
        }
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

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

    public override void Prepare()
    {
        var connection = Alive();
        connection.EnterCall();
        try
        {
            inner.Prepare();
        }
        finally
        {
            connection.LeaveCall();
        }
    }

    public override async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        var connection = Alive();
        connection.EnterCall();
        try
        {
            await inner.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            connection.LeaveCall();
        }
    }

    public override int ExecuteNonQuery()
    {
        if (Parts() is not { } parts)
            return ExecuteStatement();
        var total = -1;
        var whole = inner.CommandText;
        try
        {
            foreach (var part in parts)
            {
                CommandText = part;
                total = Sum(total, ExecuteStatement());
            }
        }
        finally
        {
            CommandText = whole;
        }

        return total;
    }

    private int ExecuteStatement()
    {
        var call = Enter();
        int rows;
        try
        {
            rows = inner.ExecuteNonQuery();
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return rows;
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        if (Parts() is not { } parts)
            return await ExecuteStatementAsync(cancellationToken).ConfigureAwait(false);
        var total = -1;
        var whole = inner.CommandText;
        try
        {
            foreach (var part in parts)
            {
                CommandText = part;
                total = Sum(total, await ExecuteStatementAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            CommandText = whole;
        }

        return total;
    }

    private async Task<int> ExecuteStatementAsync(CancellationToken cancellationToken)
    {
        var call = Enter(cancellationToken);
        int rows;
        try
        {
            rows = await inner.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return rows;
    }

    public override object? ExecuteScalar()
    {
        var call = Enter();
        object? value;
        try
        {
            value = inner.ExecuteScalar();
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return value;
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        var call = Enter(cancellationToken);
        object? value;
        try
        {
            value = await inner.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            call.Failed(e);
            throw;
        }

        call.Applied();
        return value;
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var call = Enter();
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

        return GatedDataReader.Opened(_connection!, reader, call, Text().Kind);
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var call = Enter(cancellationToken);
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

        return GatedDataReader.Opened(_connection!, reader, call, Text().Kind);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();

        base.Dispose(disposing);
    }

    /// <summary>The statements of the text, when each of them is to be a step of its own.</summary>
    private IReadOnlyList<string>? Parts() =>
        _connection is { ExecutesStatementsOneByOne: true } && CommandType == CommandType.Text && Text().Parts is { Count: > 1 } parts ? parts : null;

    /// <summary>A provider counts the rows of all statements that write, and tells -1 when none does.</summary>
    private static int Sum(int total, int rows) => rows < 0 ? total : Math.Max(total, 0) + rows;

    private StepText Text() => _text ??= StepText.Of(inner.CommandText);

    private GatedConnection Alive()
    {
        var connection = _connection ?? throw new InvalidOperationException("The command has no connection. Set its Connection to the one that the run gave.");
        connection.ThrowIfDead();
        return connection;
    }

    private GatedCall Enter(CancellationToken cancellationToken = default)
    {
        var connection = Alive();
        cancellationToken.ThrowIfCancellationRequested();
        return connection.Enter(Text(), inner);
    }
}
