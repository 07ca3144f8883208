using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The traits that stand in a member's own words, not in the names of the catalogue.</summary>
internal sealed partial class Sketcher
{
    // A call of a project's own helper: WithRetry(() => …), ExecuteWithRetriesAsync(…).
    private static readonly string[] RetryWords = ["Retry", "retry", "Retries", "retries"];

    // A repository's or a client's kind stands in its type's name, and its type's name in the file.
    private static readonly string[] StoreWords = ["Repo", "Dao", "DataService", "DataAccess", "DataStore", "UnitOfWork", "DbContext", "DataContext", "DataProvider", "DocumentStore", "EntityS", "RecordStore",
        "Mailer", "mailer", "MailS", "mailS", "MailC", "mailC", "MailG", "MailP", "mailG", "mailP", "SmsS", "SmsC", "SmsG", "SmsP", "PaymentS", "PaymentG", "PaymentC", "PaymentP", "BillingC", "ApiClient"];

    private static readonly string[] AttemptWords = ["ttempt", "etry", "etries", "tries", "Delay(", "Sleep("];

    // A call that puts something among the dead letters: deadLetters.SendAsync(…), ProduceAsync("orders.dlq", …).
    private static readonly string[] DeadLetterWords = ["eadLetter", "eadletter", "ead-letter", "ead_letter", "dlq", "Dlq", "DLQ", "dlt", "DLT", "uarantine", "oison", "arkingLot", "arking-lot"];

    private SketchTraits OwnTraitsOf(Reading reading, IReadOnlyList<TextSpan> spans, bool drawsOutputNames)
    {
        var traits = reading.Elsewhere;
        if (drawsOutputNames)
            traits |= SketchTraits.Writes;
        if (reading.Catches)
            traits |= SketchTraits.Catches;
        if (reading.Catches && (reading.Loops || reading.LoopsOver))
            traits |= SketchTraits.CatchesInLoop;
        if ((reading.Catches && reading.Loops && Mentions(spans, AttemptWords)) || (_maySayRetry && Mentions(spans, RetryWords)))
            traits |= SketchTraits.Retries;

        // if (line.Length == 0) { log.LogWarning(…); continue; }
        if (reading.Continues && Mentions(spans, _names.ProblemWords))
            traits |= SketchTraits.Checks;
        if (reading.AwaitsForEach)
            traits |= SketchTraits.ReadsRecords;
        if (_maySayDeadLetter && Mentions(spans, DeadLetterWords))
            traits |= SketchTraits.DeadLetters;
        return traits;
    }

    private static bool Says(string text, string[] words) => words.Any(word => text.IndexOf(word, StringComparison.Ordinal) >= 0);

    private bool Mentions(IReadOnlyList<TextSpan> spans, IReadOnlyList<string> words)
    {
        foreach (var span in spans)
        {
            var length = Math.Min(span.End, _text.Length) - span.Start;
            foreach (var word in words)
            {
                if (length > 0 && _text.IndexOf(word, span.Start, length, StringComparison.Ordinal) >= 0)
                    return true;
            }
        }

        return false;
    }
}
