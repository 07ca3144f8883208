using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Access to the bodies of this compilation's members, each bound at most once.</summary>
internal interface IBodies
{
    /// <summary>The value a field, constant or get-only property starts with; null where it cannot be seen.</summary>
    IOperation? InitializerOf(ISymbol symbol);

    /// <summary>What a source method's return statements return; empty for methods without source.</summary>
    ImmutableArray<IOperation> ReturnedBy(IMethodSymbol method);

    /// <summary>The .sql files that code can run by name.</summary>
    SqlFiles SqlFiles { get; }
}
