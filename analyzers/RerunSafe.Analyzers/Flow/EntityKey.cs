using System.Collections.Immutable;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Members of a stored type that are unique together.</summary>
/// <param name="Members">Their names.</param>
/// <param name="IsGenerated">The declaration says that the store makes it.</param>
internal sealed record EntityKey(ImmutableArray<string> Members, bool IsGenerated);
