using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>RERUN1008: writes the file beside its place (path + ".tmp") and moves it over.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WriteBesideAndMove))]
[Shared]
public sealed class WriteBesideAndMove : CodeFixProvider
{
    private const string EquivalenceKey = "RerunSafe.WriteBesideAndMove";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(TornFile.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        static (context, document, diagnostics) => Apply(document, diagnostics, context.CancellationToken));

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (MovedWrite.Find(root, model, diagnostic, context.CancellationToken) is null)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Write a temporary file and move it over",
                    async cancellation => await Apply(context.Document, ImmutableArray.Create(diagnostic), cancellation).ConfigureAwait(false) ?? context.Document,
                    EquivalenceKey),
                diagnostic);
        }
    }

    // All changes of a document at once, and as insertions only: one write may stand inside another's arguments.
    private static async Task<Document?> Apply(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
            return document;
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        var changes = diagnostics.Select(d => MovedWrite.Find(root, model, d, cancellation)).OfType<MovedWrite>()
            .SelectMany(write => write.Changes(text)).Distinct().OrderBy(change => change.Span.Start).ToList();
        return changes.Count == 0 ? document : document.WithText(text.WithChanges(changes));
    }
}
