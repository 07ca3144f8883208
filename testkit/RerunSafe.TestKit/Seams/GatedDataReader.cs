using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// A result of a run under test. When the command wrote, the write is over when the result is: engines may end the statement,
/// and commit it, only then.
/// </summary>
internal sealed partial class GatedDataReader(GatedConnection connection, DbDataReader inner, GatedCall call) : DbDataReader
{
    private bool _pending;

    public static GatedDataReader Opened(GatedConnection connection, DbDataReader inner, GatedCall call, StepKind kind)
    {
        var reader = new GatedDataReader(connection, inner, call) { _pending = kind != StepKind.Query };
        call.Returned();
        if (!reader._pending)
            call.Finished();

        return reader;
    }

    public override bool Read()
    {
        connection.ThrowIfDead();
        connection.EnterCall();
        try
        {
            return inner.Read();
        }
        finally
        {
            connection.LeaveCall();
        }
    }

    public override async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        connection.ThrowIfDead();
        connection.EnterCall();
        try
        {
            return await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            connection.LeaveCall();
        }
    }

    public override bool NextResult()
    {
        connection.ThrowIfDead();
        connection.EnterCall();
        bool more;
        try
        {
            more = inner.NextResult();
        }
        finally
        {
            connection.LeaveCall();
        }

        if (!more)
            Finish();

        return more;
    }

    public override async Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        connection.ThrowIfDead();
        connection.EnterCall();
        bool more;
        try
        {
            more = await inner.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            connection.LeaveCall();
        }

        if (!more)
            Finish();

        return more;
    }

    public override void Close()
    {
        if (connection.IsOpen)
            inner.Close();

        Finish();
    }

    public override async Task CloseAsync()
    {
        if (connection.IsOpen)
            await inner.CloseAsync().ConfigureAwait(false);

        Finish();
    }

    public override async ValueTask DisposeAsync()
    {
        if (connection.IsOpen)
            await inner.DisposeAsync().ConfigureAwait(false);

        Finish();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (connection.IsOpen)
                inner.Dispose();

            Finish();
        }

        // Not the base: it would close once more.
    }

    /// <summary>The moment after the write. It may be in a Dispose, where a death is thrown once all the same: the run ends here.</summary>
    private void Finish()
    {
        if (!_pending)
            return;

        _pending = false;
        if (!connection.IsOver)
            call.Finished();
    }
}
