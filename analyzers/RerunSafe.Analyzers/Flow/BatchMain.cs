using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A program's Main is a rerun path when it works through records and is no server: a batch that an operator starts again.</summary>
internal static class BatchMain
{
    public static RootEntry Entry { get; } = new()
    {
        Id = "Main",
        Kind = RootKind.Member,
        RunsAgain = "is run again",
        OnReturn = Outcome.NextTrigger,
        OnThrow = Outcome.Stops,
        Library = ".NET",
    };

    public static bool HasRecordLoop(RerunPaths paths) => paths.Nodes.Any(n => n.Facts.RecordLoops.Count > 0);
}
