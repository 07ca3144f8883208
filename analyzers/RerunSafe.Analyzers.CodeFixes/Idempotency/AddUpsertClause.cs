using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using RerunSafe.Analyzers.Rules.Idempotency;

namespace RerunSafe.Analyzers.CodeFixes.Idempotency;

/// <summary>RERUN1001: puts the dialect's upsert clause behind an INSERT whose unique key is known.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddUpsertClause))]
[Shared]
public sealed class AddUpsertClause : CodeFixProvider
{
    private const string EquivalenceKey = "RerunSafe.AddUpsertClause";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(InsertWithoutKeyGuard.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(
        static (context, document, diagnostics) => Apply(document, diagnostics, context.CancellationToken));

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Change(root, diagnostic) is not { } change)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Add" + change.NewText,
                    async cancellation => await Apply(context.Document, ImmutableArray.Create(diagnostic), cancellation).ConfigureAwait(false) ?? context.Document,
                    EquivalenceKey),
                diagnostic);
        }
    }

    // All changes of a document at once: several statements may stand in one literal.
    private static async Task<Document?> Apply(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root)
            return document;
        var changes = diagnostics.Select(d => Change(root, d)).OfType<TextChange>().Distinct().OrderBy(c => c.Span.Start).ToList();
        if (changes.Count == 0)
            return document;
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return document.WithText(text.WithChanges(changes));
    }

    private static TextChange? Change(SyntaxNode root, Diagnostic diagnostic)
    {
        var properties = diagnostic.Properties;
        if (InsertionPoint.Find(root, diagnostic) is not { } point
            || !properties.TryGetValue(InsertWithoutKeyGuard.KeyProperty, out var key) || !properties.TryGetValue(InsertWithoutKeyGuard.ColumnsProperty, out var columns)
            || !properties.TryGetValue(InsertWithoutKeyGuard.DialectProperty, out var dialect))
            return null;
        return UpsertClause.For(dialect, Names(key), Names(columns), point.Spelling) is { } clause
            ? new TextChange(new TextSpan(point.Position, 0), " " + clause)
            : null;
    }

    private static string[] Names(string? list) => (list ?? "").Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries);
}
