namespace RerunSafe.TestKit.DeadLetters;

/// <summary>Says which columns of a dead-letter table hold the evidence. Immutable: each method gives a new value.</summary>
public sealed record DeadLetterColumns
{
    internal DeadLetterColumns()
    {
    }

    internal string? PayloadColumn { get; private init; }

    internal string? ReasonColumn { get; private init; }

    internal string? PositionColumn { get; private init; }

    /// <summary>The column with the original bytes: a BLOB, or a TEXT that holds them as UTF-8 text or as Base64. Must be named.</summary>
    /// <param name="column">Its name.</param>
    public DeadLetterColumns Payload(string column) => this with { PayloadColumn = Named(column) };

    /// <summary>The column with the reason why the record was set aside. It must be filled.</summary>
    /// <param name="column">Its name.</param>
    public DeadLetterColumns Reason(string column) => this with { ReasonColumn = Named(column) };

    /// <summary>The column with the record's position in its source. Tells two deliveries with the same bytes apart.</summary>
    /// <param name="column">Its name.</param>
    public DeadLetterColumns Position(string column) => this with { PositionColumn = Named(column) };

    private static string Named(string column)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        return column;
    }
}
