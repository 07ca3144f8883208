using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A step in replacing a slice of a sink.</summary>
/// <param name="Step">What is done.</param>
/// <param name="Target">The table, or the entity that stands for it; null for saving a unit of work.</param>
/// <param name="Site">Where it happens in the body that is looked at: the call itself, or the call to the member that does it.</param>
/// <param name="Origin">The call that does it, in whatever body.</param>
/// <param name="Sql">The text and its statement; null for an API that is no SQL.</param>
internal sealed record SliceWrite(SliceStep Step, SqlName? Target, IOperation Site, IOperation Origin, (ResolvedSql Text, SqlStatement Statement)? Sql)
{
    /// <summary>It stands in the body itself, and not in a member that the body calls.</summary>
    public bool IsDirect => Site == Origin;

    /// <summary>The repository of another project that does it, by its names; null for what shows here.</summary>
    public string? Store { get; init; }

    public SqlStatement? Statement => Sql?.Statement;
}
