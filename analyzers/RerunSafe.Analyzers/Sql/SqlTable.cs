using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Sql;

/// <summary>What a CREATE TABLE, CREATE UNIQUE INDEX or ALTER TABLE … ADD shows of a table.</summary>
/// <param name="Name">The table's name, unquoted, without its schema.</param>
/// <param name="Columns">The columns' names, where shown.</param>
/// <param name="UniqueKeys">Each primary key, unique constraint and unique index (without a WHERE) as its columns; an expression in an index as its text, "lower(id)".</param>
/// <param name="GeneratedColumns">Columns whose value the store makes: identity, auto-increment, serial, DEFAULT newid()…</param>
internal sealed record SqlTable(
    string Name,
    ImmutableArray<string> Columns,
    ImmutableArray<ImmutableArray<string>> UniqueKeys,
    ImmutableArray<string> GeneratedColumns)
{
    /// <summary>The table's engine keeps one row for each sorting key (ClickHouse's ReplacingMergeTree and its kin).</summary>
    public bool KeepsOneRow { get; init; }
}
