using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A typed append: something is put into a set of a store, directly or through a repository that forwards it.</summary>
/// <param name="Site">The call that puts it there; for a forwarding repository the call of the repository.</param>
/// <param name="Api">What the catalogue says of the call, or of the one inside the repository.</param>
/// <param name="Member">The member called.</param>
/// <param name="Entity">The kind of thing; null for a store that takes any value under a name.</param>
/// <param name="Set">The set's name for guards: the entity's name, or empty.</param>
/// <param name="Value">What is put there; null where it does not show.</param>
internal sealed record AppendFact(IOperation Site, ApiEntry Api, ISymbol Member, INamedTypeSymbol? Entity, string Set, IOperation? Value)
{
    /// <summary>The store gives each value a place of its own.</summary>
    public bool IsUnkeyed => Api.Result == "unkeyed";

    /// <summary>A repository of another project puts it there, by its names.</summary>
    public bool IsElsewhere => Api.Result == StoreCalls.Elsewhere;

    /// <summary>The next save-changes writes it.</summary>
    public bool NeedsSave => Api.Result is "tracked" or "tracked-replaces";

    /// <summary>What has the same key is replaced: only a new identity repeats it.</summary>
    public bool Replaces => Api.Result is "replaces" or "tracked-replaces";
}
