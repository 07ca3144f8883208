using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>RERUN1014: puts IF NOT EXISTS before the name of what is created, where the dialect has it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddIfNotExists))]
[Shared]
public sealed class AddIfNotExists : CodeFixProvider
{
    private const string Clause = "IF NOT EXISTS ";
    private const string EquivalenceKey = "RerunSafe.AddIfNotExists";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(DdlFailsOnRerun.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        static async (context, document, diagnostics) => await Apply(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (PositionOf(root, diagnostic) is null)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create("Add IF NOT EXISTS", cancellation => Apply(context.Document, ImmutableArray.Create(diagnostic), cancellation), EquivalenceKey),
                diagnostic);
        }
    }

    // All changes of a document at once: several statements may stand in one literal.
    private static async Task<Document> Apply(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root)
            return document;
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        var changes = diagnostics.Select(d => PositionOf(root, d)).OfType<int>().Distinct().OrderBy(p => p).Select(p => new TextChange(new TextSpan(p, 0), Clause));
        return document.WithText(text.WithChanges(changes));
    }

    // Where the diagnostic names a use of the text, the text stands in another file.
    private static int? PositionOf(SyntaxNode root, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(DdlFailsOnRerun.ClauseProperty, out var clause)
        && int.TryParse(clause, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        && InsertionPoint.IsInText(root, diagnostic, position)
            ? position
            : null;
}
