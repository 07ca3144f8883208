using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RerunSafe.Analyzers.Rules.DeadLetters;

namespace RerunSafe.Analyzers.CodeFixes.DeadLetters;

/// <summary>RERUN2003: rejects the message into the dead-letter target that its queue was made with.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RejectToDeadLetters))]
[Shared]
public sealed class RejectToDeadLetters : CodeFixProvider
{
    private const string EquivalenceKey = "RerunSafe.RejectToDeadLetters";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RequeueForever.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(RequeueForever.FlagProperty, out var flag)
                || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
                || FlagOf(call, flag, model, context.CancellationToken) is not { } literal)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Reject into the dead-letter target",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(literal, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression).WithTriviaFrom(literal)))),
                    EquivalenceKey),
                diagnostic);
        }
    }

    // A constant by another name may be used elsewhere, too.
    private static LiteralExpressionSyntax? FlagOf(InvocationExpressionSyntax call, string? flag, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol method)
            return null;
        var arguments = call.ArgumentList.Arguments;
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].NameColon?.Name.Identifier.ValueText ?? (i < method.Parameters.Length ? method.Parameters[i].Name : null);
            if (name == flag)
                return arguments[i].Expression as LiteralExpressionSyntax;
        }

        return null;
    }
}
