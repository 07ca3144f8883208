using System.IO.Hashing;
using System.Text;
using RerunSafe.TestKit.Seams;

namespace RerunSafe.TestKit.Reruns;

/// <summary>
/// A place where a run can be stopped. It is known by what happens there and not by a running number, so that the same place is found
/// again in another run, also when the input has been shrunk.
/// </summary>
/// <param name="Kind">What the step does.</param>
/// <param name="Statement">The SQL on one line, "COMMIT", or the name of a crash point.</param>
/// <param name="Table">The table that the step writes to, or null when that is not known.</param>
/// <param name="Source">The stream of the record being processed, which is the last delivery handed out; null before the first.</param>
/// <param name="Position">The position of that record, or null before the first.</param>
/// <param name="InTransaction">The number of the write in its transaction, from 1; 0 outside a transaction. For a commit, how many writes it makes durable; for a query, how many came before it.</param>
/// <param name="Phase">Before or after the step.</param>
/// <param name="Occurrence">How many equal places the run passed before, from 0.</param>
public sealed record CrashPoint(
    StepKind Kind, string Statement, string? Table, string? Source, long? Position, int InTransaction, CrashPhase Phase, int Occurrence)
{
    /// <summary>Twelve hexadecimal digits that name this point in a repro token.</summary>
    public string Id
    {
        get
        {
            var text = $"{Kind}\n{Statement}\n{Source}\n{Position}\n{InTransaction}\n{Phase}\n{Occurrence}";
            return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)))[..12];
        }
    }

    /// <summary>"after INSERT INTO ledger … of delivery 1200".</summary>
    public override string ToString()
    {
        var step = Kind == StepKind.Custom ? $"crash point '{Statement}'" : Texts.Shorten(Statement, 70);
        var record = Position is { } position ? $" of delivery {position}" : " (before the first delivery)";
        var moment = (Kind, Phase) switch
        {
            (StepKind.Custom, _) => "at",
            (_, CrashPhase.Before) => "before",
            _ => "after",
        };
        var transaction = Kind == StepKind.Write && InTransaction > 0 ? $", write {InTransaction} of an open transaction" : "";
        return $"{moment} {step}{record}{transaction}{Outcome}";
    }

    private string Outcome => (Kind, Phase) switch
    {
        (StepKind.Commit, CrashPhase.Before) => " (not committed)",
        (StepKind.Commit, CrashPhase.After) => " (committed, the answer was lost)",
        (StepKind.Write, CrashPhase.After) => " (applied, the answer was lost)",
        _ => "",
    };

    /// <summary>True when this is the same place but for the occurrence.</summary>
    internal bool IsAt(Step step, string? source, long? position, int inTransaction, CrashPhase phase) =>
        Phase == phase && Position == position && InTransaction == inTransaction && Kind == step.Kind && Statement == step.Statement && Source == source;
}
