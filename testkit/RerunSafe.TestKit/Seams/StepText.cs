using System.Collections.Concurrent;

namespace RerunSafe.TestKit.Seams;

/// <summary>What a command's text is to the gate. Reading a text costs more than running some commands, so it is done once per text.</summary>
/// <param name="Kind">What the whole text does; see <see cref="StepTextReader"/> for texts of several statements.</param>
/// <param name="Statement">The text on one line.</param>
/// <param name="Table">The target of the first write, or null.</param>
/// <param name="Statements">How many statements there are.</param>
/// <param name="Commits">How many statements become durable by themselves when no transaction is open.</param>
/// <param name="Savepoint">The savepoint that the text sets, or null.</param>
/// <param name="Released">The savepoint that the text releases, or null.</param>
internal sealed record StepText(StepKind Kind, string Statement, string? Table = null, int Statements = 1, int Commits = 1, string? Savepoint = null, string? Released = null)
{
    /// <summary>The statements as they are written, when there are several.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    // A pipeline that builds its texts with literals has as many texts as records.
    private const int MostKept = 2_000;
    private static readonly ConcurrentDictionary<string, StepText> Known = new(StringComparer.Ordinal);

    public static StepText Begin { get; } = new(StepKind.Begin, "BEGIN");

    public static StepText Commit { get; } = new(StepKind.Commit, "COMMIT");

    public static StepText Rollback { get; } = new(StepKind.Rollback, "ROLLBACK");

    public static StepText Of(string? sql)
    {
        if (sql is null)
            return StepTextReader.Read("");

        if (Known.TryGetValue(sql, out var text))
            return text;

        if (Known.Count >= MostKept)
            Known.Clear();

        return Known[sql] = StepTextReader.Read(sql);
    }
}
