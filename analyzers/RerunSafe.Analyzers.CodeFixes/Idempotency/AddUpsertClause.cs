using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
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
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Change(diagnostic) is not { } change)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Add" + change.NewText,
                    async cancellation => await Apply(context.Document, ImmutableArray.Create(diagnostic), cancellation).ConfigureAwait(false) ?? context.Document,
                    EquivalenceKey),
                diagnostic);
        }

        return Task.CompletedTask;
    }

    // All changes of a document at once: several statements may stand in one literal.
    private static async Task<Document?> Apply(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var changes = diagnostics.Select(Change).OfType<TextChange>().Distinct().OrderBy(c => c.Span.Start).ToList();
        if (changes.Count == 0)
            return document;
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return document.WithText(text.WithChanges(changes));
    }

    private static TextChange? Change(Diagnostic diagnostic)
    {
        var properties = diagnostic.Properties;
        if (!properties.TryGetValue(InsertWithoutKeyGuard.EndProperty, out var end) || !int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            || !properties.TryGetValue(InsertWithoutKeyGuard.KeyProperty, out var key) || !properties.TryGetValue(InsertWithoutKeyGuard.ColumnsProperty, out var columns)
            || !properties.TryGetValue(InsertWithoutKeyGuard.DialectProperty, out var dialect))
            return null;
        return UpsertClause.For(dialect, Names(key), Names(columns)) is { } clause
            ? new TextChange(new TextSpan(position, 0), " " + clause)
            : null;
    }

    private static string[] Names(string? list) => (list ?? "").Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries);
}
