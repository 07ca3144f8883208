using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Rules.DeadLetters;

namespace RerunSafe.Analyzers.CodeFixes.DeadLetters;

/// <summary>RERUN2008: awaits the write of a dead letter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitDeadLetter))]
[Shared]
public sealed class AwaitDeadLetter : CodeFixProvider
{
    private const string EquivalenceKey = "RerunSafe.AwaitDeadLetter";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(DeadLetterNotAwaited.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.ContainsKey(DeadLetterNotAwaited.AwaitProperty)
                || root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } statement)
                continue;
            context.RegisterCodeFix(CodeAction.Create("Await the dead letter", _ => Task.FromResult(Apply(context.Document, root, statement)), EquivalenceKey), diagnostic);
        }
    }

    // "_ = SendAsync(…);" and "SendAsync(…);" both become "await SendAsync(…);".
    private static Document Apply(Document document, SyntaxNode root, ExpressionStatementSyntax statement)
    {
        var call = statement.Expression is AssignmentExpressionSyntax discarded ? discarded.Right : statement.Expression;
        var awaited = SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutLeadingTrivia())
            .WithLeadingTrivia(statement.GetLeadingTrivia());
        return document.WithSyntaxRoot(root.ReplaceNode(statement, statement.WithExpression(awaited)));
    }
}
