using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.PostgreSql;

/// <summary>
/// A kept state: the rows of all tables and the positions of all sequences, for a database of a certain shape; or, where rows cannot be
/// put back like this, a whole database to be cloned.
/// </summary>
internal sealed class PostgreSqlImage(PostgreSqlSink sink, string shape) : SinkImage
{
    public PostgreSqlSink Sink { get; } = sink;

    public string Shape { get; } = shape;

    /// <summary>The rows of each table that has any, as <c>COPY</c> writes them; null for a clone.</summary>
    public IReadOnlyList<(Relation Table, byte[] Rows)>? Tables { get; init; }

    public IReadOnlyList<(string Quoted, long Last, bool IsCalled)> Sequences { get; init; } = [];

    /// <summary>The name of the database, or null.</summary>
    public string? Template { get; init; }

    public bool IsDisposed { get; private set; }

    public override long Size => Tables?.Sum(t => t.Rows.LongLength) ?? 0;

    // A template goes with its sink: to drop it here would keep the caller waiting.
    protected override void Dispose(bool disposing) => IsDisposed = true;
}
