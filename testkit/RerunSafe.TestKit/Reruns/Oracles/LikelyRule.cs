using System.Text.RegularExpressions;
using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns.Oracles;

/// <summary>Which analyzer rule most likely describes the cause. A guess for the reader; no verdict depends on it.</summary>
internal static partial class LikelyRule
{
    /// <summary>What is written depends on the time of the run.</summary>
    public const string Clock = "RERUN1006: what is written depends on the day of the run. Take the day from the data or from a parameter; a pure load time belongs into Ignoring(\"…\").";

    /// <summary>A run that met an error and went on left a second copy.</summary>
    public const string Retry = "RERUN1012: the write was tried again although it had been applied and only its answer was lost. Make it an upsert on the business key, so that trying again is harmless.";

    /// <summary>The write of a table that a verdict most likely comes from: the one that does not converge, else the first.</summary>
    public static WriteShape? WriteBehind(Verdict verdict, string table, IEnumerable<WriteShape> writes)
    {
        var own = writes.Where(w => string.Equals(w.Table, table, StringComparison.OrdinalIgnoreCase)).ToList();
        var suspect = verdict switch
        {
            Verdict.Doubled or Verdict.Unexpected => own.FirstOrDefault(w => IsPlainInsert(w.Shape)),
            Verdict.Changed => own.FirstOrDefault(w => Relative().IsMatch(w.Shape)),
            _ => null,
        };
        return suspect ?? own.FirstOrDefault();
    }

    public static string? Of(Verdict verdict, TableDiff diff, WriteShape? write, bool differsByTime, bool isFile = false)
    {
        if (isFile)
        {
            return verdict switch
            {
                Verdict.Doubled or Verdict.Unexpected => "RERUN1007: records are appended to a file, and a rerun appends them again. Write the whole file anew, beside it, and move it into its place.",
                Verdict.Lost or Verdict.Changed => "RERUN1008: a file is written in its place, so that a crash leaves half of it. Write it beside its place and move it there when it is whole.",
                _ => null,
            };
        }

        if (verdict == Verdict.Changed && OnlySmaller(diff))
            return "RERUN2001: a part of what a record does is missing: it was given up in a catch that goes on, or the run stopped between two writes that belong into one transaction.";
        if (write is not null && verdict is Verdict.Changed && Relative().IsMatch(write.Shape))
            return "RERUN1004: an update that starts from the value that is there (x = x + …) counts again on every rerun. Set the value, or compute it from rows with a key.";
        if (write is not null && verdict is Verdict.Doubled or Verdict.Unexpected && Copy().IsMatch(write.Shape))
            return "RERUN1003: a bulk load straight into its table adds all its rows on every rerun. Load them into a stage, and upsert from there.";
        if (write is not null && verdict is Verdict.Doubled or Verdict.Unexpected && IsPlainInsert(write.Shape))
            return "RERUN1001: an INSERT without a key guard adds its row on every rerun. Use ON CONFLICT on the business key, or delete and insert the slice in one transaction.";
        if (differsByTime && (verdict is Verdict.Unexpected or Verdict.Changed) && OnlyTimes(verdict, diff))
            return Clock;
        if (verdict is Verdict.Lost or Verdict.Unexpected && diff.Missing.Count > 0 && diff.Missing.Count == diff.Extra.Count)
            return "RERUN1005: as many rows are there under other keys as are missing: the key is made anew in a rerun. Take it from the data.";
        return verdict == Verdict.Lost
            ? "RERUN2001: a record was given up on the way, such as in a catch that goes on, or it was settled before its write was durable (RERUN2004)."
            : null;
    }

    /// <summary>What a run that ended with an exception most likely ran into.</summary>
    public static string? OfCrash(Exception error) => error switch
    {
        System.Data.Common.DbException when Refused().IsMatch(error.Message) => "RERUN1015: the insert is refused the second time, because its key is there already, and stops the run. Use ON CONFLICT on the business key.",
        System.Data.Common.DbException when Exists().IsMatch(error.Message) => "RERUN1014: the object is there already. Say IF NOT EXISTS, or leave it to a migration.",
        _ => null,
    };

    /// <summary>What is behind dead letters that are wrong.</summary>
    public static string? OfLetters(Verdict verdict) => verdict switch
    {
        Verdict.NotDeadLettered => "RERUN2001: a record that cannot be read was only logged or skipped. Set it aside with its bytes, reason and position.",
        Verdict.DeadLetteredTwice => "RERUN1001: the dead letter is inserted again on every rerun. Give it the position of its record as key.",
        _ => null,
    };

    /// <summary>A record that is lost after a death right behind a write to another table: that write said that it is done.</summary>
    public static string? OfDeath(CrashPoint point, string? table) =>
        point is { Kind: Seams.StepKind.Write, Phase: CrashPhase.After, Table: { } other } && !string.Equals(other, table, StringComparison.OrdinalIgnoreCase)
            ? $"RERUN1010: {other} was written before the record itself was safe, so that the rerun takes the record for done. Put both into one transaction, or save the checkpoint last."
            : null;

    private static bool IsPlainInsert(string shape) => Insert().IsMatch(shape) && !Guarded().IsMatch(shape);

    /// <summary>Whether every differing value looks like a day or a time.</summary>
    private static bool OnlyTimes(Verdict verdict, TableDiff diff) => verdict == Verdict.Changed && diff.Changed.Count > 0
        ? diff.Changed.All(c => c.Columns.All(column => IsTime(c.Expected[column]) && IsTime(c.Actual[column])))
        : diff.Extra.Count > 0 && diff.OtherVersions.Count == 0 && diff.Extra.All(row => row.Values.Any(IsTime));

    /// <summary>Whether every differing value is a number that is too small: what counts twice is too large.</summary>
    private static bool OnlySmaller(TableDiff diff) => diff.Changed.Count > 0 && diff.Changed.All(row =>
        row.Columns.All(column => Number(row.Expected[column]) is { } expected && Number(row.Actual[column]) is { } actual && actual < expected && expected > 0));

    private static double? Number(object? value) => value is long or int or double or decimal ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static bool IsTime(object? value) => value is DateTime or DateTimeOffset or DateOnly || (value is string text && Day().IsMatch(text));

    [GeneratedRegex(@"^\s*INSERT\s+INTO\b", RegexOptions.IgnoreCase)]
    private static partial Regex Insert();

    [GeneratedRegex(@"^\s*COPY\b", RegexOptions.IgnoreCase)]
    private static partial Regex Copy();

    [GeneratedRegex(@"\bON\s+CONFLICT\b|\bON\s+DUPLICATE\b|\bNOT\s+EXISTS\b|\bEXCEPT\b|\bLEFT\s+JOIN\b", RegexOptions.IgnoreCase)]
    private static partial Regex Guarded();

    [GeneratedRegex(@"[""\[`]?\b(\w+)\b[""\]`]?\s*=\s*(?:COALESCE\s*\(\s*)?(?:[\w""]+\.)?[""\[`]?\1\b[""\]`]?[^=,]{0,20}?[-+*/|]", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex("unique|duplicate key", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();

    [GeneratedRegex("already exists", RegexOptions.IgnoreCase)]
    private static partial Regex Exists();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d")]
    private static partial Regex Day();
}
