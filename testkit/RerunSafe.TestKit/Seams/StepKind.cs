namespace RerunSafe.TestKit.Seams;

/// <summary>What a step does to durable state. It decides which crash points the step has.</summary>
public enum StepKind
{
    /// <summary>It may change the sink: INSERT, UPDATE, DELETE, DDL, and every statement that the kit does not know.</summary>
    Write,

    /// <summary>It only reads, or only changes the session (SET, most PRAGMAs).</summary>
    Query,

    /// <summary>It opens a transaction, by the API or as text.</summary>
    Begin,

    /// <summary>It makes a transaction durable: COMMIT or END, by the API or as text, or the RELEASE of a savepoint that opened the transaction.</summary>
    Commit,

    /// <summary>It gives a transaction up, by the API or as text.</summary>
    Rollback,

    /// <summary>It sets, releases or returns to a savepoint inside a transaction.</summary>
    Savepoint,

    /// <summary>A crash point that the pipeline's author named.</summary>
    Custom,
}
