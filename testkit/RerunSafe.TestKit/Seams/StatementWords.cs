namespace RerunSafe.TestKit.Seams;

/// <summary>What one statement is, by its words.</summary>
internal readonly record struct StatementWords(StepKind Kind, string? Table, string? Savepoint, string? Released)
{
    private static readonly HashSet<string> Reads = new(StringComparer.OrdinalIgnoreCase)
    {
        "VALUES", "TABLE", "EXPLAIN", "SHOW", "DESCRIBE", "DESC", "SET", "RESET", "USE", "ANALYZE", "ATTACH", "DETACH", "DECLARE", "FETCH", "CLOSE", "LISTEN", "UNLISTEN", "DISCARD", "PREPARE", "DEALLOCATE",
    };

    private static readonly HashSet<string> Writers = new(StringComparer.OrdinalIgnoreCase)
    {
        "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "UPSERT", "TRUNCATE", "COPY",
    };

    private static readonly HashSet<string> BetweenWriterAndTable = new(StringComparer.OrdinalIgnoreCase)
    {
        "OR", "REPLACE", "IGNORE", "ROLLBACK", "ABORT", "FAIL", "INTO", "FROM", "TABLE", "IF", "NOT", "EXISTS", "ONLY", "TEMP", "TEMPORARY", "VIRTUAL", "OVERWRITE",
    };

    // What may follow BEGIN when it opens a transaction; any other word opens a block of a procedural dialect.
    private static readonly HashSet<string> AfterBegin = new(StringComparer.OrdinalIgnoreCase)
    {
        "TRANSACTION", "TRAN", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT", "ISOLATION", "READ",
    };

    private static readonly HashSet<string> DurablePragmas = new(StringComparer.OrdinalIgnoreCase)
    {
        "USER_VERSION", "APPLICATION_ID", "JOURNAL_MODE", "AUTO_VACUUM", "ENCODING",
    };

    public static StatementWords Read(List<string> words)
    {
        var first = words[0].ToUpperInvariant();
        switch (first)
        {
            case "(" or "SELECT":
                return Plain(Has(words, "INTO") ? StepKind.Write : StepKind.Query);
            case "WITH":
                return With(words);
            case "BEGIN":
                return Plain(words.Count == 1 || AfterBegin.Contains(words[1]) ? StepKind.Begin : StepKind.Write);
            case "START":
                return Plain(At(words, 1, "TRANSACTION") ? StepKind.Begin : StepKind.Write);
            case "COMMIT" or "END":
                return Plain(StepKind.Commit);
            case "ROLLBACK" or "ABORT":
                return Plain(Has(words, "TO") ? StepKind.Savepoint : StepKind.Rollback);
            case "SAVEPOINT":
                return new StatementWords(StepKind.Savepoint, null, Name(words[^1]), null);
            case "SAVE":
                return Plain(StepKind.Savepoint);
            case "RELEASE":
                return new StatementWords(StepKind.Savepoint, null, null, Name(words[^1]));
            case "PRAGMA":
                return Plain(words.Count > 2 && words.Exists(DurablePragmas.Contains) ? StepKind.Write : StepKind.Query);
            case "COPY" when words.Exists(word => word.Equals("STDOUT", StringComparison.OrdinalIgnoreCase)) && !words.Skip(1).Any(Writers.Contains):
                return Plain(StepKind.Query);
            case "CREATE" or "ALTER" or "DROP":
                return new StatementWords(StepKind.Write, TableAfter(words, words.FindIndex(word => word.Equals("TABLE", StringComparison.OrdinalIgnoreCase))), null, null);
        }

        return Writers.Contains(first) ? new StatementWords(StepKind.Write, TableAfter(words, 0), null, null)
            : Plain(Reads.Contains(first) ? StepKind.Query : StepKind.Write);
    }

    private static StatementWords With(List<string> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            // FOR UPDATE locks; replace( is a function.
            if (Writers.Contains(words[i])
                && !At(words, i - 1, "FOR")
                && (!At(words, i, "REPLACE") || At(words, i + 1, "INTO"))
                && !At(words, i + 1, "(")
                && !At(words, i - 1, ".") && !At(words, i - 1, "AS"))
            {
                return new StatementWords(StepKind.Write, TableAfter(words, i), null, null);
            }

            // WITH … AS (INSERT …) changes data too.
            if (Writers.Contains(words[i]) && At(words, i - 1, "("))
                return new StatementWords(StepKind.Write, TableAfter(words, i), null, null);
        }

        return Plain(Has(words, "INTO") ? StepKind.Write : StepKind.Query);
    }

    private static StatementWords Plain(StepKind kind) => new(kind, null, null, null);

    private static string? TableAfter(List<string> words, int keyword)
    {
        if (keyword < 0)
            return null;

        var at = keyword + 1;
        while (at < words.Count && BetweenWriterAndTable.Contains(words[at]))
            at++;

        while (at + 2 < words.Count && words[at + 1] == ".")
            at += 2;

        return at < words.Count ? Name(words[at]) : null;
    }

    private static string? Name(string word)
    {
        var name = word.Length > 1 && word[0] is '"' or '`' or '[' ? word[1..^1].Replace("\"\"", "\"") : word;
        return name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_' || name != word) ? name : null;
    }

    private static bool At(List<string> words, int index, string keyword) =>
        index < words.Count && words[index].Equals(keyword, StringComparison.OrdinalIgnoreCase);

    private static bool Has(List<string> words, string keyword)
    {
        foreach (var word in words)
        {
            if (word.Equals(keyword, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
