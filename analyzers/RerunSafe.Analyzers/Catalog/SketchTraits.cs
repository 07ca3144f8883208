namespace RerunSafe.Analyzers.Catalog;

/// <summary>What the text of one member shows without binding anything.</summary>
[Flags]
internal enum SketchTraits
{
    None = 0,

    /// <summary>Mentions the name of an API that writes, runs SQL or changes a value.</summary>
    Writes = 1,

    /// <summary>Mentions the name of a clock.</summary>
    ReadsClock = 2,

    /// <summary>Has a catch clause.</summary>
    Catches = 4,

    /// <summary>Mentions the name of an API or event that makes its argument a root.</summary>
    MakesRoots = 8,

    /// <summary>Mentions the name of an API that runs SQL.</summary>
    RunsSql = 16,

    /// <summary>Mentions the name of a source of records, or loops over an asynchronous stream.</summary>
    ReadsRecords = 32,

    /// <summary>Mentions a type that only servers use.</summary>
    BuildsWebApp = 64,

    /// <summary>Mentions the name of an API that opens a file by its path.</summary>
    UsesFiles = 128,

    /// <summary>Mentions the name of an API that gives a bus its outbox.</summary>
    ConfiguresOutbox = 256,
}
