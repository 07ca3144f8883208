using Microsoft.CodeAnalysis;

namespace RerunSafe.Mutants;

/// <summary>One change of the source of a twin.</summary>
/// <param name="Operator">What was done, such as "upsert to insert".</param>
/// <param name="Twin">The twin that runs the changed code.</param>
/// <param name="Old">What is replaced.</param>
/// <param name="New">What replaces it; empty to remove a statement.</param>
internal sealed record Mutation(string Operator, Twin Twin, SyntaxNode Old, string New)
{
    public string Place => $"{Old.SyntaxTree.FilePath}:{Old.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    public SyntaxTree Apply()
    {
        var text = Old.SyntaxTree.GetText();
        return Old.SyntaxTree.WithChangedText(text.Replace(Old.Span, New));
    }

    public override string ToString() => $"{Operator} in the twin of '{Twin.Mistake}' ({Place}): {Line(Old.ToString())} → {(New.Length == 0 ? "nothing" : Line(New))}";

    private static string Line(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
