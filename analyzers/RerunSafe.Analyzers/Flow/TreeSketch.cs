using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>The sketches of one tree's members.</summary>
internal sealed class TreeSketch
{
    private readonly Dictionary<int, MemberSketch> _byStart = [];

    public TreeSketch(ImmutableArray<MemberSketch> members)
    {
        Members = members;
        foreach (var member in members)
            _byStart[member.Declaration.SpanStart] = member;
    }

    public ImmutableArray<MemberSketch> Members { get; }

    /// <summary>The sketch of the member that is declared there; null for one without a body, and for accessors.</summary>
    public MemberSketch? At(SyntaxReference declaration) => _byStart.TryGetValue(declaration.Span.Start, out var found) ? found : null;
}
