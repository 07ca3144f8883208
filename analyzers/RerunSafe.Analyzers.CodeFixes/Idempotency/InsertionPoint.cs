using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>Where in a document a clause can be put behind the statement of a diagnostic, and how the statement is spelled there.</summary>
internal readonly struct InsertionPoint
{
    private InsertionPoint(int position, string spelling)
    {
        Position = position;
        Spelling = spelling;
    }

    public int Position { get; }

    /// <summary>The source between the statement's head and its end: SQL, and whatever C# stands between its parts.</summary>
    public string Spelling { get; }

    /// <summary>
    /// The point; null where the document does not spell the statement (the diagnostic names a use of it), or where its
    /// last part is written more often, or less often, than its head: in a loop or a branch of its own.
    /// </summary>
    public static InsertionPoint? Find(SyntaxNode root, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(InsertWithoutKeyGuard.EndProperty, out var end)
            || !int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return null;
        var start = diagnostic.Location.SourceSpan.Start;
        if (position <= start || position > root.FullSpan.End)
            return null;
        var head = root.FindToken(start);
        var last = root.FindToken(position - 1);
        if (!IsText(head) || !IsText(last) || !last.Parent!.Ancestors().Where(RunsOnItsOwn).All(a => a.Span.Contains(head.Span)))
            return null;
        return new InsertionPoint(position, root.SyntaxTree.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(start, position)));
    }

    /// <summary>The position lies in a text of the document in which the diagnostic's own place is a text too.</summary>
    public static bool IsInText(SyntaxNode root, Diagnostic diagnostic, int position)
    {
        var start = diagnostic.Location.SourceSpan.Start;
        return position > start && position < root.FullSpan.End && IsText(root.FindToken(start)) && IsText(root.FindToken(position));
    }

    private static bool IsText(SyntaxToken token) => token.Kind()
        is SyntaxKind.StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken;

    private static bool RunsOnItsOwn(SyntaxNode node) => node
        is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or IfStatementSyntax or ElseClauseSyntax
        or SwitchSectionSyntax or SwitchExpressionArmSyntax or ConditionalExpressionSyntax or AnonymousFunctionExpressionSyntax or CatchClauseSyntax;
}
