namespace RerunSafe.TestKit.Seams;

/// <summary>
/// One call of a pipeline that the test kit can stop. Two steps are equal when all but <see cref="CallSite"/> and
/// <see cref="Parameters"/> is equal.
/// </summary>
/// <param name="Seam">The kind of place: "SQLite", "crash point".</param>
/// <param name="Kind">What the step does to durable state.</param>
/// <param name="Statement">The SQL on one line without comments, "COMMIT" for a commit by the API, or the name of a crash point.</param>
/// <param name="Table">The table that the first write of the statement changes, without quotes, or null when that is not known.</param>
/// <param name="InTransaction">
/// Whether a transaction was open when the step began. A write inside one becomes durable with the commit, so that a death
/// before and a death after it leave the same state.
/// </param>
/// <param name="Connection">The ordinal of the connection inside its run, from 1; 0 for a step without a connection.</param>
/// <param name="CallSite">"OrderPipeline.cs:41", the first frame of the pipeline's own code, or null.</param>
/// <param name="Parameters">"@id=ci378, @mag=1.2" with long values cut, or null when there are none.</param>
public sealed record Step(
    string Seam,
    StepKind Kind,
    string Statement,
    string? Table,
    bool InTransaction,
    long Connection,
    string? CallSite = null,
    string? Parameters = null)
{
    /// <summary>
    /// How many statements the text holds. On SQLite a text that ExecuteNonQuery executes is one step for each statement. Elsewhere it passes
    /// the gate as one step: a death between its statements is not tried, and the report says so of several writes outside a transaction.
    /// </summary>
    public int Statements { get; init; } = 1;

    /// <summary>Whether the step's open transaction, even one that has written nothing, can keep others from writing.</summary>
    internal bool Excludes { get; init; }

    /// <summary>How many of the statements become durable by themselves when the text is executed outside a transaction.</summary>
    internal int Commits { get; init; } = 1;

    /// <summary>
    /// "OrderPipeline.cs:41", the first frame of the pipeline's own code. It is looked up when it is first asked for, and only
    /// while the step runs: ask inside the gate. After the step it is what was found, else null.
    /// </summary>
    public string? CallSite
    {
        get => field ??= Origin?.CallSite();
        init;
    } = CallSite;

    /// <summary>"@id=ci378, @mag=1.2" with long values cut; put together when first asked for, while the step runs, else null.</summary>
    public string? Parameters
    {
        get => field ??= Origin?.Parameters();
        init;
    } = Parameters;

    /// <summary>Knows what is costly to tell; null as soon as the step is over, when the stack and the parameters are no longer its own.</summary>
    internal IStepOrigin? Origin { get; set; }

    /// <inheritdoc/>
    public bool Equals(Step? other) =>
        other is not null
        && Connection == other.Connection
        && Kind == other.Kind
        && InTransaction == other.InTransaction
        && Statements == other.Statements
        && Seam == other.Seam
        && Statement == other.Statement
        && Table == other.Table;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Seam, Kind, Statement, Table, InTransaction, Connection, Statements);
}
