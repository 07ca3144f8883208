using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules;

/// <summary>Which tables a rerun may add rows to.</summary>
internal static class SinkNames
{
    /// <summary>The table is temporary, a step on the way to another one, or exists to log, to guard or to keep dead letters.</summary>
    public static bool IsExempt(SqlName target, NameCatalog names) =>
        target.IsTemporary
        || names.Is(target.Name, NameMeaning.LogTable) || names.Is(target.Name, NameMeaning.GuardTable)
        || names.Is(target.Name, NameMeaning.DeadLetter) || names.Is(target.Name, NameMeaning.StagingTable)
        || names.Is(target.Schema, NameMeaning.StagingTable) || names.Is(target.Schema, NameMeaning.LogTable);
}
