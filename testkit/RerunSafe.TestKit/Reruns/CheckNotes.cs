using RerunSafe.TestKit.Sinks;

namespace RerunSafe.TestKit.Reruns;

/// <summary>What a check cannot speak about. None of it is a failure, and none of it may stay unsaid.</summary>
internal static class CheckNotes
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    /// <summary>Tables that changed and are neither observed nor the dead letters: whatever goes wrong there, the check passes.</summary>
    public static IEnumerable<string> Unobserved(
        CheckSetup setup, IReadOnlyDictionary<(ISink Sink, string Table), string> before, IReadOnlyDictionary<(ISink Sink, string Table), string> after)
    {
        var observed = setup.Observed.Append(setup.DeadLetters?.View).OfType<TableView>().Select(v => (v.Sink, v.Name)).ToHashSet();
        var unobserved = after
            .Where(state => !observed.Contains(state.Key) && before.GetValueOrDefault(state.Key) != state.Value)
            .Select(state => state.Key.Table).Order(StringComparer.Ordinal).ToList();
        if (unobserved.Count > 0)
            yield return $"the pipeline writes to {string.Join(", ", unobserved)}, which the check does not observe: .Observe({string.Join(", ", unobserved.Select(name => $"db.Table(\"{name}\")"))})";
    }

    /// <summary>Texts of several writes that pass as one.</summary>
    public static IEnumerable<string> Unsplit(RunGate recorded) => recorded.Unsplit.Select(statement =>
        $"a death between the writes of '{Texts.Shorten(statement, 80)}', which are one call outside a transaction: put them into a transaction, or execute them one by one");

    /// <summary>Ignored columns that hold the machine's time: a rerun a day later is then no day later for the pipeline.</summary>
    public static IEnumerable<string> MachineClock(TableView view, TableState whole)
    {
        foreach (var column in view.IgnoredColumns)
        {
            if (whole.Rows.Count > 0 && whole.Rows.All(row => IsNow(row[column])))
                yield return $"what a rerun on another day does: {view.Name}.{column} holds the time of the machine, so the pipeline does not use run.Clock, and each rerun comes to it within the same minute";
        }
    }

    private static bool IsNow(object? value)
    {
        DateTimeOffset? time = value switch
        {
            string text when DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var parsed) => parsed,
            DateTime moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
            DateTimeOffset moment => moment,
            long seconds when seconds is > 1_500_000_000 and < 5_000_000_000 => DateTimeOffset.FromUnixTimeSeconds(seconds),
            long milliseconds when milliseconds is > 1_500_000_000_000 and < 5_000_000_000_000 => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            _ => null,
        };
        return time is { } known && (DateTimeOffset.UtcNow - known).Duration() < Now;
    }
}
