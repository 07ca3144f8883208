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
        if (UpsertClause.For(dialect, Names(key), Names(columns), point.Spelling) is not { } clause)
            return null;

        // DO NOTHING returns no row; what the caller reads would not be there.
        if (Has(InsertWithoutKeyGuard.ReturningProperty) && clause.EndsWith("DO NOTHING", StringComparison.Ordinal))
            return null;
        if (Has(InsertWithoutKeyGuard.EndsInFromProperty) && UpsertClause.NeedsWhere(dialect))
            clause = "WHERE true " + clause;
        return new TextChange(new TextSpan(point.Position, 0), " " + clause);

        bool Has(string property) => properties.TryGetValue(property, out var value) && value is not null;
    }

    private static string[] Names(string? list) => (list ?? "").Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries);
}
