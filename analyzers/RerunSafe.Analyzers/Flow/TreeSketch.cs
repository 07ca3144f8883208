using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The sketches of one tree's members.</summary>
internal sealed class TreeSketch
{
    private readonly Dictionary<int, MemberSketch> _byStart = [];

    /// <param name="members">The members with a body.</param>
    /// <param name="pickingTexts">The names of fields whose text keeps one row of several.</param>
    public TreeSketch(ImmutableArray<MemberSketch> members, HashSet<int>? pickingTexts)
    {
        Members = members;
        PickingTexts = pickingTexts;
        foreach (var member in members)
            _byStart[member.Declaration.SpanStart] = member;
    }

    public ImmutableArray<MemberSketch> Members { get; }

    /// <summary><see cref="Catalog.Words.Hash"/> of the fields whose text shows a word with which SQL keeps one row of several; null for none.</summary>
    public HashSet<int>? PickingTexts { get; }

    /// <summary>The sketch of the member that is declared there; null for one without a body, and for accessors.</summary>
    public MemberSketch? At(SyntaxReference declaration) => _byStart.TryGetValue(declaration.Span.Start, out var found) ? found : null;
}
