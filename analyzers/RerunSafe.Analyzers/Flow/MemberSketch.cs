using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>What the syntax of one member shows without binding anything.</summary>
[Flags]
internal enum SketchTraits
{
    None = 0,

    /// <summary>Mentions the name of an API that writes, runs SQL or changes a value.</summary>
    Writes = 1,

    /// <summary>Mentions the name of a clock.</summary>
    ReadsClock = 2,

    /// <summary>Has a catch clause without an unconditional rethrow as its only statement.</summary>
    Catches = 4,

    /// <summary>Mentions the name of an API or event that makes its argument a root.</summary>
    MakesRoots = 8,
}

/// <summary>
/// A member with a body, seen by its tokens only: cheap enough for every member of a compilation, so that binding is
/// spent only on members that matter.
/// </summary>
internal sealed class MemberSketch
{
    public MemberSketch(SyntaxNode declaration, string name, SketchTraits traits, HashSet<string> mentions)
    {
        Declaration = declaration;
        Name = name;
        Traits = traits;
        Mentions = mentions;
    }

    /// <summary>The method, constructor, accessor or (for top-level statements) compilation unit.</summary>
    public SyntaxNode Declaration { get; }

    /// <summary>The name it is called by; "&lt;Main&gt;$" for top-level statements.</summary>
    public string Name { get; }

    public SketchTraits Traits { get; }

    /// <summary>The identifiers in it that could name a member.</summary>
    public HashSet<string> Mentions { get; }

    /// <summary>Something in it may interest a rule.</summary>
    public bool IsInteresting => (Traits & ~SketchTraits.MakesRoots) != 0;
}
