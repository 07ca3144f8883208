namespace RerunSafe.Analyzers.Catalog;

/// <summary>What a database or its client does with transactions that its users may not expect: the words of <c>facts</c> of a dialect entry.</summary>
[Flags]
internal enum ProviderFacts
{
    None = 0,

    /// <summary>"commits-each-statement": without BEGIN, the statements of one text commit one by one.</summary>
    CommitsEachStatement = 1,

    /// <summary>"truncate-commits": TRUNCATE commits by itself, also inside a transaction.</summary>
    TruncateCommits = 2,

    /// <summary>"ignores-ambient-transaction": the client does not enlist in a TransactionScope.</summary>
    IgnoresAmbientTransaction = 4,
}
