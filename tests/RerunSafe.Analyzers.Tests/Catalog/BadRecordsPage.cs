using System.Text;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>analyzers/docs/bad-records.md, written from the shipped catalogue.</summary>
internal static class BadRecordsPage
{
    private const string Head = """
        # What happens to a bad record in …

        A handler that cannot deal with a record returns or throws, and what then becomes of the record is the framework's word. This page
        shows what the analyzers know of it. It is generated from the catalogue: do not edit it, but the entries in
        `analyzers/RerunSafe.Analyzers/Catalog`, and then run
        `RERUNSAFE_WRITE_DOCS=1 dotnet test tests/RerunSafe.Analyzers.Tests --filter BadRecordsPageTests`.

        Defaults are meant wherever nothing else is said. A library that is missing here, or your own bus, is taught in a
        [`*.rerunsafe.json`](catalogue.md).

        ## Entry points


        """;

    private const string SettleHead = """

        ## Calls that settle

        For clients whose records the code settles by itself. *On delivery* lists what makes the source take a record for done when it hands
        it over; [RERUN2004](rules/RERUN2004.md) speaks of that, and of a positive settlement that comes before the work. A negative
        settlement without a limit is [RERUN2003](rules/RERUN2003.md).


        """;

    public static string Write(ApiCatalogData data)
    {
        var page = new StringBuilder(Head);
        Row(page, "framework", "entry point", "it returns", "it throws", "dead letters by default", "configured by", "RerunSafe says");
        Row(page, "---", "---", "---", "---", "---", "---", "---");
        var rows = data.Roots.Where(IsOfFramework)
            .GroupBy(r => (r.Library, r.Source, r.PerRecord, r.OnReturn, r.OnThrow, r.DeadLetters, r.ConfiguredBy))
            .OrderBy(g => g.Key.Library, StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows)
        {
            var first = row.First();
            Row(page, $"[{first.Library}]({first.Source})", Names(row.Select(r => r.Id)), Text(first.OnReturn), Text(first.OnThrow), Text(first.DeadLetters), Text(first.ConfiguredBy), Says(first));
        }

        page.Append(SettleHead);
        Row(page, "library", "positive", "negative", "dead letter", "on delivery");
        Row(page, "---", "---", "---", "---", "---");
        var settling = data.Apis.ToLookup(a => a.Library);
        foreach (var library in settling.Where(l => l.Any(a => a.Meaning is ApiMeaning.SettleAck or ApiMeaning.SettleNack)).OrderBy(l => l.Key, StringComparer.OrdinalIgnoreCase))
            Row(page, library.Key, Calls(library, ApiMeaning.SettleAck), Calls(library, ApiMeaning.SettleNack), Calls(library, ApiMeaning.DeadLetter), Calls(library, ApiMeaning.AutoSettles));
        return page.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>Not a naming convention or a mark of the user's own, of which nothing is known.</summary>
    private static bool IsOfFramework(RootEntry root) => root.Kind != RootKind.Name && !root.Id.StartsWith("T:RerunSafe.", StringComparison.Ordinal);

    private static string Calls(IEnumerable<ApiEntry> library, ApiMeaning meaning)
    {
        var calls = library.Where(a => a.Meaning == meaning).Select(a => a.When.Length == 0 ? a.Id : $"{a.Id.Split('(')[0]}: {a.When.Replace("value=", "= ", StringComparison.Ordinal)}");
        var text = Names(calls);
        return text.Length == 0 ? "–" : text;
    }

    // "T:Ns.QueueTriggerAttribute" → `QueueTrigger`, "M:Ns.IConsumer`1.Consume" → `IConsumer.Consume`
    private static string Names(IEnumerable<string> ids) => string.Join(", ", ids.Select(NameOf).Distinct().Select(n => $"`{n}`"));

    private static string NameOf(string id)
    {
        var (path, setting) = id.Split(": ") is [var api, var when] ? (api, " " + when) : (id, "");
        var parts = path[2..].Split('(')[0].Split('.').Select(p => p.Split('`')[0]).ToArray();
        var name = path[0] == 'T' ? parts[^1] : string.Join(".", parts[^2..]);
        return (path[0] == 'T' && name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name) + setting;
    }

    private static string Says(RootEntry root) => root switch
    {
        { PerRecord: false, OnReturn: Outcome.Settled, OnThrow: Outcome.RetriedThenFailed } => "a `catch` that only logs loses what the arguments stand for: [RERUN2001](rules/RERUN2001.md)",
        { PerRecord: false } => "what becomes of a record depends on where the code takes it from",
        { OnReturn: Outcome.Settled } => "a `catch` that only logs loses the record: [RERUN2001](rules/RERUN2001.md)",
        _ => "a `catch` that only logs loses the record where it is settled all the same: [RERUN2001](rules/RERUN2001.md)",
    };

    private static string Text(string words) => words.Length == 0 ? "–" : words.Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Text(Outcome outcome) => outcome switch
    {
        Outcome.Settled => "done; does not come back",
        Outcome.Redelivered => "comes back, without an end",
        Outcome.DeadLettered => "dead-lettered, at once or after some attempts",
        Outcome.RetriedThenFailed => "retried, then kept as failed",
        Outcome.NextTrigger => "nothing comes back; the next trigger sees what the source then holds",
        Outcome.Stops => "the process or service stops",
        Outcome.Dropped => "**thrown away** after some attempts",
        _ => "depends on the code and the configuration",
    };

    private static void Row(StringBuilder page, params string[] cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
