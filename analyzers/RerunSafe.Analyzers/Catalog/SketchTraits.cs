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

    /// <summary>Mentions a word with which SQL keeps one row of several.</summary>
    PicksInSql = 256,

    /// <summary>Mentions the name of an API that keeps one record of several.</summary>
    PicksSurvivor = 512,

    /// <summary>Mentions the name of an API that groups records.</summary>
    Groups = 1024,

    /// <summary>Mentions the name of an API that takes one record by its place.</summary>
    TakesOne = 2048,

    /// <summary>Mentions the name of an API that may run its delegate again, or loops over attempts.</summary>
    Retries = 4096,

    /// <summary>Mentions the name of an API that asks a sink whether something is there.</summary>
    LooksUp = 8192,

    /// <summary>Mentions the name of an API that replaces or removes a slice.</summary>
    ClearsSets = 16384,

    /// <summary>Mentions the name of a producer's setting.</summary>
    ConfiguresProducer = 32768,

    /// <summary>Mentions the name of an API that gives a bus its outbox.</summary>
    ConfiguresOutbox = 65536,

    /// <summary>Mentions the name of an API that settles a record, or of a setting that lets the source do so.</summary>
    Settles = 131072,

    /// <summary>Mentions the name of an API that makes or configures a queue.</summary>
    ConfiguresQueues = 262144,

    /// <summary>Mentions dead letters in a name or a text.</summary>
    DeadLetters = 524288,

    /// <summary>Has a catch clause and a loop, which may go over records that a call fetches.</summary>
    CatchesInLoop = 1048576,

    /// <summary>Mentions the name of a member that checks a record or raw input and tells by its result.</summary>
    Checks = 2097152,

    /// <summary>Mentions the name of an API that takes records from a source to which they are settled.</summary>
    Consumes = 4194304,

    /// <summary>Mentions the name of a member that is handed what handles messages.</summary>
    Subscribes = 8388608,
}
