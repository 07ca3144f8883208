using Microsoft.CodeAnalysis;
using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// A member with a body, seen by the words in it only: cheap enough for every member of a compilation, so that binding
/// is spent only on members that matter. It knows no compilation: one sketch serves every compilation that has the tree.
/// </summary>
internal sealed class MemberSketch
{
    /// <summary>The method, constructor, accessor or (for top-level statements) compilation unit.</summary>
    public required SyntaxNode Declaration { get; init; }

    public required MemberKind Kind { get; init; }

    /// <summary>The name it is called by; "&lt;Main&gt;$" for top-level statements.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="Words.Hash"/> of the name.</summary>
    public required int NameHash { get; init; }

    /// <summary><see cref="Words.Hash"/> of the containing type's name.</summary>
    public required int TypeHash { get; init; }

    /// <summary>Its place among the members of its tree.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Traits that depend on no library.</summary>
    public required SketchTraits OwnTraits { get; init; }

    /// <summary>The names of the catalogue that stand in it.</summary>
    public required int[] CatalogNames { get; init; }

    /// <summary>Those among them that are called, created or subscribed to so that an argument may become an entry point.</summary>
    public required int[] MakerNames { get; init; }

    /// <summary>The names of the catalogue that may make it a root: its own, its attributes', its parameters'.</summary>
    public required int[] RootNames { get; init; }

    /// <summary>The distinct words in it, as <see cref="Words.Hash"/>: whatever it calls by name is among them.</summary>
    public required int[] Mentions { get; init; }

    /// <summary><see cref="Words.Hash"/> of the type that it may be the handler of; 0 where it is none.</summary>
    public int HandlesHash { get; init; }

    /// <summary>Its names keep the convention of a message's handler: <see cref="HandlerConvention"/>.</summary>
    public bool KeepsHandlerConvention { get; init; }

    /// <summary>One of its parameters is a string or a command.</summary>
    public required bool TakesText { get; init; }

    /// <summary>It makes objects without naming their type (target-typed new, base and this initializers).</summary>
    public required bool ConstructsUnnamed { get; init; }
}
